# Generated from openapi.yaml. Do not edit: run make generate.
"""Tests on cells: the methods of `client.cell_measurement`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks._resource import Resource
from ionworks.records.pages import RecordList

from ..api.cell_measurements import (
    delete_cell_measurement,
    get_cell_measurement,
    list_cell_measurements,
    unwatch_cell_measurement,
    update_cell_measurement,
    watch_cell_measurement,
)
from ..filters import MeasurementFilters

if TYPE_CHECKING:
    from ..models import (
        CellInstanceId,
        CellMeasurement,
        CellMeasurementId,
    )


class CellMeasurementClient(Resource):
    """Tests on cells: `client.cell_measurement`."""

    def get(self, measurement_id: CellMeasurementId) -> CellMeasurement:
        """Get the metadata of a measurement.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            The id of the measurement.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.cell_measurement.get(measurement_id)
        """
        return self._client.call(get_cell_measurement, measurement_id)

    def list(
        self,
        cell_instance_id: CellInstanceId,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> RecordList[CellMeasurement]:
        """List the measurements of a cell instance.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The id of the cell instance.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `measurement_type`, `name` (a part of it), `name_exact`, `created_by_email` (a part
            of it), `started_after`, `started_before`, `created_after`, `created_before`,
            `updated_after`, `updated_before`, `tags_all`, `tags_any`, `order_by`, `order`. See
            `ionworks.models.MeasurementFilters`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> records = client.cell_measurement.list(cell_instance_id)
        """
        return self._list(
            list_cell_measurements,
            cell_instance_id,
            filters=filters,
            limit=limit,
            offset=offset,
            strict=strict,
        )

    def iterate(
        self,
        cell_instance_id: CellInstanceId,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> Iterator[CellMeasurement]:
        """Yield the records of `list` lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The id of the cell instance.
        max_items : int, optional
            Stop after this many records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Examples
        --------
        >>> for record in client.cell_measurement.iterate(cell_instance_id):
        ...     _ = record
        """
        return self._iterate(
            list_cell_measurements,
            cell_instance_id,
            filters=filters,
            max_items=max_items,
            strict=strict,
        )

    def update(self, measurement_id: CellMeasurementId, data: Mapping[str, Any]) -> CellMeasurement:
        """Change the metadata of a measurement.

        Fields that are not given stay unchanged. The time series and the steps cannot be changed.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            The id of the measurement.
        data : dict
            `name`, `protocol`, `test_setup`, `notes`, `properties`, `tags`, `end_time`,
            `start_time`, `channel_id`, `protocol_id`. See
            `ionworks.models.CellMeasurementUpdate`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        Conflict
            If the name is taken, or the state of the record does not allow it.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> record = client.cell_measurement.update(measurement_id, {"notes": "changed"})
        """
        return self._client.call(update_cell_measurement, measurement_id, body=data)

    def delete(self, measurement_id: CellMeasurementId) -> None:
        """Delete a measurement and its data.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            The id of the measurement.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_measurement.delete(measurement_id)
        """
        self._client.call(delete_cell_measurement, measurement_id)

    def watch(self, measurement_id: CellMeasurementId) -> None:
        """Watch a measurement.

        Applies to the user of the credentials. The operation is idempotent.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            The id of the measurement.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        Conflict
            If the name is taken, or the state of the record does not allow it.

        Examples
        --------
        >>> client.cell_measurement.watch(measurement_id)
        """
        self._client.call(watch_cell_measurement, measurement_id, body={})

    def unwatch(self, measurement_id: CellMeasurementId) -> None:
        """Stop watching a measurement.

        The operation is idempotent.

        Parameters
        ----------
        measurement_id : str or CellMeasurement
            The id of the measurement.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_measurement.unwatch(measurement_id)
        """
        self._client.call(unwatch_cell_measurement, measurement_id)
