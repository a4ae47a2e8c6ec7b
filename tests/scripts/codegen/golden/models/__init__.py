# Generated from openapi.yaml. Do not edit: run make generate.
"""The models of the contract, each loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.quantity import Quantity as Quantity

    from .job import Job as Job
    from .level import Level as Level
    from .part_input import PartInput as PartInput
    from .place import Place as Place
    from .refusal import Refusal as Refusal
    from .shape import Shape as Shape
    from .source import Source as Source
    from .state import State as State
    from .thing import Thing as Thing
    from .thing_create import ThingCreate as ThingCreate
    from .thing_list import ThingList as ThingList
    from .thing_update import ThingUpdate as ThingUpdate

_MODULES = {
    "Quantity": "ionworks.quantity",
    "Job": ".job",
    "Level": ".level",
    "PartInput": ".part_input",
    "Place": ".place",
    "Refusal": ".refusal",
    "Shape": ".shape",
    "Source": ".source",
    "State": ".state",
    "Thing": ".thing",
    "ThingCreate": ".thing_create",
    "ThingList": ".thing_list",
    "ThingUpdate": ".thing_update",
}

__all__ = [
    "Job",
    "Level",
    "PartInput",
    "Place",
    "Quantity",
    "Refusal",
    "Shape",
    "Source",
    "State",
    "Thing",
    "ThingCreate",
    "ThingList",
    "ThingUpdate",
]


def __getattr__(name: str) -> object:
    try:
        module = _MODULES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(module, __package__), name)
    globals()[name] = value
    return value
