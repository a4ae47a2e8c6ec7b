# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `shelves`: where the pets are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.pet import Pet
from ..models.pet_create import PetCreate
from ..types import Operation, Request, integer_text


def _build_add_pet(
    shelf: int, *, body: PetCreate | Mapping[str, Any], x_depth: int, if_match: str | None = None
) -> Request:
    """Put a pet on a shelf

    Parameters
    ----------
    shelf : int
    if_match : str
    x_depth : int
    """
    return Request(
        path={
            "shelf": integer_text(shelf),
        },
        headers={
            "If-Match": if_match,
            "X-Depth": x_depth,
        },
        body=body,
    )


def _read_add_pet(status: int, data: Any) -> Pet:
    return Pet.from_dict(data)


add_pet = Operation(
    "add_pet", "POST", "/shelves/{shelf}/pets", _build_add_pet, _read_add_pet, "json", "none"
)


def _build_upload_photo(shelf: int, *, body: Mapping[str, Any]) -> Request:
    """Upload a photo

    Parameters
    ----------
    shelf : int
    """
    return Request(
        path={
            "shelf": integer_text(shelf),
        },
        body=body,
    )


def _read_upload_photo(status: int, data: Any) -> None:
    return None


upload_photo = Operation(
    "upload_photo",
    "POST",
    "/shelves/{shelf}/photo",
    _build_upload_photo,
    _read_upload_photo,
    "nothing",
    "none",
    "multipart",
)
