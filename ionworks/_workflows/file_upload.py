"""Uploads files of any format as a measurement."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import frozen
from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_upload,
    initiate_measurement_upload,
)
from ionworks_openapi.models import ConfirmUploadRequest, InitiateUploadRequest

from ionworks._http.progress import Meter, Progress, measure
from ionworks._request.payload import Prepared
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.targets import put_file, renew_expired, targets_by_name
from ionworks._workflows.upload import UNKNOWN_ID, confirm_upload
from ionworks.errors import PayloadError
from ionworks.frames.files import open_file
from ionworks.records.base import is_printable_line
from ionworks.records.diff import Difference

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellInstanceId,
        CellMeasurementConfirmed,
        InitiateUploadResponse,
    )

    from ionworks._http.session import Session

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


@frozen
class FileUpload:
    """Files to upload, with validated metadata.

    Attributes
    ----------
    initiate, confirm : Prepared
        The requests before and after the files; the id in the path of `confirm` is a placeholder.
    files : dict of str to Path
        The files, by the name that they get.
    """

    initiate: Prepared[InitiateUploadResponse]
    confirm: Prepared[CellMeasurementConfirmed]
    files: Mapping[str, Path]

    @classmethod
    def of(
        cls,
        session: Session,
        cell_instance_id: CellInstanceId,
        metadata: Mapping[str, Any],
        files: Mapping[str, Path],
    ) -> FileUpload:
        """Check the metadata against the contract; sends nothing.

        Raises
        ------
        PayloadError
            If the metadata do not fit the contract.
        """
        confirm = session.prepare(
            confirm_measurement_upload,
            UNKNOWN_ID,
            body=ConfirmUploadRequest(
                cell_instance_id=cell_instance_id,
                measurement=metadata,
                measurement_type="file",
                filenames=list(files),
            ),
        )
        initiate = session.prepare(
            initiate_measurement_upload,
            cell_instance_id,
            body=InitiateUploadRequest(
                measurement=confirm.body["measurement"],
                measurement_type="file",
                filenames=list(files),
            ),
        )
        return cls(initiate, confirm, files)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The metadata in plain JSON."""
        return cast("Mapping[str, Any]", self.confirm.body["measurement"])

    def run(self, session: Session, progress: Progress = "auto") -> CellMeasurementConfirmed:
        """Upload the files and confirm; the record exists only after the confirmation."""
        operation = str(self.metadata["name"])
        with measure(progress, operation, "B", total=_total(self.files)) as meter:
            measurement_id = renew_expired(lambda: self._send(session, meter))
            return confirm_upload(session, measurement_id, self.confirm)

    def _send(self, session: Session, meter: Meter) -> str:
        """Begin an upload and send the files; return the id of the measurement."""
        opened = session.send(self.initiate)
        targets = targets_by_name(opened.uploads, self.files)
        # The threads of the client, shared among the files.
        share = max(1, session.max_workers // len(self.files))
        puts = [
            partial(put_file, session, targets[name], path, _content_type(name), meter, share)
            for name, path in self.files.items()
        ]
        fan_out(puts, max_workers=session.max_workers)
        return opened.measurement_id

    def differences(self, stored: Mapping[str, bytes]) -> Iterator[Difference]:
        """Yield how stored files differ from these, by name and content."""
        for name in dict.fromkeys([*self.files, *stored]):
            if name not in stored:
                yield Difference(f"files.{name}", "given", "absent")
            elif name not in self.files:
                yield Difference(f"files.{name}", "not given", "stored")
            else:
                with open_file(self.files[name], name) as file:
                    content = file.read()
                if content != stored[name]:
                    sizes = f"{len(content)} bytes", f"{len(stored[name])} bytes"
                    yield Difference(f"files.{name}", *sizes)


def check_files(
    filepaths: FilePath | Iterable[FilePath], *, images: bool = False
) -> dict[str, Path]:
    """Return the files to upload, by name.

    Raises
    ------
    PayloadError
        If no file is given, a file cannot be read or has no usable name, two files have the same
        name, or, with `images`, a file is not an image.
    """
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
