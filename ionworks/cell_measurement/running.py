"""Measurements that grow or are being processed: extend, follow, and wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from ionworks._http.progress import Progress, measure
from ionworks._request.ids import as_id, as_ids
from ionworks._workflows.checks import Checks
from ionworks._workflows.follow import FollowResult, GrowingSource, Reader, follow_source
from ionworks._workflows.tables import count_steps
from ionworks._workflows.upload import extend_time_series
from ionworks._workflows.wait import state_of, wait_for_all
from ionworks.cell_measurement.lists import MeasurementLists
from ionworks.errors import MeasurementProcessingError, PayloadError

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellMeasurement,
        CellMeasurementConfirmed,
        CellMeasurementId,
    )

    from ionworks.frames.stream import TableSource
    from ionworks.quantity import Quantity


class RunningMeasurements(MeasurementLists):
    """The methods of `client.cell_measurement` for tests that run or are being processed."""

    def extend(
        self,
        measurement_id: CellMeasurementId,
        time_series: TableSource,
        wait_for_processing: bool = True,
        *,
        validate_strict: bool = False,
        rated_capacity: float | Quantity | str | None = None,
        voltage_window: Sequence[float | Quantity | str] | None = None,
        skip_checks: Iterable[str] | None = None,
        progress: Progress = "auto",
    ) -> CellMeasurementConfirmed:
        """Append rows to a running test, and wait until they are processed.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            A time series measurement without `end_time`.
        time_series : TableSource
            The new rows: the same columns, with `Time [s]` after the last stored sample.
        wait_for_processing : bool
            Whether to wait; tables cannot be read until the rows are processed.
        validate_strict, rated_capacity, voltage_window, skip_checks, progress : optional
            As for `create`.

        Raises
        ------
        MeasurementValidationError
            If the rows alone are invalid; nothing was sent.
        BadRequest
            If the rows do not continue the series; it was not changed.
        Conflict
            If the measurement is being processed or extended.
        MeasurementProcessingError
            If the service could not process the new rows; the old ones are unchanged.

        Examples
        --------
        >>> longer = client.cell_measurement.extend(measurement_id, next_rows)
        >>> longer.steps_created
        6
        """
        checks = Checks.of(
            measurement_id,
            validate_strict=validate_strict,
            rated_capacity=rated_capacity,
            voltage_window=voltage_window,
            skip_checks=skip_checks,
        )
        measurement = as_id("measurement_id", measurement_id, "cell_measurement")
        with measure(progress, "time_series", "B") as meter:
            confirmed = extend_time_series(self._client, measurement, time_series, checks, meter)
        if not wait_for_processing:
            return confirmed
        settled = self._wait_until_processed(confirmed)
        if settled.processing_error:
            raise MeasurementProcessingError(
                "the new rows were not added; the measurement is unchanged",
                {settled.id: settled.processing_error},
            )
        return settled

    def follow(
        self,
        measurement_id: CellMeasurementId,
        source: GrowingSource,
        *,
        read: Reader | None = None,
        validate_strict: bool = False,
        rated_capacity: float | Quantity | str | None = None,
        voltage_window: Sequence[float | Quantity | str] | None = None,
        skip_checks: Iterable[str] | None = None,
        progress: Progress = "auto",
    ) -> FollowResult:
        """Append the rows of a growing source that are not stored yet.

        Only new rows are sent, so this can be called again and again, for example every night. The
        whole source is read and checked each time, so that times, steps and cycles continue. After
        an interruption, the next call adds what is missing.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            A time series measurement without `end_time`.
        source : GrowingSource
            The whole test from its first row: the path of a file, a table, or a function that
            returns one of them. The last line of a text file is left for the next call if it is not
            complete. So are the rows of a file that have its newest time, if the file changed in
            the last minute: the service adds only later rows, and a step often begins with the time
            at which the last one ended.
        read : Reader, optional
            Reads a file given by path, for example
            ``lambda path: ionworks.read_cycler(path, current="discharge_positive")``. The path may
            be that of a temporary copy. By default, `read_cycler`.
        validate_strict, rated_capacity, voltage_window, skip_checks, progress : optional
            As for `create`.

        Returns
        -------
        FollowResult
            The measurement, the number of added rows and the number of stored rows.

        Raises
        ------
        PayloadError
            If the source does not begin with the stored rows; nothing was added.
        MeasurementValidationError
            If the source is invalid; nothing was added.
        Conflict
            If another extension is under way.

        Examples
        --------
        >>> import polars
        >>> longer = polars.concat([time_series, next_rows])
        >>> client.cell_measurement.follow(measurement_id, longer).rows_added == len(next_rows)
        True
        >>> client.cell_measurement.follow(measurement_id, longer).rows_added
        0
        """
        checks = Checks.of(
            measurement_id,
            validate_strict=validate_strict,
            rated_capacity=rated_capacity,
            voltage_window=voltage_window,
            skip_checks=skip_checks,
        )
        measurement = as_id("measurement_id", measurement_id, "cell_measurement")
        with measure(progress, "time_series", "B") as meter:
            return follow_source(self._client, measurement, source, checks, read, meter)

    def wait_for_processing(
        self,
        measurement_ids: CellMeasurementId | Iterable[CellMeasurementId],
        timeout: float = 600.0,
        *,
        progress: Progress = "auto",
    ) -> dict[str, CellMeasurement]:
        """Wait until the service has processed all of the given measurements.

        Parameters
        ----------
        measurement_ids : str or CellMeasurement, or iterable of str or CellMeasurement
            One measurement, or many, which are polled concurrently.
        timeout : float
            Maximum waiting time in seconds.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Returns
        -------
        dict of str to CellMeasurement
            The processed records, by id.

        Raises
        ------
        MeasurementProcessingError
            If measurements failed; `.failures` has the reason for each.
        TimedOut
            If measurements are not processed in time.

        Examples
        --------
        >>> done = client.cell_measurement.wait_for_processing([measurement_id])
        >>> done[measurement_id].processing_status
        'ready'
        """
        if not timeout > 0:
            raise PayloadError("timeout", timeout, "must be more than 0 seconds")
        return wait_for_all(
            self.get,
            as_ids("measurement_ids", measurement_ids, "cell_measurement", or_none=True),
            timeout=timeout,
            max_workers=self._client.max_workers,
            progress=progress,
        )

    def _wait_until_processed(
        self, confirmed: CellMeasurementConfirmed
    ) -> CellMeasurementConfirmed:
        """Wait for the processing, and return the updated record."""
        if state_of(confirmed.processing_status) == "ready":
            return confirmed
        fresh = self.wait_for_processing([confirmed.id])[confirmed.id]
        # A confirmation before the processing does not have the number of steps.
        steps_created = confirmed.steps_created or count_steps(self._client, confirmed.id)
        return evolve(
            confirmed,
            steps_created=steps_created,
            processing_status=fresh.processing_status,
            processing_error=fresh.processing_error,
            updated_at=fresh.updated_at,
        )
