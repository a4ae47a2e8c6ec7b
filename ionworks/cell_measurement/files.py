"""File measurements: files of any format, uploaded and downloaded by name."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_upload,
    download_measurement_file,
    initiate_measurement_upload,
    list_measurement_files,
)
from ionworks_openapi.models import ConfirmUploadRequest, InitiateUploadRequest

from ionworks._http.files import safe_paths
from ionworks._http.progress import Meter, Progress, measure
from ionworks._request.filters import StrOrList, as_str_list
from ionworks._resource import Resource
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.targets import put_file, renew_expired, targets_by_name
from ionworks._workflows.upload import UNKNOWN_ID, confirm_upload
from ionworks.errors import PayloadError
from ionworks.frames.files import open_file
from ionworks.records.base import is_printable_line

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurementConfirmed

    from ionworks._request.payload import Prepared

_IMAGES: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".tiff": (b"II*\x00", b"MM\x00*"),
    ".bmp": (b"BM",),
}
_UNKNOWN: Final = "application/octet-stream"
FilePath = str | PathLike[str]


class MeasurementFiles(Resource):
    """The methods of `client.cell_measurement` for files."""

    def create_file(
        self,
        cell_instance_id: str,
        name: str,
        filepaths: FilePath | Sequence[FilePath],
        *,
        validate_images: bool = False,
        notes: str | None = None,
        protocol: Mapping[str, Any] | None = None,
        start_time: datetime | str | None = None,
        end_time: datetime | str | None = None,
        test_setup: Mapping[str, Any] | None = None,
        tags: StrOrList | None = None,
        step_labels_validated: bool | None = None,
        file_metadata: Mapping[str, Any] | None = None,
        progress: Progress = "auto",
    ) -> CellMeasurementConfirmed:
        """Upload files as a new measurement. The record appears when all files are stored.

        Parameters
        ----------
        cell_instance_id : str
            The measured cell.
        name : str
            The measurement's name, 1 to 255 characters.
        filepaths : path or sequence of paths
            The files, streamed from disk. Their names, without folders, must be unique.
        validate_images : bool
            Reject files that are not images by file extension and content.
        notes, protocol, start_time, end_time, test_setup, tags : optional
            As for any measurement.
        step_labels_validated : bool, optional
            Whether a person has reviewed the labels of the steps.
        file_metadata : dict, optional
            Information about the files, such as media types or dimensions.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Raises
        ------
        PayloadError
            If no file is given, a file cannot be read, two files have the same name, or the
            metadata do not fit the contract; nothing was sent.
        Conflict
            If the cell has a measurement with this name.
        IntegrityError
            If a file changes while it is sent; the measurement was not created.

        Examples
        --------
        >>> record = client.cell_measurement.create_file(cell_id, "Remarks", ["notes.txt"])
        >>> client.cell_measurement.list_files(record.id)
        ['notes.txt']
        """
        files = _checked_files(filepaths, validate_images)
        given = {
            "name": name,
            "notes": notes,
            "protocol": protocol,
            "start_time": start_time,
            "end_time": end_time,
            "test_setup": test_setup,
            "tags": None if tags is None else as_str_list("tags", tags),
            "step_labels_validated": step_labels_validated,
            "file_metadata": file_metadata,
        }
        metadata = {key: value for key, value in given.items() if value is not None}
        confirmation = self._client.prepare(
            confirm_measurement_upload,
            UNKNOWN_ID,
            body=ConfirmUploadRequest(
                cell_instance_id=cell_instance_id,
                measurement=metadata,
                measurement_type="file",
                filenames=list(files),
            ),
        )
        with measure(progress, name, "B", total=_total(files)) as meter:
            send = partial(self._send_files, cell_instance_id, files, confirmation, meter)
            return confirm_upload(self._client, renew_expired(send), confirmation)

    def _send_files(
        self,
        cell_instance_id: str,
        files: Mapping[str, Path],
        confirmation: Prepared[Any],
        meter: Meter,
    ) -> str:
        """Begin an upload and send its files; return the id of the measurement."""
        opened = self._client.call(
            initiate_measurement_upload,
            cell_instance_id,
            body=InitiateUploadRequest(
                measurement=confirmation.body["measurement"],
                measurement_type="file",
                filenames=list(files),
            ),
        )
        urls = targets_by_name(opened.uploads, files)
        puts = [
            partial(put_file, self._client, urls[name], path, _content_type(name), meter)
            for name, path in files.items()
        ]
        fan_out(puts, max_workers=self._client.max_workers)
        return opened.measurement_id

    def list_files(self, measurement_id: str) -> list[str]:
        """List the names of a measurement's files.

        Examples
        --------
        >>> client.cell_measurement.list_files(file_measurement_id)
        ['photo.png', 'notes.txt']
        """
        return self._client.call(list_measurement_files, measurement_id).filenames or []

    def get_file(self, measurement_id: str, filename: str) -> bytes:
        """Download one file of a measurement into memory; `save_files` streams to disk.

        Raises
        ------
        NotFound
            If the measurement has no file with this name.
        IntegrityError
            If the download is incomplete or damaged.

        Examples
        --------
        >>> client.cell_measurement.get_file(file_measurement_id, "notes.txt")
        b'scratched on the left'
        """
        return self._client.call(download_measurement_file, measurement_id, filename)

    def download_files(
        self, measurement_id: str, *, filenames: Iterable[str] | None = None
    ) -> dict[str, bytes]:
        """Download files of a measurement into memory, by name; by default all of them.

        Examples
        --------
        >>> files = client.cell_measurement.download_files(file_measurement_id)
        >>> len(files["notes.txt"])
        21
        """
        names = self._names(measurement_id, filenames)
        contents = fan_out(
            [partial(self.get_file, measurement_id, name) for name in names],
            max_workers=self._client.max_workers,
        )
        return dict(zip(names, contents, strict=True))

    def save_files(
        self,
        measurement_id: str,
        directory: FilePath,
        *,
        filenames: Iterable[str] | None = None,
    ) -> dict[str, Path]:
        """Save files of a measurement in a folder, streamed; by default all of them.

        Existing files with the same names are replaced when the new file is complete.

        Returns
        -------
        dict of str to Path
            The path of each file, by name.

        Raises
        ------
        PayloadError
            If the folder does not exist.
        FileError
            If a file cannot be written.
        UnexpectedResponse
            If the name of a file leads out of the folder (nothing was written), or a response
            is not a file.
        IntegrityError
            If a download is incomplete or damaged; that file was not saved.

        Examples
        --------
        >>> saved = client.cell_measurement.save_files(file_measurement_id, ".")
        >>> saved["notes.txt"].read_text()
        'scratched on the left'
        """
        paths = safe_paths(directory, self._names(measurement_id, filenames))
        operation = download_measurement_file
        fan_out(
            [
                partial(self._client.save, operation, path, measurement_id, name)
                for name, path in paths.items()
            ],
            max_workers=self._client.max_workers,
        )
        return paths

    def _names(self, measurement_id: str, wanted: Iterable[str] | None) -> list[str]:
        if wanted is None:
            return self.list_files(measurement_id)
        return list(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))


def _checked_files(filepaths: FilePath | Iterable[FilePath], images: bool) -> dict[str, Path]:
    given = [filepaths] if isinstance(filepaths, str | PathLike) else filepaths
    if not isinstance(given, Iterable):
        raise PayloadError("filepaths", filepaths, "expected a path, or a sequence of paths")
    files: dict[str, Path] = {}
    for index, raw in enumerate(given):
        field = f"filepaths[{index}]"
        with open_file(raw, field) as file:
            start = file.read(16)
        path = Path(raw)
        if path.name in files:
            reason = f"has the same name as {files[path.name]}"
            raise PayloadError(field, str(path), reason, "Rename one of the two")
        if not is_printable_line(path.name) or "\\" in path.name:
            reason = "the name has a backslash or a control character, and could not be downloaded"
            raise PayloadError(field, str(path), reason, "Rename it")
        if images and not _is_image(path.suffix.lower(), start):
            reason = f"not an image; supported are {', '.join(_IMAGES)}, by extension and content"
            raise PayloadError(field, str(path), reason)
        files[path.name] = path
    if not files:
        raise PayloadError("filepaths", filepaths, "is empty; a file measurement needs a file")
    return files


def _is_image(ending: str, start: bytes) -> bool:
    if ending == ".webp":  # other formats begin with RIFF, too
        return start.startswith(b"RIFF") and start[8:12] == b"WEBP"
    return start.startswith(_IMAGES.get(ending, ()))


def _content_type(name: str) -> str:
    guessed, _ = mimetypes.guess_type(name)
    return guessed if guessed and guessed.startswith("image/") else _UNKNOWN


def _total(files: Mapping[str, Path]) -> int | None:
    """Return the size of all files; None if one can no longer be read, which the upload reports."""
    with suppress(OSError):
        return sum(path.stat().st_size for path in files.values())
    return None
