"""The session of a client: its settings, its transport, and views of it."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ionworks._forks import ForkSafeLock
from ionworks._http.file_calls import FileCalls
from ionworks._http.recipe import from_recipe
from ionworks._http.recorded_process import check_process
from ionworks._http.retry import RetryPolicy, check_positive
from ionworks._redact import SecretUrl
from ionworks._request.ids import as_id
from ionworks.errors import ConfigurationError
from ionworks.frames.convert import Backend, check_backend
from ionworks.settings import Settings, resolve_settings, wrap_secrets

if TYPE_CHECKING:
    from ionworks_openapi.models import ProjectId

    from ionworks._http.attempts import Attempt
    from ionworks._http.progress import Progress
    from ionworks._http.tls import Verify
    from ionworks._http.transport import Transport


class Session(FileCalls):
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
        self.dataframe_backend: Backend = check_backend(self.settings.dataframe_backend or "polars")
        if max_workers < 1:
            raise ConfigurationError(f"max_workers is {max_workers}; give 1 or more")
        self.max_workers = max_workers
        self._timeout = 60.0 if timeout is None else check_positive("timeout", timeout)
        self._retry = RetryPolicy().with_limits(max_retries, deadline)
        self._proxy, self._verify, self._on_attempt = proxy, verify, on_attempt
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
        view._retry = self._retry.with_limits(max_retries, deadline)
        view._lock = ForkSafeLock()
        if progress is not None:
            view._progress = progress
        if max_compression is not None:
            max_compression = check_positive("max_compression", max_compression, "number")
        view._transport = self.transport.view(
            timeout=view._timeout, retry=view._retry, max_compression=max_compression
        )
        return view

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
