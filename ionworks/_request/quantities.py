"""Reads the quantities of a body and checks them against the contract.

In the contract, `x-quantity` gives the dimension and the bounds of a field. `x-holds-quantities`
marks an object of quantities without declared fields. openapi.yaml describes both.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NoReturn

from ionworks._request.schemas import Schema
from ionworks.errors import PayloadError
from ionworks.quantity import Quantity, QuantityError
from ionworks.quantity.dimensions import dimension_name, has_dimension_of
from ionworks.quantity.text import quantity_in
from ionworks.quantity.units import UnitError, check_known, hint, is_offset

_BOUNDS: Final[Mapping[str, tuple[Callable[[Quantity, Quantity], bool], str]]] = {
    "minimum": (operator.ge, "must not be below"),
    "exclusiveMinimum": (operator.gt, "must be above"),
    "maximum": (operator.le, "must not be above"),
    "exclusiveMaximum": (operator.lt, "must be below"),
}


def read_quantity(text: str, path: str) -> dict[str, Any]:
    """Parse text as a quantity, where the contract requires one."""
    try:
        quantity = Quantity.parse(text)
    except QuantityError as error:
        raise PayloadError(path, text, str(error)) from None
    check_unit(quantity.unit, path)
    return quantity.to_dict()


def read_property(text: str, path: str) -> dict[str, Any] | str:
    """Parse text among properties: return a quantity if it is one, else the text."""
    try:
        quantity = quantity_in(text)
    except QuantityError as error:
        fix = "If this is not a quantity, start the text with a word"
        raise PayloadError(path, text, str(error), fix) from None
    return text if quantity is None else quantity.to_dict()


def check_unit(unit: object, path: str) -> None:
    """Check that a unit is known; a value that is not text is left to the schema check."""
    if not isinstance(unit, str):
        return
    try:
        check_known(unit)
    except UnitError as error:
        place = f"{path}.unit" if path else "unit"
        raise PayloadError(place, unit, str(error).removeprefix("unit: ")) from None


def is_quantity(value: Mapping[Any, Any]) -> bool:
    """Return whether an object among properties is a quantity."""
    return "value" in value and "unit" in value


def check_quantity(quantity: Mapping[str, Any], path: str) -> None:
    """Check that a quantity among properties, in plain JSON, has a number and a known unit."""
    value, unit = quantity["value"], quantity["unit"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PayloadError(f"{path}.value", value, "expected a number")
    if not isinstance(unit, str):
        raise PayloadError(f"{path}.unit", unit, "expected text")
    check_unit(unit, path)


def refuse_number(number: float, path: str, schema: Schema | None) -> NoReturn:
    """Raise the error for a number without a unit."""
    rule = (schema or {}).get("x-quantity")
    unit = rule["example"]["unit"] if rule else "mm"
    fix = f"Give Quantity({number!r}, {unit!r}), for example, or text with a unit"
    if rule is None:
        fix += f"; a plain count is Quantity({number!r}, 'dimensionless')"
    raise PayloadError(path, number, "a number needs a unit", fix)


def check_bounds(fields: Mapping[str, Schema], values: Mapping[str, Any], path: str) -> None:
    """Check the dimension of each declared quantity, then its bounds.

    A malformed quantity is left to the schema check.
    """
    rules = {name: rule for name in values if (rule := fields[name].get("x-quantity"))}
    given = {name: found for name in rules if (found := _parse_given(values[name]))}
    for name, quantity in given.items():
        _check_dimension(quantity, rules[name], f"{path}.{name}" if path else name)
    for name, quantity in given.items():
        for is_met, must, limit, what in _bounds(rules[name], given):
            if not is_met(quantity, limit):
                fix = "Correct one of the two" if what else f"Give {_example_text(rules[name])}"
                reason = f"{must} {what or repr(limit.value)}"
                raise PayloadError(f"{path}.{name}" if path else name, str(quantity), reason, fix)


def _parse_given(value: object) -> Quantity | None:
    if not isinstance(value, Mapping):
        return None
    number, unit = value.get("value"), value.get("unit")
    if isinstance(number, bool) or not isinstance(number, int | float) or not isinstance(unit, str):
        return None
    return Quantity(number, unit)


def _check_dimension(quantity: Quantity, rule: Schema, place: str) -> None:
    if has_dimension_of(quantity.unit, rule["dimension"]):
        return
    name = dimension_name(quantity.unit)
    reason = f"has the dimension of {name}" if name else "has the wrong dimension"
    reason += "" if is_offset(quantity.unit) else hint(quantity.unit)
    raise PayloadError(place, str(quantity), reason, f"Give {_example_text(rule)}")


def _bounds(
    rule: Schema, given: Mapping[str, Quantity]
) -> Iterator[tuple[Callable[[Quantity, Quantity], bool], str, Quantity, str]]:
    """Yield the comparison, its text, the limit, and the text of a limit that is another field."""
    for keyword, (is_met, must) in _BOUNDS.items():
        limits = rule.get(keyword, [])
        for limit in limits if isinstance(limits, list) else [limits]:
            if not isinstance(limit, str):
                yield is_met, must, Quantity(limit, rule["dimension"]), ""
            elif limit in given:
                yield is_met, must, given[limit], f"{limit}, which is {given[limit]}"


def _example_text(rule: Schema) -> str:
    example = Quantity.from_dict(rule["example"])
    return f'{dimension_name(rule["dimension"]) or "a quantity"}, such as "{example}"'
