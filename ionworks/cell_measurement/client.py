"""Cell measurements: time series, properties or files measured on a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ionworks._http.progress import Progress, measure
from ionworks._request.ids import as_id
from ionworks._workflows.checks import Checks
from ionworks._workflows.create import (
    CreateRequest,
    OnDifference,
    check_on_difference,
    find_by_name,
    report_differences,
)
from ionworks._workflows.replace import Replacement
from ionworks._workflows.stored_series import compare_series, is_of_series
from ionworks._workflows.upload import Upload
from ionworks.cell_measurement.files import MeasurementFiles
from ionworks.cell_measurement.links import MeasurementLinks
from ionworks.cell_measurement.properties import MeasurementProperties
from ionworks.cell_measurement.running import RunningMeasurements
from ionworks.cell_measurement.series import MeasurementSeries
from ionworks.cell_measurement.tables import MeasurementTables

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellInstanceId,
        CellMeasurement,
        CellMeasurementConfirmed,
    )

    from ionworks.quantity import Quantity
    from ionworks.records.diff import Difference


class CellMeasurementClient(
    RunningMeasurements,
    MeasurementTables,
    MeasurementSeries,
    MeasurementProperties,
    MeasurementFiles,
    MeasurementLinks,
):
    """Client for measurements: `client.cell_measurement`, or `client.measurement` for short."""

    def create(
        self,
        cell_instance_id: CellInstanceId,
        measurement_detail: Mapping[str, Any],
        *,
        validate_strict: bool = False,
        rated_capacity: float | Quantity | str | None = None,
        voltage_window: Sequence[float | Quantity | str] | None = None,
        skip_checks: Iterable[str] | None = None,
        wait_for_processing: bool = True,
        progress: Progress = "auto",
    ) -> CellMeasurementConfirmed:
        """Upload a time series as a new measurement, and wait until it is processed.

        Metadata and data are checked first: errors prevent the upload, and the other findings are
        one `MeasurementDataWarning`. The record appears at the end: after any failure,
        there is a complete measurement or none.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The measured cell.
        measurement_detail : dict
            `measurement`: the metadata, `name` (required), `protocol`, `start_time`,
            `test_setup`, `notes`, ...; `time_series`: a frame with `Time [s]`, `Voltage [V]`,
            `Current [A]` (+ = discharge), `Step count`, and any other columns; it may also be a
            LazyFrame, an Arrow stream, an iterator of frames or the path of a Parquet file, which
            are read in parts; `steps`
            (optional): a step table that replaces the one computed by the service.
        validate_strict : bool
            Whether warnings are errors, and additional rules apply. Ratings that are not given are
            read from the specification of the cell.
        rated_capacity, voltage_window : optional
            The ratings of the cell, in A.h and V or with their units, for the rules that need them.
            Without `validate_strict`, no request is made for ratings that are not given.
        skip_checks : iterable of str, optional
            Checks or codes that are not reported.
        wait_for_processing : bool
            Whether to wait; otherwise, `processing_status` may be "pending".
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Returns
        -------
        CellMeasurementConfirmed
            The record, with `steps_created`.

        Raises
        ------
        PayloadError, MeasurementValidationError
            If the metadata or the data are invalid; nothing was sent.
        Conflict
            If the cell has a measurement with this name.
        MeasurementProcessingError
            If the service stored the data, but could not process them.

        Examples
        --------
        >>> measurement = client.cell_measurement.create(
        ...     cell_id, {"measurement": {"name": "RPT 1"}, "time_series": time_series}
        ... )
        >>> measurement.name, measurement.steps_created
        ('RPT 1', 5)
        """
        checks = Checks.of(
            cell_instance_id,
            validate_strict=validate_strict,
            rated_capacity=rated_capacity,
            voltage_window=voltage_window,
            skip_checks=skip_checks,
        )
        cell = as_id("cell_instance_id", cell_instance_id, "cell_instance")
        with Upload.of(self._client, cell, measurement_detail, checks) as upload:
            return self._upload(upload, wait_for_processing, progress)

    def create_or_get(
        self,
        cell_instance_id: CellInstanceId,
        measurement_detail: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
        validate_strict: bool = False,
        rated_capacity: float | Quantity | str | None = None,
        voltage_window: Sequence[float | Quantity | str] | None = None,
        skip_checks: Iterable[str] | None = None,
        wait_for_processing: bool = True,
        replace: bool = False,
        progress: Progress = "auto",
    ) -> CellMeasurement:
        """Upload a measurement, or get the existing one with the same name.

        The name is looked up first, so nothing is uploaded twice. An existing measurement is
        compared with `measurement_detail`: the metadata, and the row count, the time span and a
        digest of the series. The digest is stored in files uploaded by this client; for other
        files, only row count and time span are compared.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The measured cell.
        measurement_detail : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing measurement differs. It is not changed.
        validate_strict, rated_capacity, voltage_window, skip_checks : optional
            As for `create`.
        wait_for_processing : bool
            Whether to wait after an upload; as for `create`.
        replace : bool
            Whether to upload again if the series differs. The new measurement takes over the
            name, the links to raw data, and all metadata that are not given, such as tags and
            notes. It has a new id. The old measurement is deleted after the new one is stored,
            processed and verified. If this is interrupted, the same call completes it.
        progress : "auto", bool or callable
            As for `create`.

        Raises
        ------
        Conflict
            If the existing measurement has another type: properties or files.

        Examples
        --------
        >>> data = {"measurement": {"name": "RPT 0"}, "time_series": time_series}
        >>> measurement = client.cell_measurement.create_or_get(cell_id, data)
        >>> measurement.id == measurement_id  # it existed already; nothing was uploaded
        True
        """
        check_on_difference(on_difference)
        checks = Checks.of(
            cell_instance_id,
            validate_strict=validate_strict,
            rated_capacity=rated_capacity,
            voltage_window=voltage_window,
            skip_checks=skip_checks,
        )
        cell = as_id("cell_instance_id", cell_instance_id, "cell_instance")
        with Upload.of(self._client, cell, measurement_detail, checks) as upload:

            def send() -> CellMeasurement:
                return self.get(self._upload(upload, wait_for_processing, progress).id)

            return self._create_or_get(upload, send, on_difference, cell, replace)

    def _create_or_get(
        self,
        upload: Upload,
        send: Callable[[], CellMeasurement],
        on_difference: OnDifference,
        cell_instance_id: str,
        replace: bool,
    ) -> CellMeasurement:
        def compare(found: CellMeasurement) -> list[Difference]:
            return compare_series(self._client, upload.fingerprint, found)

        search = self._search(cell_instance_id)
        creation = CreateRequest(
            upload.metadata, send, self.get, search, kind="time_series", compare=compare
        )
        replacement = Replacement(self._client, upload, search)
        name = upload.metadata["name"]
        found = find_by_name(search(name), name)
        if found is None and replace:
            found = replacement.resume()
        if found is None:
            return creation.create_or_get(on_difference)  # another client may create it meanwhile
        found_differences = creation.differences(found)
        if replace and any(is_of_series(each) for each in found_differences):
            return replacement.run(found)
        report_differences(found_differences, found, on_difference, stacklevel=4)
        return found

    def _search(self, cell_instance_id: str) -> Callable[[str], Iterator[CellMeasurement]]:
        return lambda name: iter(self.list(cell_instance_id, name_exact=name))

    def _upload(
        self, upload: Upload, wait_for_processing: bool, progress: Progress
    ) -> CellMeasurementConfirmed:
        with measure(progress, "time_series", "B", total=upload.size) as meter:
            confirmed = upload.run(self._client, meter)
        return self._wait_until_processed(confirmed) if wait_for_processing else confirmed
