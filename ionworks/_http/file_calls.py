"""Calls of operations that return a file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

from ionworks_openapi.types import Operation

from ionworks._http.calls import Calls
from ionworks._http.files import atomic_write
from ionworks._http.progress import measure
from ionworks._request.payload import Prepared

if TYPE_CHECKING:
    from ionworks._http.download import Sink
    from ionworks._http.progress import Meter
    from ionworks._http.ranges import RemoteFile

P = ParamSpec("P")


class FileCalls(Calls):
    """The methods of a session that save or read files."""

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
