"""The client: settings, one transport, and a resource client for each noun."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from os import PathLike
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from attrs import evolve
from ionworks_openapi.types import Operation

from ionworks._http.files import whole_file
from ionworks._http.retry import RetryPolicy
from ionworks._redact import PrivateUrl, Secret
from ionworks._request.payload import prepare
from ionworks.errors import ConfigurationError
from ionworks.frames.convert import Backend, check_backend
from ionworks.records.model import RecordError
from ionworks.settings import Settings, discreet, has_credential, resolve_settings

if TYPE_CHECKING:
    from ionworks_openapi.models import Capabilities, CellMeasurement, DiscoverySchema, Health, User

    from ionworks._http.attempts import Attempt
    from ionworks._http.tls import Verify
    from ionworks._http.transport import Transport
    from ionworks.cell_batch import CellBatchClient
    from ionworks.cell_instance import CellInstanceClient
    from ionworks.cell_measurement import CellMeasurementClient
    from ionworks.cell_specification import CellSpecificationClient
    from ionworks.job import JobClient
    from ionworks.material import MaterialClient
    from ionworks.project import ProjectClient
    from ionworks.raw_data import RawDataClient
    from ionworks.search import SearchClient

P = ParamSpec("P")
T = TypeVar("T")


class Ionworks:
    """Client for the Ionworks battery-data API.

    Parameters
    ----------
    api_key : str, optional
        The key; by default from ``IONWORKS_API_KEY``, then from a profile.
    api_url : str, optional
        The service's address; by default from ``IONWORKS_API_URL``, then from a profile, else
        the public service.
    dataframe_backend : {"polars", "pandas", "arrow"}, optional
        The kind of table that this client returns; by default from
        ``IONWORKS_DATAFRAME_BACKEND``, then from a profile, else polars.
    timeout : float, optional
        Seconds for each wait on the server, 60 by default.
    max_retries : int, optional
        How often a request is sent again after a failure that may pass, 3 by default. What may
        have been done already is sent again only where a second time does no harm.
    api_token : str, optional
        A bearer token instead of a key; by default from ``IONWORKS_API_TOKEN``.
    project_id, organization_id : str, optional
        The project that new specifications go to, and the organization to act for.
    profile : str, optional
        The profile of the configuration file.
    max_workers : int
        How many requests a composed call may have under way; 1 makes it sequential, and so
        recordings of it always the same.
    proxy : str, optional
        Proxy for every request; by default the environment's.
    verify : bool, path or ssl.SSLContext
        Certificate authorities, for the service, for storage and for a proxy with TLS: True for
        the usual ones, or the path of a CA file, or of a folder made by ``openssl rehash``.
    deadline : float, optional
        Seconds for one operation with all its attempts and waits. By default 60 for everything
        but tables and files, which may take as long as they take while they come.
    on_attempt : callable, optional
        Is given an `ionworks.models.Attempt` after each request, for tracing; it is called in the
        thread that made the request, for the views of `with_options` too. What it raises is
        logged. It may use the client; of these requests it is not told.

    Raises
    ------
    ConfigurationError
        If there is no key, or a setting is wrong; says what to do.

    Examples
    --------
    >>> from ionworks import Ionworks
    >>> with Ionworks() as client:
    ...     names = [project.name for project in client.project.list()]
    """

    def __init__(
        self,
        api_key: str | None = None,
        api_url: str | None = None,
        dataframe_backend: Backend | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        *,
        api_token: str | None = None,
        project_id: str | None = None,
        organization_id: str | None = None,
        profile: str | None = None,
        max_workers: int = 32,
        proxy: str | None = None,
        verify: Verify = True,
        deadline: float | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        # Some report an error with the locals of all frames, this one among them.
        api_key, api_token, api_url = discreet(api_key, api_token, api_url)
        proxy = None if proxy is None else PrivateUrl(proxy)
        self.settings: Settings = resolve_settings(
            api_key=api_key,
            api_token=api_token,
            api_url=api_url,
            project_id=project_id,
            organization_id=organization_id,
            dataframe_backend=dataframe_backend,
            profile=profile,
        )
        backend = self.settings.dataframe_backend or "polars"
        self.dataframe_backend: Backend = check_backend(backend)
        if max_workers < 1:
            raise ConfigurationError(f"max_workers is {max_workers}; give 1 or more")
        self.max_workers = max_workers
        self._timeout = 60.0 if timeout is None else positive("timeout", timeout)
        self._retry = _policy(RetryPolicy(), max_retries, deadline)
        self._proxy, self._verify = proxy, verify
        self._on_attempt = on_attempt
        self._transport: Transport | None = None
        self._lock = Lock()

    @property
    def transport(self) -> Transport:
        """The connections to the service, made on first use."""
        # Without the lock once they are made: a fork may copy it while another thread holds it.
        if self._transport is not None:
            return self._transport
        with self._lock:
            if self._transport is None:
                # Loading the HTTP library is most of the cost of a client that is never used.
                from ionworks._http.transport import Transport

                self._transport = Transport(
                    self.settings,
                    timeout=self._timeout,
                    retry=self._retry,
                    max_workers=self.max_workers,
                    proxy=self._proxy,
                    verify=self._verify,
                    on_attempt=self._on_attempt,
                )
            return self._transport

    @property
    def last_request(self) -> Attempt | None:
        """The request that this client made last, in whichever thread; None before the first.

        What a view of `with_options` asked for counts as well, and the other way round. What
        `on_attempt` asks for does not.

        Examples
        --------
        >>> client.cell_spec.get(spec_id).name
        'LG M50'
        >>> client.last_request.method, client.last_request.status
        ('GET', 200)
        """
        return None if self._transport is None else self._transport.last

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        max_retries: int | None = None,
    ) -> Ionworks:
        """Return this client with other patience, for one call or for several.

        The connections are shared: closing either closes both. So are `last_request` and
        `on_attempt`: either client tells the requests of both.

        Parameters
        ----------
        timeout : float, optional
            Seconds for each wait on the server.
        deadline : float, optional
            Seconds for one operation with all its attempts and waits, tables and files included.
        max_retries : int, optional
            How often a request is sent again.

        Examples
        --------
        >>> [spec.name for spec in client.with_options(timeout=5, deadline=10).cell_spec.list()]
        ['LG M50']
        """
        view = object.__new__(type(self))
        nouns = {
            name for name, value in vars(Ionworks).items() if isinstance(value, cached_property)
        }
        view.__dict__.update({k: v for k, v in self.__dict__.items() if k not in nouns})
        if timeout is not None:
            view._timeout = positive("timeout", timeout)
        view._retry = _policy(self._retry, max_retries, deadline)
        view._lock = Lock()
        view._transport = self.transport.view(timeout=view._timeout, retry=view._retry)
        return view

    def call(self, operation: Operation[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call any operation of the contract, with the same checks, retries and errors.

        The operations stand in `ionworks_openapi.api`, one module each; the parameters are those
        of the operation's `build`.

        Raises
        ------
        PayloadError
            If a parameter does not fit the contract; nothing was sent.
        ApiError, ConnectionFailed, TimedOut
            If the service refused, or gave no full answer.
        UnexpectedResponse
            If the answer does not fit the contract.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_instances import get_cell_instance
        >>> cell = client.call(get_cell_instance.OPERATION, cell_id)
        """
        ready = prepare(operation, operation.build(*args, **kwargs))
        answer = self.transport.send(
            operation.name,
            operation.method,
            ready.url,
            query=ready.query,
            body=ready.body,
            accept=operation.answer,
            repeat=operation.repeat,
        )
        full = operation.answer == "json" and answer.status != 204  # a 204 has no body to decode
        # A login page instead of a deletion is no success either.
        stray = operation.answer == "nothing" and answer.content
        try:
            content = answer.json if full or stray else lambda: answer.content
            return operation.read(answer.status, content())
        except RecordError as error:
            complaint = Secret(error)
        # Out here: the frames of the reading hold the answer, signed URLs included.
        raise answer.unexpected(f"the answer does not fit the contract: {complaint}")

    def save(
        self,
        operation: Operation[P, bytes],
        target: str | PathLike[str],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Path:
        """Call an operation that answers a file, and save it as `target`.

        The file is streamed to disk. It appears under its name when it is whole; a file that was
        there before stays until then.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `call`; nothing is left at `target` that was not there before.
        UnexpectedResponse, IntegrityError
            If something else came than the whole file.
        PayloadError, FileError
            If `target` cannot be the name of a file, or cannot be written. `FileError` is also an
            `OSError`.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_measurements import download_measurement_time_series
        >>> path = client.save(
        ...     download_measurement_time_series.OPERATION, "series.parquet", measurement_id
        ... )
        >>> path.name
        'series.parquet'
        """
        ready = prepare(operation, operation.build(*args, **kwargs))
        with whole_file(target) as sink:
            self.transport.send(
                operation.name,
                operation.method,
                ready.url,
                query=ready.query,
                body=ready.body,
                accept="bytes",
                sink=sink,
            )
        return Path(target)

    @cached_property
    def project(self) -> ProjectClient:
        """Projects."""
        from ionworks.project import ProjectClient

        return ProjectClient(self)

    @cached_property
    def cell_spec(self) -> CellSpecificationClient:
        """Cell specifications."""
        from ionworks.cell_specification import CellSpecificationClient

        return CellSpecificationClient(self)

    @cached_property
    def material(self) -> MaterialClient:
        """Materials, and the components that are made of them."""
        from ionworks.material import MaterialClient

        return MaterialClient(self)

    @cached_property
    def cell_instance(self) -> CellInstanceClient:
        """Cell instances."""
        from ionworks.cell_instance import CellInstanceClient

        return CellInstanceClient(self)

    @cached_property
    def cell_measurement(self) -> CellMeasurementClient:
        """Cell measurements."""
        from ionworks.cell_measurement import CellMeasurementClient

        return CellMeasurementClient(self)

    @cached_property
    def cell_batch(self) -> CellBatchClient:
        """Cell batches."""
        from ionworks.cell_batch import CellBatchClient

        return CellBatchClient(self)

    @cached_property
    def raw_data(self) -> RawDataClient:
        """Raw data, files as the instrument wrote them."""
        from ionworks.raw_data import RawDataClient

        return RawDataClient(self)

    @cached_property
    def search(self) -> SearchClient:
        """Search over everything that has a name."""
        from ionworks.search import SearchClient

        return SearchClient(self)

    @cached_property
    def job(self) -> JobClient:
        """Jobs that the service computes."""
        from ionworks.job import JobClient

        return JobClient(self)

    @property
    def measurement(self) -> CellMeasurementClient:
        """The same as `cell_measurement`."""
        return self.cell_measurement

    def health_check(self) -> Health:
        """Ask whether the service is up; needs no right key.

        Examples
        --------
        >>> client.health_check()["status"]
        'ok'
        """
        from ionworks_openapi.api.health import health_check

        return self.call(health_check.OPERATION)

    def whoami(self) -> User:
        """Return the user and the organization that the key stands for.

        Raises
        ------
        AuthenticationFailed
            If the service does not know the key.

        Examples
        --------
        >>> client.whoami().email
        'user@sandbox.example'
        """
        from ionworks_openapi.api.users import whoami

        return self.call(whoami.OPERATION)

    def capabilities(self) -> Capabilities:
        """Ask what the service can do, and how its data are described.

        Examples
        --------
        >>> sorted(client.capabilities().keys())
        ['authentication', 'domain_context', 'openapi_spec', 'schemas']
        """
        from ionworks_openapi.api.discovery import get_capabilities

        return self.call(get_capabilities.OPERATION)

    def schema(self, name: str) -> DiscoverySchema:
        """Get the description of one kind of data, by a name that `capabilities` tells.

        Raises
        ------
        NotFound
            If the service knows none of this name.

        Examples
        --------
        >>> client.schema("cell_instance")["title"]
        'cell_instance'
        """
        from ionworks_openapi.api.discovery import get_discovery_schema

        return self.call(get_discovery_schema.OPERATION, name)

    def resolve_measurement(
        self,
        cell_specification: str,
        cell_instance: str,
        measurement: str,
        *,
        project_id: str | None = None,
    ) -> CellMeasurement:
        """Get a measurement by the exact names of its specification, its cell and itself.

        Parameters
        ----------
        cell_specification, cell_instance, measurement : str
            The names.
        project_id : str, optional
            The project of the specification; by default the client's, or any.

        Raises
        ------
        NotFound
            If there is none; says which of the names is not there.
        Conflict
            If specifications of several projects have the name.

        Examples
        --------
        >>> client.resolve_measurement("LG M50", "M50-007", "RPT 0").id == measurement_id
        True
        """
        from ionworks._workflows.resolve import resolve_measurement

        names = (cell_specification, cell_instance, measurement)
        return resolve_measurement(self, *names, project_id or self.settings.project_id)

    def close(self) -> None:
        """Close all connections.

        Examples
        --------
        >>> client = Ionworks()
        >>> client.close()  # `with Ionworks() as client:` does it by itself
        """
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # Also of one that is being made: whoever reports an error shows the locals of its frames.
        settings = self.__dict__.get("settings")
        return "Ionworks()" if settings is None else f"Ionworks({settings.api_url!r})"

    def __copy__(self) -> Ionworks:
        """Return the same client on the same connections, as `with_options()` does."""
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Ionworks:
        """Return the same as a copy does: connections and keys are shared, never doubled."""
        return self.with_options()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the recipe of the client, without its credential.

        Where it is unpickled the credential is resolved anew, from the environment or a profile.
        `on_attempt` stays behind: what it tells lives in this process.

        Raises
        ------
        ConfigurationError
            If the proxy holds a password, or `verify` cannot leave this process.
        """
        if self._proxy is not None and "@" in self._proxy:
            raise ConfigurationError(
                "a client whose proxy holds a user name or password is not pickled, because they"
                " would be in the pickle: set the environment variable HTTPS_PROXY instead"
            )
        if not isinstance(self._verify, bool | str | PathLike):
            raise ConfigurationError(
                "a client with an SSLContext is not pickled: give verify the path of a CA file"
            )
        settings = self.settings
        recipe = {
            "api_url": str(settings.api_url),
            "dataframe_backend": self.dataframe_backend,
            "timeout": self._timeout,
            "max_retries": self._retry.max_retries,
            "project_id": settings.project_id,
            "organization_id": settings.organization_id,
            "profile": settings.profile if settings.key_is_of_profile else None,
            "max_workers": self.max_workers,
            "proxy": None if self._proxy is None else str(self._proxy),
            "verify": self._verify,
            # Only one that was given is that of transfers as well.
            "deadline": self._retry.transfer_deadline,
        }
        return _from_recipe, (type(self), recipe, settings.key_source)


def _policy(policy: RetryPolicy, max_retries: int | None, deadline: float | None) -> RetryPolicy:
    """Return the policy with what was given in place."""
    if max_retries is not None:
        policy = evolve(policy, max_retries=max_retries)
    if deadline is not None:
        seconds = positive("deadline", deadline)
        policy = evolve(policy, deadline=seconds, transfer_deadline=seconds)
    return policy


def positive(name: str, seconds: float) -> float:
    """Return `seconds` if it is a time that can be waited.

    Raises
    ------
    ConfigurationError
        If it is not more than 0.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise ConfigurationError(f"{name} is {seconds!r}; give seconds, more than 0")
    return float(min(seconds, 1e308))  # a whole number may be more than any float


def _from_recipe(cls: type[Ionworks], recipe: dict[str, Any], key_source: str) -> Ionworks:
    try:
        # A key in the environment wins over that of a profile; then nobody need have its file.
        return cls(**recipe | {"profile": None} if has_credential() else recipe)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"a pickled client has no key in it, and here none is found; the key came from"
            f" {key_source}. Set IONWORKS_API_KEY, or make the client where it is used. ({error})"
        ) from error
