# Generated from openapi.yaml. Do not edit: run make generate.
"""The low-level client: one request for one operation, without retries and without error classes."""

from __future__ import annotations

from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import httpx

from ionworks.records.model import to_body

from .types import Operation, Request, Response

P = ParamSpec("P")
T = TypeVar("T")


class _Base:
    def __init__(
        self, base_url: str, *, api_key: str | None = None, token: str | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        elif api_key is not None:
            self._headers["X-API-Key"] = api_key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"

    def _arguments(self, operation: Operation[..., Any], request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "method": operation.method,
            "url": self._base_url + operation.url(request),
            "params": request.given_query(),
            "headers": {**self._headers, **request.given_headers()},
            "follow_redirects": False,
        }
        if request.body is not None and operation.sends == "multipart":
            body = dict(request.body)
            files = {k: v for k, v in body.items() if isinstance(v, bytes) or hasattr(v, "read")}
            arguments["files"] = files
            arguments["data"] = {key: value for key, value in body.items() if key not in files}
        elif request.body is not None:
            arguments["json"] = to_body(request.body)
        return arguments

    def _response(self, operation: Operation[..., T], answer: httpx.Response) -> Response[T]:
        parsed = None
        if answer.is_success:
            full = operation.answer == "json" and answer.status_code != 204  # a 204 has no body
            data = answer.json() if full else answer.content
            parsed = operation.read(answer.status_code, data)
        return Response(answer.status_code, answer.headers, answer.content, parsed)


class Client(_Base):
    """Sends operations, one at a time.

    Parameters
    ----------
    base_url : str
        The service's address, without a path behind it.
    api_key, token : str, optional
        Sent as ``X-API-Key`` or as a bearer token; the token wins.
    timeout : float
        Seconds for connecting, and for each wait on the server.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        super().__init__(base_url, api_key=api_key, token=token)
        self._http = httpx.Client(timeout=timeout, trust_env=False)

    def send(self, operation: Operation[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Response[T]:
        """Send one operation; an error status is an answer like any other."""
        request = operation.build(*args, **kwargs)
        return self._response(operation, self._http.request(**self._arguments(operation, request)))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Base):
    """The same as `Client`, for asyncio."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        super().__init__(base_url, api_key=api_key, token=token)
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False)

    async def send(
        self, operation: Operation[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[T]:
        """Send one operation; an error status is an answer like any other."""
        request = operation.build(*args, **kwargs)
        arguments = self._arguments(operation, request)
        return self._response(operation, await self._http.request(**arguments))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
