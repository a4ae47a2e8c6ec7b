# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of ComponentType that the contract names; the server may send others."""

from typing import Final, Literal

ComponentType = Literal["anode", "case", "cathode", "cell", "electrolyte", "separator"]

COMPONENT_TYPE_VALUES: Final = (
    "anode",
    "case",
    "cathode",
    "cell",
    "electrolyte",
    "separator",
)
