"""Replaces a measurement with a new upload of its time series.

The new measurement is uploaded under a temporary name and verified. Then the old one is deleted,
and the new one is renamed. After an interruption at any step, at least one complete measurement
exists, under the final or the temporary name, and the next run continues from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from ionworks_openapi.api.cell_measurements import (
    attach_raw_data,
    delete_cell_measurement,
    get_cell_measurement,
    list_measurement_raw_data,
    update_cell_measurement,
)
from ionworks_openapi.models import AttachRawDataRequest, MeasurementMetadata

from ionworks._workflows.create import find_by_name
from ionworks._workflows.stored_series import compare_series
from ionworks._workflows.upload import Upload
from ionworks._workflows.wait import wait_for_all
from ionworks.errors import IntegrityError, MeasurementProcessingError
from ionworks.records.model import set_fields

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

    from ionworks._http.session import Session

_SUFFIX: Final = " [replacement]"
_LONGEST_NAME: Final = 255
_PATIENCE: Final = 600.0
# These fields describe the old data.
_NOT_CARRIED: Final = frozenset({"name", "step_labels_validated"})


@frozen
class Replacement:
    """The replacement of a measurement by an upload with the same name."""

    session: Session
    upload: Upload
    search: Callable[[str], Iterator[CellMeasurement]]

    @property
    def temporary_name(self) -> str:
        """The name of the new measurement until the old one is deleted."""
        return f"{self._name[: _LONGEST_NAME - len(_SUFFIX)]}{_SUFFIX}"

    @property
    def _name(self) -> str:
        return str(self.upload.metadata["name"])

    def resume(self) -> CellMeasurement | None:
        """Rename the measurement that an interrupted run left; None if there is none."""
        left = find_by_name(self.search(self.temporary_name), self.temporary_name)
        return None if left is None else self._rename(left)

    def run(self, old: CellMeasurement) -> CellMeasurement:
        """Upload and verify the new measurement, delete the old one, and rename the new one.

        Raises
        ------
        MeasurementProcessingError
            If the service cannot process the new data; the old measurement is unchanged.
        IntegrityError
            If the stored data differ from the uploaded data; the old measurement is unchanged.
        """
        new = self._find_unfinished() or self._upload(old)
        self._link(old, new)
        self.session.call(delete_cell_measurement, old.id)
        return self._rename(new)

    def _find_unfinished(self) -> CellMeasurement | None:
        """Return the complete upload of an interrupted run; delete it if its data differ."""
        left = find_by_name(self.search(self.temporary_name), self.temporary_name)
        if left is None:
            return None
        try:
            self._verify(left)
        except (IntegrityError, MeasurementProcessingError):
            self.session.call(delete_cell_measurement, left.id)
            return None
        return left

    def _upload(self, old: CellMeasurement) -> CellMeasurement:
        metadata = {**_carried_metadata(old), **self.upload.metadata, "name": self.temporary_name}
        made = self.upload.with_metadata(self.session, metadata).run(self.session)
        new = self._get(made.id)
        try:
            self._verify(new)
        except (IntegrityError, MeasurementProcessingError):
            self.session.call(delete_cell_measurement, new.id)
            raise
        return new

    def _verify(self, new: CellMeasurement) -> None:
        ready = wait_for_all(self._get, [new.id], timeout=_PATIENCE, max_workers=1)[new.id]
        found = compare_series(self.session, self.upload.fingerprint, ready)
        if found:
            reason = "; ".join(map(str, found))
            raise IntegrityError(f"the stored time series differs from the uploaded one: {reason}")

    def _link(self, old: CellMeasurement, new: CellMeasurement) -> None:
        linked = self.session.call(list_measurement_raw_data, old.id)
        if ids := [each.id for each in linked.items]:
            body = AttachRawDataRequest(raw_data_ids=ids)
            self.session.call(attach_raw_data, new.id, body=body)

    def _rename(self, measurement: CellMeasurement) -> CellMeasurement:
        body = {"name": self._name}
        return self.session.call(update_cell_measurement, measurement.id, body=body)

    def _get(self, measurement_id: str) -> CellMeasurement:
        return self.session.call(get_cell_measurement, measurement_id)


def _carried_metadata(old: CellMeasurement) -> dict[str, Any]:
    """Return the metadata of the old measurement that an upload can set."""
    known = {line.name for line in MeasurementMetadata._wire} - _NOT_CARRIED
    return {
        key: value
        for key, value in set_fields(old).items()
        if key in known and value not in (None, {}, [])
    }
