"""The metadata that any new measurement may have, as keywords."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from ionworks._request.filters import StrOrList, as_str_list


class MeasurementOptions(TypedDict, total=False):
    """Metadata of a new measurement; None means not given."""

    notes: str | None
    protocol: Mapping[str, Any] | None
    start_time: datetime | str | None
    end_time: datetime | str | None
    test_setup: Mapping[str, Any] | None
    tags: StrOrList | None
    step_labels_validated: bool | None
    file_metadata: Mapping[str, Any] | None


def given_options(options: MeasurementOptions) -> dict[str, Any]:
    """Return the metadata that were given.

    Raises
    ------
    TypeError
        If a keyword is unknown.
    """
    if unknown := options.keys() - MeasurementOptions.__annotations__.keys():
        raise TypeError(f"unknown keyword {min(unknown)!r}")
    given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    if "tags" in given:
        given["tags"] = as_str_list("tags", given["tags"])
    return given
