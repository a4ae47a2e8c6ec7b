# Generated from openapi.yaml. Do not edit: run make generate.
"""The models of the contract, each loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.quantity import Quantity as Quantity

    from .cat import Cat as Cat
    from .dog import Dog as Dog
    from .dog_kind import DogKind as DogKind
    from .ids import RackId as RackId
    from .job import Job as Job
    from .level import Level as Level
    from .operation_schema import OperationSchema as OperationSchema
    from .part_input import PartInput as PartInput
    from .pet import Pet as Pet
    from .pet_create import PetCreate as PetCreate
    from .pet_settings import PetSettings as PetSettings
    from .place import Place as Place
    from .rack import Rack as Rack
    from .rack_create import RackCreate as RackCreate
    from .rack_list import RackList as RackList
    from .refusal import Refusal as Refusal
    from .shape import Shape as Shape
    from .source import Source as Source
    from .state import State as State
    from .thing import Thing as Thing
    from .thing_create import ThingCreate as ThingCreate
    from .thing_list import ThingList as ThingList
    from .thing_update import ThingUpdate as ThingUpdate
    from .upload_photo_body import UploadPhotoBody as UploadPhotoBody

_MODULES = {
    "Quantity": "ionworks.quantity",
    "Cat": ".cat",
    "Dog": ".dog",
    "DogKind": ".dog_kind",
    "Job": ".job",
    "Level": ".level",
    "OperationSchema": ".operation_schema",
    "PartInput": ".part_input",
    "Pet": ".pet",
    "PetCreate": ".pet_create",
    "PetSettings": ".pet_settings",
    "Place": ".place",
    "Rack": ".rack",
    "RackCreate": ".rack_create",
    "RackList": ".rack_list",
    "Refusal": ".refusal",
    "Shape": ".shape",
    "Source": ".source",
    "State": ".state",
    "Thing": ".thing",
    "ThingCreate": ".thing_create",
    "ThingList": ".thing_list",
    "ThingUpdate": ".thing_update",
    "UploadPhotoBody": ".upload_photo_body",
    "RackId": ".ids",
}

__all__ = [
    "Cat",
    "Dog",
    "DogKind",
    "Job",
    "Level",
    "OperationSchema",
    "PartInput",
    "Pet",
    "PetCreate",
    "PetSettings",
    "Place",
    "Quantity",
    "Rack",
    "RackCreate",
    "RackId",
    "RackList",
    "Refusal",
    "Shape",
    "Source",
    "State",
    "Thing",
    "ThingCreate",
    "ThingList",
    "ThingUpdate",
    "UploadPhotoBody",
]


def __getattr__(name: str) -> object:
    try:
        module = _MODULES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(module, __package__), name)
    globals()[name] = value
    return value
