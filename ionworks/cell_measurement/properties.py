"""Measurements that hold properties instead of a time series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from attrs import evolve
from ionworks_openapi.api.cell_measurements import (
    create_properties_measurement,
    get_cell_measurement,
    list_cell_measurements,
)

from ionworks._request.filters import StrOrList
from ionworks._resource import Resource
from ionworks._workflows.create import CreateRequest, OnDifference, UniqueNames
from ionworks.cell_measurement.options import MeasurementOptions, given_options

if TYPE_CHECKING:
    from ionworks_openapi.models import CellInstanceId, CellMeasurement

_UNIQUE = UniqueNames(create_properties_measurement, get_cell_measurement, list_cell_measurements)


class MeasurementProperties(Resource):
    """The methods of `client.cell_measurement` for properties."""

    def create_properties(
        self,
        cell_instance_id: CellInstanceId,
        name: str,
        properties: Mapping[str, Any],
        *,
        notes: str | None = None,
        protocol: Mapping[str, Any] | None = None,
        start_time: datetime | str | None = None,
        end_time: datetime | str | None = None,
        test_setup: Mapping[str, Any] | None = None,
        tags: StrOrList | None = None,
        step_labels_validated: bool | None = None,
        file_metadata: Mapping[str, Any] | None = None,
    ) -> CellMeasurement:
        """Create a measurement with properties instead of a time series.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The measured cell.
        name : str
            The measurement's name, 1 to 255 characters.
        properties : dict
            Values by name. Numbers need a unit: a quantity, or text such as ``"68 g"``.
        notes, protocol, start_time, end_time, test_setup, tags : optional
            As for any measurement.
        step_labels_validated : bool, optional
            Whether a person has reviewed the labels of the steps.
        file_metadata : dict, optional
            Information about files, such as media types or dimensions.

        Examples
        --------
        >>> from ionworks import Quantity
        >>> record = client.cell_measurement.create_properties(
        ...     cell_id, "Thickness", {"thickness": Quantity(0.52, "mm")}
        ... )
        >>> record.properties["thickness"]["unit"]
        'mm'
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
        return self._properties(cell_instance_id, name, properties, options).create()

    def create_or_get_properties(
        self,
        cell_instance_id: CellInstanceId,
        name: str,
        properties: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
        **options: Unpack[MeasurementOptions],
    ) -> CellMeasurement:
        """Create a measurement with properties, or get the existing one with the same name.

        Parameters
        ----------
        cell_instance_id, name, properties
            As for `create_properties`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing measurement differs. It is never changed.
        **options
            The other keywords of `create_properties`.

        Raises
        ------
        Conflict
            If the existing measurement has another type: a time series or files.

        Examples
        --------
        >>> mass = {"mass": "68.1 g"}
        >>> first = client.cell_measurement.create_or_get_properties(cell_id, "Mass", mass)
        >>> client.cell_measurement.create_or_get_properties(cell_id, "Mass", mass) == first
        True
        """
        request = self._properties(cell_instance_id, name, properties, options)
        return request.create_or_get(on_difference)

    def _properties(
        self,
        cell_instance_id: CellInstanceId,
        name: str,
        properties: Mapping[str, Any],
        options: MeasurementOptions,
    ) -> CreateRequest[CellMeasurement]:
        body = {"name": name, "properties": properties, "measurement_type": "properties"}
        body |= given_options(options)
        request = _UNIQUE.request(self._client, cell_instance_id, data=body)
        return evolve(request, kind="properties")
