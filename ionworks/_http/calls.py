"""Calls of operations of the contract, and of any other path of the API."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, overload

from ionworks_openapi.types import Operation

from ionworks._http.progress import Progress, measure
from ionworks._http.retry import Idempotency
from ionworks._redact import Secret
from ionworks._request.multipart import prepare_request
from ionworks._request.payload import Prepared, check_operation
from ionworks._request.schemas import page_size as default_page_size
from ionworks._request.uncontracted import plain_request
from ionworks.records import RecordError
from ionworks.records.pages import FetchPage, PageLike
from ionworks.records.walk import iterate

if TYPE_CHECKING:
    from ionworks._http.download import Sink
    from ionworks._http.progress import Meter
    from ionworks._http.response import Response
    from ionworks._http.transport import Transport

P = ParamSpec("P")
T = TypeVar("T")


class Calls(ABC):
    """The methods of a session that send requests."""

    _progress: Progress = "auto"

    @property
    @abstractmethod
    def transport(self) -> Transport:
        """The transport with the connections to the service."""

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
