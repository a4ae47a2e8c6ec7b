"""Raw data: the original files of an instrument, stored along with the measurements."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ionworks_openapi.api.raw_data import (
    confirm_raw_data_upload,
    get_raw_data_download_url,
    initiate_raw_data_upload,
    list_raw_data,
    list_raw_data_measurements,
    update_raw_data,
)
from ionworks_openapi.resources.raw_data import RawDataClient as RawDataMethods

from ionworks._http.files import atomic_write
from ionworks._http.integrity import Expected, Known
from ionworks._http.progress import Meter, Progress, measure
from ionworks._redact import SecretUrl
from ionworks._workflows.create import reconciling
from ionworks._workflows.targets import Target, put_open_file, renew_expired, size_of
from ionworks._workflows.upload import UNKNOWN_ID
from ionworks.errors import (
    ApiError,
    Conflict,
    ConnectionFailed,
    NotFound,
    TimedOut,
    UnexpectedResponse,
)
from ionworks.frames.files import open_file
from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import ProjectId, RawData, RawDataId

    from ionworks._http.response import Response

FilePath = str | PathLike[str]


class RawDataClient(RawDataMethods):
    """Client for raw data: `client.raw_data`."""

    def upload(
        self,
        project_id: ProjectId | None,
        file: FilePath | IO[bytes],
        name: str | None = None,
        source: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        progress: Progress = "auto",
    ) -> RawData:
        """Upload a file as raw data, streamed. The record appears when the file is complete.

        Parameters
        ----------
        project_id : str, Project or None
            The project; None for the project of the client.
        file : path or open binary file
            An open file must be seekable; it is sent from its beginning.
        name : str, optional
            The name of the record; by default the file's name.
        source : str, optional
            The origin of the file, for example the instrument.
        metadata : dict, optional
            Any other information.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Raises
        ------
        PayloadError
            If the file cannot be read, or an argument does not fit the contract; nothing was sent.
        IntegrityError
            If the file changes while it is sent; no record was created.

        Examples
        --------
        >>> raw = client.raw_data.upload(project_id, "notes.txt", source="bench 3")
        >>> raw.size_bytes
        21
        """
        if isinstance(file, str | PathLike):
            with open_file(file, "file") as opened:
                return self._upload(opened, project_id, name, source, metadata, progress)
        return self._upload(file, project_id, name, source, metadata, progress)

    def _upload(
        self,
        file: IO[bytes],
        project_id: ProjectId | None,
        name: str | None,
        source: str | None,
        metadata: Mapping[str, Any] | None,
        progress: Progress,
    ) -> RawData:
        filename = _filename(file) or Path(name or "").name or "data.bin"
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        body: dict[str, Any] = {
            "project_id": self._project(project_id),
            "name": name or filename,
            "filename": filename,
            "content_type": kind,
            "metadata": dict(metadata or {}),
        }
        if source is not None:
            body["source"] = source
        final = {**body, "size_bytes": size_of(file)}
        confirmation = self._client.prepare(confirm_raw_data_upload, UNKNOWN_ID, body=final)

        def send() -> str:
            opened = self._client.call(initiate_raw_data_upload, body=body)
            if not (opened.uploads and opened.uploads[0]):
                raise UnexpectedResponse("the service returned no upload URL for the file")
            target = Target.of(opened.uploads[0])
            put_open_file(self._client, target, file, kind, final["size_bytes"], meter=meter)
            return opened.raw_data_id

        with measure(progress, filename, "B", total=final["size_bytes"]) as meter:
            raw_data_id = renew_expired(send)
        try:
            return self._client.send(confirmation.at(raw_data_id=raw_data_id))
        except Conflict as error:  # the id itself: confirmed before, but the response was lost
            conflict = error
        if conflict.existing_id in (None, raw_data_id):
            with reconciling(conflict), suppress(NotFound):
                return self.get(raw_data_id)
        conflict.outcome = "rejected"
        raise conflict

    def list(
        self,
        project_id: ProjectId | None = None,
        limit: int | None = None,
        offset: int | None = None,
        *,
        strict: bool = False,
    ) -> RecordList[RawData]:
        """List all raw data of a project, or one page with `limit` or `offset`.

        Examples
        --------
        >>> [raw.filename for raw in client.raw_data.list()]
        ['cycler.csv']
        """
        project = self._project(project_id)
        return self._list(
            list_raw_data, limit=limit, offset=offset, strict=strict, project_id=project
        )

    def iterate(
        self,
        project_id: ProjectId | None = None,
        *,
        max_items: int | None = None,
        strict: bool = False,
    ) -> Iterator[RawData]:
        """Yield raw data lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> next(client.raw_data.iterate()).size_bytes
        19
        """
        project = self._project(project_id)
        return self._iterate(list_raw_data, max_items=max_items, strict=strict, project_id=project)

    def update(
        self,
        raw_data_id: RawDataId,
        name: str | None = None,
        source: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> RawData:
        """Update the metadata of raw data; an empty `source` clears it.

        Examples
        --------
        >>> client.raw_data.update(raw_data_id, source="bench 3").source
        'bench 3'
        """
        given = {"name": name, "source": source, "metadata": metadata}
        body = {key: value for key, value in given.items() if value is not None}
        return self._client.call(update_raw_data, raw_data_id, body=body)

    def download_url(self, raw_data_id: RawDataId) -> str:
        """Get a signed URL of the file. Until it expires, it gives access without a key.

        Examples
        --------
        >>> client.raw_data.download_url(raw_data_id).partition(":")[0]
        'http'
        """
        return self._client.call(get_raw_data_download_url, raw_data_id).url

    def download(self, raw_data_id: RawDataId, *, progress: Progress = "auto") -> bytes:
        """Download the file into memory; `save` streams it to disk.

        Parameters
        ----------
        raw_data_id : str
            The id of the raw data.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Raises
        ------
        IntegrityError
            If the download is incomplete or damaged.

        Examples
        --------
        >>> client.raw_data.download(raw_data_id).splitlines()
        [b'time,voltage', b'0,3.7']
        """
        with measure(progress, "raw data", "B") as meter:
            return self._fetch(raw_data_id, meter).content

    def save(
        self, raw_data_id: RawDataId, target: FilePath, *, progress: Progress = "auto"
    ) -> Path:
        """Save the file as `target`, streamed. It appears there when it is complete.

        `progress` is as for `download`.

        Raises
        ------
        PayloadError, FileError
            If `target` is not a valid file name, or cannot be written.
        IntegrityError
            If the download is incomplete or damaged; nothing was saved.

        Examples
        --------
        >>> client.raw_data.save(raw_data_id, "cycler.csv").stat().st_size
        19
        """
        with measure(progress, "raw data", "B") as meter, atomic_write(target) as sink:
            self._fetch(raw_data_id, meter, sink)
        return Path(target)

    def list_measurements(
        self, raw_data_id: RawDataId, limit: int | None = None, offset: int | None = None
    ) -> RecordList[str]:
        """List the ids of all measurements linked to raw data, or one page with `limit`.

        Examples
        --------
        >>> list(client.raw_data.list_measurements(raw_data_id))
        []
        """
        return self._list(
            list_raw_data_measurements,
            raw_data_id,
            limit=limit,
            offset=offset,
            order="fixed",  # attaching inserts a record at its place in the order
        )

    def _fetch(
        self, raw_data_id: RawDataId, meter: Meter, sink: IO[bytes] | None = None
    ) -> Response:
        return self._client.transport.fetch(
            SecretUrl(self.download_url(raw_data_id)),
            operation=get_raw_data_download_url.name,
            sink=sink,
            meter=meter,
            expected=self._expected(raw_data_id),
        )

    def _expected(self, raw_data_id: RawDataId) -> Expected:
        def known() -> Known:
            try:
                record = self.get(raw_data_id)
            except (ApiError, ConnectionFailed, TimedOut, UnexpectedResponse):
                return Known()  # without the record, only the response can be checked
            return Known(record.filename, record.size_bytes, record.content_type)

        return Expected(record=known)


def _filename(file: IO[bytes]) -> str:
    """Return the name of an open file, without folders; empty if it has none."""
    known = getattr(file, "name", None)  # a temporary file has a number instead
    return Path(known).name if isinstance(known, str | PathLike) else ""
