"""File measurements: files of any format, uploaded and downloaded by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.cell_measurements import (
    download_measurement_file,
    get_cell_measurement,
    list_cell_measurements,
    list_measurement_files,
)

from ionworks._http.files import safe_paths
from ionworks._http.progress import Meter, Progress, measure
from ionworks._request.filters import StrOrList
from ionworks._request.schemas import page_size
from ionworks._resource import Resource
from ionworks._workflows.create import (
    CreateRequest,
    OnDifference,
    check_on_difference,
    find_by_name,
    report_differences,
)
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.file_upload import FilePath, FileUpload, check_files
from ionworks.cell_measurement.options import MeasurementOptions, given_options
from ionworks.records.walk import collect

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellInstanceId,
        CellMeasurement,
        CellMeasurementConfirmed,
        CellMeasurementId,
    )


class MeasurementFiles(Resource):
    """The methods of `client.cell_measurement` for files."""

    def create_file(
        self,
        cell_instance_id: CellInstanceId,
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
        cell_instance_id : str or CellInstance
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
        options: MeasurementOptions = {
            "notes": notes,
            "protocol": protocol,
            "start_time": start_time,
            "end_time": end_time,
            "test_setup": test_setup,
            "tags": tags,
            "step_labels_validated": step_labels_validated,
            "file_metadata": file_metadata,
        }
        metadata = {"name": name, **given_options(options)}
        files = check_files(filepaths, images=validate_images)
        upload = FileUpload.of(self._client, cell_instance_id, metadata, files)
        return upload.run(self._client, progress)

    def create_or_get_file(
        self,
        cell_instance_id: CellInstanceId,
        name: str,
        filepaths: FilePath | Sequence[FilePath],
        *,
        on_difference: OnDifference = "warn",
        validate_images: bool = False,
        **options: Unpack[MeasurementOptions],
    ) -> CellMeasurement:
        """Upload files as a new measurement, or get the existing one with the same name.

        The name is looked up first, so nothing is uploaded twice. The files of an existing
        measurement are downloaded and compared.

        Parameters
        ----------
        cell_instance_id, name, filepaths, validate_images
            As for `create_file`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing measurement differs. It is never changed.
        **options
            The other keywords of `create_file`.

        Raises
        ------
        Conflict
            If the existing measurement has another type: a time series or properties.

        Examples
        --------
        >>> first = client.cell_measurement.create_or_get_file(cell_id, "Remarks", "notes.txt")
        >>> again = client.cell_measurement.create_or_get_file(cell_id, "Remarks", "notes.txt")
        >>> again.id == first.id
        True
        """
        check_on_difference(on_difference)
        session = self._client
        metadata = {"name": name, **given_options(options)}
        files = check_files(filepaths, images=validate_images)
        upload = FileUpload.of(session, cell_instance_id, metadata, files)

        def get(measurement_id: str) -> CellMeasurement:
            return session.call(get_cell_measurement, measurement_id)

        def search(wanted: str) -> Iterator[CellMeasurement]:
            pages = session._pages(list_cell_measurements, cell_instance_id, name=f"eq.{wanted}")
            return iter(collect(pages, page_size=page_size()))

        creation = CreateRequest(
            upload.metadata,
            lambda: get(upload.run(session).id),
            get,
            search,
            kind="file",
            compare=lambda found: upload.differences(self.download_files(found.id)),
        )
        existing = find_by_name(search(name), name)
        if existing is None:
            return creation.create_or_get(on_difference)  # another client may create it meanwhile
        differences = () if on_difference == "ignore" else creation.differences(existing)
        report_differences(differences, existing, on_difference, stacklevel=3)
        return existing

    def list_files(self, measurement_id: CellMeasurementId) -> list[str]:
        """List the names of a measurement's files.

        Examples
        --------
        >>> client.cell_measurement.list_files(file_measurement_id)
        ['photo.png', 'notes.txt']
        """
        return self._client.call(list_measurement_files, measurement_id).filenames or []

    def get_file(
        self, measurement_id: CellMeasurementId, filename: str, *, progress: Progress = "auto"
    ) -> bytes:
        """Download one file of a measurement into memory; `save_files` streams to disk.

        Parameters
        ----------
        measurement_id, filename : str
            The measurement and the name of the file.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

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
        with measure(progress, filename, "B") as meter:
            return self._get(measurement_id, filename, meter)

    def download_files(
        self,
        measurement_id: CellMeasurementId,
        *,
        filenames: Iterable[str] | None = None,
        progress: Progress = "auto",
    ) -> dict[str, bytes]:
        """Download files of a measurement into memory, by name; by default all of them.

        `progress` is as for `get_file`; the bytes of all files are counted.

        Examples
        --------
        >>> files = client.cell_measurement.download_files(file_measurement_id)
        >>> len(files["notes.txt"])
        21
        """
        names = self._names(measurement_id, filenames)
        with measure(progress, "files", "B") as meter:
            contents = fan_out(
                [partial(self._get, measurement_id, name, meter) for name in names],
                max_workers=self._client.max_workers,
            )
        return dict(zip(names, contents, strict=True))

    def save_files(
        self,
        measurement_id: CellMeasurementId,
        directory: FilePath,
        *,
        filenames: Iterable[str] | None = None,
        progress: Progress = "auto",
    ) -> dict[str, Path]:
        """Save files of a measurement in a folder, streamed; by default all of them.

        Existing files with the same names are replaced when the new file is complete. `progress` is
        as for `get_file`; the bytes of all files are counted.

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
        requests = {
            path: self._client.prepare(download_measurement_file, measurement_id, name)
            for name, path in paths.items()
        }
        with measure(progress, "files", "B") as meter:
            fan_out(
                [
                    partial(self._client._save, request, path, meter)
                    for path, request in requests.items()
                ],
                max_workers=self._client.max_workers,
            )
        return paths

    def _get(self, measurement_id: CellMeasurementId, name: str, meter: Meter) -> bytes:
        request = self._client.prepare(download_measurement_file, measurement_id, name)
        return self._client._receive(request, meter=meter)

    def _names(self, measurement_id: CellMeasurementId, wanted: Iterable[str] | None) -> list[str]:
        if wanted is None:
            return self.list_files(measurement_id)
        return list(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))
