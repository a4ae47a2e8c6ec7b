# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Pet of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_float,
    read_str,
    tagged_union_of,
)
from ionworks.records.record import Record

from .cat import Cat
from .dog import Dog
from .operation_schema import OperationSchema
from .pet_settings import PetSettings


@define(kw_only=True, repr=False)
class Pet(Record):
    """Schema Pet of the contract.

    Attributes
    ----------
    id : str
    animal : Cat | Dog | str
    operation : OperationSchema | None
        A schema with the name of a class of the templates.
    d_μm : float | None
        With the micro sign U+00B5.
    settings : PetSettings | None
    """

    id: str
    animal: Cat | Dog | str
    operation: OperationSchema | None = None
    d_μm: float | None = None
    settings: PetSettings | None = None


Pet._declare(
    WireField("id", "id", read_str, required=True),
    WireField(
        "animal",
        "animal",
        tagged_union_of(
            "kind", {"cat": Cat.from_dict, "dog": Dog.from_dict, "pup": Dog.from_dict}, read_str
        ),
        required=True,
    ),
    WireField("operation", "operation", OperationSchema.from_dict),
    WireField("d_µm", "d_μm", read_float),
    WireField("settings", "settings", PetSettings.from_dict),
)
