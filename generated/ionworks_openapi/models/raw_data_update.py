# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataUpdate of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .raw_data_metadata import RawDataMetadata


@define(kw_only=True, repr=False)
class RawDataUpdate(Record):
    """Changes to the metadata of raw data.

    Attributes
    ----------
    name : str | Unset
        The new name.
    source : str | None | Unset
        Where the file comes from; an empty string clears it.
    metadata : Mapping[str, Any] | Unset
        Metadata of a file as the instrument wrote it.
    """

    name: str | Unset = UNSET
    source: str | None | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET


RawDataUpdate._declare(
    WireField("name", "name", read_str, default=UNSET),
    WireField("source", "source", read_str, default=UNSET),
    WireField("metadata", "metadata", RawDataMetadata.from_dict, default=UNSET),
    sent_only=True,
)
