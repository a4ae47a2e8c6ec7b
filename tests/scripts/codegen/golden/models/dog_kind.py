# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of DogKind that the contract names; the server may send others."""

from typing import Final, Literal

DogKind = Literal["dog", "pup"]

DOG_KIND_VALUES: Final = (
    "dog",
    "pup",
)
