"""The session of a client: its settings, its transport, and calls of any operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeVar, overload

from attrs import evolve
from ionworks_openapi.types import Operation

from ionworks._forks import ForkSafeLock
from ionworks._http.files import atomic_write
from ionworks._http.progress import measure
from ionworks._http.recipe import from_recipe
from ionworks._http.recorded_process import check_process
from ionworks._http.retry import Idempotency, RetryPolicy
from ionworks._redact import Secret, SecretUrl
from ionworks._request.ids import as_id
from ionworks._request.multipart import prepare_request
from ionworks._request.payload import Prepared, check_operation
from ionworks._request.schemas import page_size as default_page_size
from ionworks._request.uncontracted import plain_request
from ionworks.errors import ConfigurationError
from ionworks.frames.convert import Backend, check_backend
from ionworks.records import RecordError
from ionworks.records.pages import FetchPage, PageLike
from ionworks.records.walk import iterate
from ionworks.settings import Settings, resolve_settings, wrap_secrets

if TYPE_CHECKING:
    from ionworks_openapi.models import ProjectId

    from ionworks._http.attempts import Attempt
    from ionworks._http.download import Sink
    from ionworks._http.progress import Meter, Progress
    from ionworks._http.ranges import RemoteFile
    from ionworks._http.response import Response
    from ionworks._http.tls import Verify
    from ionworks._http.transport import Transport

P = ParamSpec("P")
T = TypeVar("T")


class Session:
    """Settings and transport of a client, and the methods that send requests.

    The parameters are those of `ionworks.Ionworks`, which adds the resources.
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
        project_id: ProjectId | None = None,
        organization_id: str | None = None,
        profile: str | None = None,
        max_workers: int = 32,
        proxy: str | None = None,
        verify: Verify = True,
        deadline: float | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        check_process()
        # Some error reporters show the local variables of each frame, including this one.
        api_key, api_token, api_url = wrap_secrets(api_key, api_token, api_url)
        proxy = None if proxy is None else SecretUrl(proxy)
        self.settings: Settings = resolve_settings(
            api_key=api_key,
            api_token=api_token,
            api_url=api_url,
            project_id=None if project_id is None else as_id("project_id", project_id, "project"),
            organization_id=organization_id,
            dataframe_backend=dataframe_backend,
            profile=profile,
        )
        backend = self.settings.dataframe_backend or "polars"
        self.dataframe_backend: Backend = check_backend(backend)
        if max_workers < 1:
            raise ConfigurationError(f"max_workers is {max_workers}; give 1 or more")
        self.max_workers = max_workers
        self._timeout = 60.0 if timeout is None else check_positive("timeout", timeout)
        self._retry = _policy(RetryPolicy(), max_retries, deadline)
        self._proxy, self._verify = proxy, verify
        self._on_attempt = on_attempt
        self._progress: Progress = "auto"
        self._transport: Transport | None = None
        self._lock = ForkSafeLock()

    @property
    def transport(self) -> Transport:
        """The transport with the connections to the service, created on first use."""
        if self._transport is not None:
            return self._transport
        with self._lock:
            if self._transport is None:
                # Imported on first use: httpx is most of the cost of creating a client.
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
        """The last request of this client in any thread; None before the first one.

        It is shared with the views that `with_options` returns. Requests made by `on_attempt` do
        not count.

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
        max_compression: float | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Return a view of this client with other timeouts, retries or limits.

        The view shares the connections, so closing either closes both. It also shares
        `last_request` and `on_attempt`, which cover the requests of both.

        Parameters
        ----------
        timeout : float, optional
            Seconds for each wait on the server.
        deadline : float, optional
            Seconds for one operation, including all retries and pauses; applies to table and file
            transfers as well.
        max_retries : int, optional
            Maximum number of retries.
        max_compression : float, optional
            Maximum ratio of the size of a response to its compressed size; by default 100.
        progress : "auto", bool or callable, optional
            Where `call` and `save` report the transfer of a file; see `Progress`. The methods of
            the resources have their own parameter `progress`.

        Examples
        --------
        >>> [spec.name for spec in client.with_options(timeout=5, deadline=10).cell_spec.list()]
        ['LG M50']
        """
        view = object.__new__(type(self))
        # Resources refer to the client that created them, so the view creates its own.
        for name, value in self.__dict__.items():
            if not hasattr(getattr(type(self), name, None), "__get__"):
                view.__dict__[name] = value
        if timeout is not None:
            view._timeout = check_positive("timeout", timeout)
        view._retry = _policy(self._retry, max_retries, deadline)
        view._lock = ForkSafeLock()
        if progress is not None:
            view._progress = progress
        if max_compression is not None:
            max_compression = check_positive("max_compression", max_compression, "number")
        view._transport = self.transport.view(
            timeout=view._timeout, retry=view._retry, max_compression=max_compression
        )
        return view

    def call(self, operation: Operation[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call any operation of the contract, with the same checks, retries and errors.

        The operations are in `ionworks_openapi.api`, one module per tag; the parameters are those
        of the contract. For a path that the contract does not have, use `request`.

        Raises
        ------
        PayloadError
            If a parameter does not fit the contract; nothing was sent.
        ApiError, ConnectionFailed, TimedOut
            If the service responds with an error, or there is no complete response.
        UnexpectedResponse
            If the response does not fit the contract.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_instances import get_cell_instance
        >>> cell = client.call(get_cell_instance, cell_id)
        """
        return self.send(self.prepare(operation, *args, **kwargs))

    def prepare(
        self, operation: Operation[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Prepared[T]:
        """Check the arguments of an operation against the contract, without sending anything.

        `send` sends the returned request; `call` does both.

        Raises
        ------
        PayloadError
            If a parameter does not fit the contract.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_instances import update_cell_instance
        >>> request = client.prepare(
        ...     update_cell_instance, cell_id, body={"notes": "dented on arrival"}
        ... )
        >>> client.send(request).notes
        'dented on arrival'
        """
        check_operation(operation)
        return prepare_request(operation, operation.build(*args, **kwargs))

    def send(self, request: Prepared[T], /) -> T:
        """Send a request from `prepare` and return the parsed response.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut, UnexpectedResponse
            As for `call`.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_instances import get_cell_instance
        >>> request = client.prepare(get_cell_instance, cell_id)
        >>> client.send(request).name
        'M50-007'
        """
        operation = request.operation
        progress = self._progress if operation.answer == "bytes" else False
        with measure(progress, operation.name, "B") as meter:
            answer = self._exchange(request, accept=operation.answer, meter=meter)
        full = operation.answer == "json" and answer.status != 204  # a 204 has no body to decode
        # A body where none is expected, such as a login page, is an error too.
        stray = operation.answer == "nothing" and answer.content
        try:
            content = answer.json if full or stray else lambda: answer.content
            return operation.read(answer.status, content())
        except RecordError as error:
            reason = Secret(error)
        # Raised outside of the handler: its frames hold the response with signed URLs.
        raise answer.unexpected_response(f"the response does not fit the contract: {reason}")

    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        accept: Literal["json"] = "json",
        idempotency: Idempotency | None = None,
    ) -> Any: ...

    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        accept: Literal["bytes"],
        idempotency: Idempotency | None = None,
    ) -> bytes: ...

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        accept: Literal["json", "bytes"] = "json",
        idempotency: Idempotency | None = None,
    ) -> Any:
        """Send a request to any path of the API, also to one that the contract does not have.

        Authentication, retries, deadline, errors and redaction are those of every other request.
        The parameters and the body are not checked against the contract.

        Parameters
        ----------
        method : str
            ``"GET"``, ``"POST"``, ``"PUT"``, ``"PATCH"``, ``"DELETE"``, ``"HEAD"`` or
            ``"OPTIONS"``.
        path : str
            The path below `api_url`, for example ``"/projects"``, without a query.
        params : dict, optional
            The query parameters. A list repeats its parameter; None leaves it out.
        json : object, optional
            The body: anything that JSON can hold. Quantities, dates, records and arrays are
            converted.
        accept : {"json", "bytes"}
            What the response holds. For ``"bytes"``, redirects to storage are followed.
        idempotency : {"idempotent", "unique-name", "none"}, optional
            What a second request does. By default a POST is sent once, unless it certainly did not
            reach the service, and other methods are idempotent.

        Returns
        -------
        object
            The decoded JSON, None for an empty response, or bytes.

        Raises
        ------
        PayloadError
            If the method or path is not valid, or a value cannot be JSON; nothing was sent.
        ApiError, ConnectionFailed, TimedOut
            As for `call`.
        UnexpectedResponse
            If the response is not JSON.

        Examples
        --------
        >>> page = client.request("GET", "/projects", params={"limit": 1})
        >>> len(page["items"])
        1
        """
        sent = plain_request(method, path, params, json)
        response = self.transport.send(
            "request",
            sent.method,
            sent.path,
            query=sent.query,
            body=sent.body,
            accept=accept,
            idempotency=idempotency,
        )
        if accept == "bytes":
            return response.content
        return response.json() if response.content else None

    def iterate(
        self,
        operation: Operation[..., PageLike[T]],
        /,
        *args: Any,
        page_size: int | None = None,
        max_items: int | None = None,
        **kwargs: Any,
    ) -> Iterator[T]:
        """Yield the items of a list operation, fetching each page when it is needed.

        Parameters
        ----------
        operation : Operation
            An operation whose response has `items` and `total`.
        *args, **kwargs
            Its parameters, without `limit` and `offset`.
        page_size : int, optional
            Number of items per request.
        max_items : int, optional
            Maximum number of items.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_instances import list_cell_instances
        >>> [cell.name for cell in client.iterate(list_cell_instances, spec_id)]
        ['M50-007']
        """
        fetch = self._pages(operation, *args, **kwargs)
        return iterate(fetch, page_size=page_size or default_page_size(), max_items=max_items)

    def _pages(
        self, operation: Operation[..., PageLike[T]], /, *args: Any, **kwargs: Any
    ) -> FetchPage[T]:
        """Return a function of `limit` and `offset` that fetches one page of a list operation."""
        return lambda limit, offset: self.call(
            operation, *args, limit=limit, offset=offset, **kwargs
        )

    def save(
        self,
        operation: Operation[P, bytes],
        target: str | PathLike[str],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Path:
        """Call an operation that returns a file, and save the file as `target`.

        The file is streamed to disk under a temporary name and renamed when it is complete. Until
        then an existing file stays unchanged.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `call`; `target` is unchanged.
        UnexpectedResponse, IntegrityError
            If the response is not the complete file; `target` is unchanged.
        PayloadError, FileError
            If `target` is not a valid file path, or cannot be written. `FileError` is also an
            `OSError`.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_measurements import download_measurement_time_series
        >>> path = client.save(
        ...     download_measurement_time_series, "series.parquet", measurement_id
        ... )
        >>> path.name
        'series.parquet'
        """
        request = self.prepare(operation, *args, **kwargs)
        with measure(self._progress, operation.name, "B") as meter:
            self._save(request, target, meter)
        return Path(target)

    def read_tail(
        self, operation: Operation[P, bytes], size: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> bytes:
        """Return the last `size` bytes of the file that an operation returns, or all of it.

        Only this range is requested. If the server does not support ranges, the whole file is read.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `call`.

        Examples
        --------
        >>> from ionworks_openapi.api.cell_measurements import download_measurement_time_series
        >>> client.read_tail(download_measurement_time_series, 4, measurement_id)
        b'PAR1'
        """
        return self._open_file(self.prepare(operation, *args, **kwargs)).read_end(size)

    def _save(
        self, request: Prepared[bytes], target: str | PathLike[str], meter: Meter | None
    ) -> None:
        """Send a request for a file, and save the file."""
        with atomic_write(target) as sink:
            self._receive(request, sink=sink, meter=meter)

    def _receive(
        self, request: Prepared[bytes], *, sink: Sink | None = None, meter: Meter | None = None
    ) -> bytes:
        """Send a request for a file, and return the file, or write it to `sink`."""
        return self._exchange(request, accept="bytes", sink=sink, meter=meter).content

    def _open_file(self, request: Prepared[bytes], *, meter: Meter | None = None) -> RemoteFile:
        """Return the file of a request, to be read in ranges."""
        operation = request.operation
        return self.transport.open_file(
            operation.name,
            operation.method,
            request.url,
            query=request.query,
            headers=request.headers,
            meter=meter,
        )

    def _exchange(
        self,
        request: Prepared[Any],
        *,
        accept: Literal["json", "bytes", "nothing"],
        sink: Sink | None = None,
        meter: Meter | None = None,
    ) -> Response:
        operation = request.operation
        return self.transport.send(
            operation.name,
            operation.method,
            request.url,
            query=request.query,
            body=request.body,
            accept=accept,
            sink=sink,
            meter=meter,
            idempotency=operation.idempotency,
            headers=request.headers,
        )

    def close(self) -> None:
        """Close all connections.

        Examples
        --------
        >>> from ionworks import Ionworks
        >>> client = Ionworks()
        >>> client.close()  # `with Ionworks() as client:` does this automatically
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
        # Also works during `__init__`: error reporters show the local variables of its frames.
        settings = self.__dict__.get("settings")
        shown = "" if settings is None else repr(settings.api_url)
        return f"{type(self).__name__}({shown})"

    def __copy__(self) -> Self:
        """Return a view of this client on the same connections, like `with_options()`."""
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        """Return a view, like `copy.copy`: connections and keys are shared, never copied."""
        return self.with_options()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the arguments of the client, without its credential and `on_attempt`.

        On unpickling, the credential is resolved again from the environment or a profile.

        Raises
        ------
        ConfigurationError
            If the proxy contains a user name or password, or `verify` is an SSLContext.
        """
        return from_recipe, (type(self), self._recipe(), self.settings.key_source)

    def _recipe(self) -> dict[str, Any]:
        if self._proxy is not None and "@" in self._proxy:
            raise ConfigurationError(
                "a client whose proxy contains a user name or password cannot be pickled, because"
                " the pickle would contain them: set the environment variable HTTPS_PROXY instead"
            )
        if not isinstance(self._verify, bool | str | PathLike):
            raise ConfigurationError(
                "a client with an SSLContext cannot be pickled: set verify to the path of a CA file"
            )
        settings = self.settings
        return {
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
            # The transfer deadline is set only if a deadline was given.
            "deadline": self._retry.transfer_deadline,
        }


def _policy(policy: RetryPolicy, max_retries: int | None, deadline: float | None) -> RetryPolicy:
    """Return the policy with the given values."""
    if max_retries is not None:
        policy = evolve(policy, max_retries=max_retries)
    if deadline is not None:
        seconds = check_positive("deadline", deadline)
        policy = evolve(policy, deadline=seconds, transfer_deadline=seconds)
    return policy


def check_positive(name: str, seconds: float, unit: str = "number of seconds") -> float:
    """Return `seconds` as a float.

    Raises
    ------
    ConfigurationError
        If it is not a number above 0.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise ConfigurationError(f"{name} is {seconds!r}; give a {unit} above 0")
    return float(min(seconds, 1e308))  # an int may be too large for a float
