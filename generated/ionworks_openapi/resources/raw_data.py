# Generated from openapi.yaml. Do not edit: run make generate.
"""Files as the instruments wrote them: the methods of `client.raw_data`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks._resource import Resource

from ..api.raw_data import delete_raw_data, get_raw_data

if TYPE_CHECKING:
    from ..models import (
        RawData,
        RawDataId,
    )


class RawDataClient(Resource):
    """Files as the instruments wrote them: `client.raw_data`."""

    def get(self, raw_data_id: RawDataId) -> RawData:
        """Get the metadata of raw data.

        Parameters
        ----------
        raw_data_id : str or RawData
            The id of the raw data.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.raw_data.get(raw_data_id)
        """
        return self._client.call(get_raw_data, raw_data_id)

    def delete(self, raw_data_id: RawDataId) -> None:
        """Delete raw data and their file.

        Parameters
        ----------
        raw_data_id : str or RawData
            The id of the raw data.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.raw_data.delete(raw_data_id)
        """
        self._client.call(delete_raw_data, raw_data_id)
