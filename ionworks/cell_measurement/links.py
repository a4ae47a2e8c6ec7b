"""Tags and raw data of measurements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ionworks_openapi.api.cell_measurements import (
    attach_raw_data,
    detach_raw_data,
    list_measurement_raw_data,
    list_measurement_tags,
    update_measurement_tags,
)
from ionworks_openapi.models import UpdateMeasurementTagsRequest

from ionworks._request.filters import StrOrList, as_str_list
from ionworks._request.ids import as_ids
from ionworks._resource import Resource
from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellMeasurementId,
        MeasurementTag,
        ProjectId,
        RawData,
        RawDataId,
    )


class MeasurementLinks(Resource):
    """The methods of `client.cell_measurement` for tags and raw data."""

    def list_tags(
        self,
        project_id: ProjectId | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> RecordList[MeasurementTag]:
        """List the tags of a project's measurements, with the number of uses of each.

        Parameters
        ----------
        project_id : str or Project, optional
            The project; by default the project of the client.
        q : str, optional
            Text to find in the tag.
        limit : int, optional
            Maximum number of tags; by default 1000, the largest number that the service allows.

        Examples
        --------
        >>> [(tag.tag, tag.usage_count) for tag in client.cell_measurement.list_tags()]
        [('formation', 1)]
        """
        project = self._project(project_id)
        page = self._client.call(
            list_measurement_tags,
            project_id=project,
            q=q,
            limit=1000 if limit is None else limit,
        )
        if not page.items:
            self._check_project({"project_id": project})
        return RecordList(page.items, page.total)

    def add_tags(
        self, measurement_ids: CellMeasurementId | Iterable[CellMeasurementId], tags: StrOrList
    ) -> int:
        """Add tags to measurements; in case of an error, to none of them.

        Parameters
        ----------
        measurement_ids : str or CellMeasurement, or iterable of str or CellMeasurement
            One measurement, or many, as ids or as records.
        tags : str or sequence of str
            One tag, or many.

        Returns
        -------
        int
            Number of changed measurements.

        Examples
        --------
        >>> client.cell_measurement.add_tags(measurement_id, ["hppc", "25 degC"])
        1
        """
        return self._change_tags(measurement_ids, add=as_str_list("tags", tags))

    def remove_tags(
        self, measurement_ids: CellMeasurementId | Iterable[CellMeasurementId], tags: StrOrList
    ) -> int:
        """Remove tags from measurements; missing tags are ignored.

        Returns
        -------
        int
            Number of changed measurements.

        Examples
        --------
        >>> client.cell_measurement.remove_tags([measurement_id], "hppc")
        0
        """
        return self._change_tags(measurement_ids, remove=as_str_list("tags", tags))

    def attach_raw_data(
        self, cell_measurement_id: CellMeasurementId, raw_data_ids: RawDataId | Iterable[RawDataId]
    ) -> None:
        """Link raw data to a measurement.

        Examples
        --------
        >>> client.cell_measurement.attach_raw_data(measurement_id, [raw_data_id])
        """
        self._client.call(
            attach_raw_data,
            cell_measurement_id,
            body={"raw_data_ids": as_ids("raw_data_ids", raw_data_ids, "raw_data")},
        )

    def detach_raw_data(
        self, cell_measurement_id: CellMeasurementId, raw_data_id: RawDataId
    ) -> None:
        """Remove the link between raw data and a measurement; neither is deleted.

        Examples
        --------
        >>> client.cell_measurement.attach_raw_data(measurement_id, raw_data_id)
        >>> client.cell_measurement.detach_raw_data(measurement_id, raw_data_id)
        """
        self._client.call(detach_raw_data, cell_measurement_id, raw_data_id)

    def list_raw_data(
        self,
        cell_measurement_id: CellMeasurementId,
        limit: int | None = None,
        offset: int | None = None,
    ) -> RecordList[RawData]:
        """List the raw data linked to a measurement.

        Examples
        --------
        >>> [raw.filename for raw in client.cell_measurement.list_raw_data(measurement_id)]
        []
        """
        return self._list(
            list_measurement_raw_data,
            cell_measurement_id,
            limit=limit,
            offset=offset,
            order="fixed",  # attaching inserts a record at its place in the order
        )

    def _change_tags(
        self,
        measurement_ids: CellMeasurementId | Iterable[CellMeasurementId],
        add: list[str] | None = None,
        remove: list[str] | None = None,
    ) -> int:
        body = UpdateMeasurementTagsRequest(
            measurement_ids=as_ids("measurement_ids", measurement_ids, "cell_measurement"),
            add=add or [],
            remove=remove or [],
        )
        return self._client.call(update_measurement_tags, body=body).updated_count
