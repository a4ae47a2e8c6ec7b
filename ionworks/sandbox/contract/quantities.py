"""What is wrong with the quantities of a body, by `x-quantity` and `x-holds-quantities`.

A unit that cannot be read here is accepted: nothing is known about it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.schemas import Schemas
from ionworks.sandbox.contract.validation import BARE_NUMBER, EXPECTED_TYPE, LIMITS, Place, entry

if TYPE_CHECKING:
    import pint

_SIGNS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻·⋅º", "0123456789-**°")
_CELSIUS = r"(?i:(?:°|deg(?:ree)?s?)[ _-]*(?:[CF]|celsius|fahrenheit))(?![^\W\d])"
_ANGLE = r"(?<![^\W\d])(?:deg(?:ree)?s?|m?rad(?:ian)?s?)(?![^\W\d])"
_FACTOR = r"[^\W\d_]+(?:(?:\*\*|\^)?-?\d{1,2})?"
_FORM = rf"(?:1 ?/ ?)?{_FACTOR}(?: ?[*/. ] ?{_FACTOR})*"  # nothing that takes pint long
_IS_MET: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "exclusiveMinimum": operator.gt,
    "maximum": operator.le,
    "exclusiveMaximum": operator.lt,
}


def quantity_errors(schemas: Schemas, schema: Json, value: object, place: Place) -> Iterator[Json]:
    """Yield what is wrong with the quantities of a value that fits its schema otherwise."""
    if not isinstance(value, dict):
        return
    branch = schemas.branch_for(schema, value)
    if branch is None:
        return
    if held := branch.get("x-holds-quantities"):
        yield from _of_properties(value, place, bare=held == "optional")
        return
    fields = dict(schemas.properties(branch))
    yield from _of_fields(fields, value, place)
    for name in filter(fields.__contains__, value):
        yield from quantity_errors(schemas, fields[name], value[name], [*place, name])


def _of_properties(held: Json, place: Place, *, bare: bool) -> Iterator[Json]:
    """Yield what is wrong among properties; with ``bare``, numbers need no unit."""
    for name, value in held.items():
        if _is_number(value) and not bare:
            yield entry("value_error", [*place, name], BARE_NUMBER, value)
        else:
            yield from _of_property(value, [*place, name], bare=bare)


def _of_property(value: object, place: Place, *, bare: bool) -> Iterator[Json]:
    if isinstance(value, list):  # its numbers stay as they are
        for index, item in enumerate(value):
            yield from _of_property(item, [*place, index], bare=bare)
    elif isinstance(value, dict) and {"value", "unit"} <= value.keys():
        if not _is_number(value["value"]):
            yield entry(*_check_types("number", [*place, "value"]), value["value"])
        if not isinstance(value["unit"], str):
            yield entry(*_check_types("string", [*place, "unit"]), value["unit"])
    elif isinstance(value, dict):
        yield from _of_properties(value, place, bare=bare)


def _check_types(expected: str, place: Place) -> tuple[str, Place, str]:
    kind, message = EXPECTED_TYPE[expected]
    return kind, place, message


def _of_fields(fields: Mapping[str, Json], values: Json, place: Place) -> Iterator[Json]:
    """Yield the fields of another dimension, then those outside their bounds."""
    amounts: dict[str, Fraction] = {}
    rules = {name: rule for name in values if (rule := fields.get(name, {}).get("x-quantity"))}
    for name, rule in rules.items():
        assert isinstance(rule, dict)
        found = _amount(values[name], rule["dimension"])
        if isinstance(found, str):
            yield entry("value_error", [*place, name], found, values[name])
        elif found is not None:
            amounts[name] = found
    for name, amount in amounts.items():
        for kind, message, context in _iter_violations(amount, rules[name], amounts):
            yield entry(kind, [*place, name], message, values[name], context)


def _iter_violations(
    amount: Fraction, rule: Any, amounts: Mapping[str, Fraction]
) -> Iterator[tuple[str, str, Json]]:
    """Yield the type, the message and the context of each bound that an amount does not meet."""
    for keyword, is_met in _IS_MET.items():
        limits = rule.get(keyword, [])
        for limit in limits if isinstance(limits, list) else [limits]:
            bound = amounts.get(limit) if isinstance(limit, str) else Fraction(limit)
            if bound is not None and not is_met(amount, bound):
                kind, message, key = LIMITS[keyword]
                yield kind, message.format(limit), {key: limit}


def _amount(quantity: object, dimension: str) -> Fraction | str | None:
    """Return a quantity in the unit of a dimension, or what is wrong, or None if unreadable."""
    if not isinstance(quantity, dict):
        return None
    import pint

    unit, expected = _unit(quantity["unit"]), _unit(dimension)
    if unit is None or expected is None:
        return None
    number = Fraction(str(quantity["value"]))
    try:
        return Fraction(_registry().Quantity(number, unit).to(expected).magnitude)
    except pint.DimensionalityError:
        return f"Input should have the dimension of {dimension}, not of {quantity['unit']}"
    except (pint.PintError, ArithmeticError, TypeError, ValueError):
        return None


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


@lru_cache(maxsize=256)
def _unit(text: str) -> pint.Unit | None:
    """Read a unit in either spelling of the contract, `A*h` and `A.h`; C is a C-rate there."""
    text = text.strip().translate(_SIGNS) or "dimensionless"
    text = re.sub(_CELSIUS, lambda name: "degF" if "f" in name[0].lower() else "degC", text)
    if len(text) > 60 or not re.fullmatch(_FORM, text):
        return None
    text = re.sub(r"([^\W\d_]+)(?:\*\*|\^)?(-?\d+)", r"\1**\2", text).replace(".", "*")
    rate = r"(?<![^\W_])C(?![^\W_])"
    if re.search(_ANGLE, text) and re.search(rate, text):  # an angle times a C-rate is never meant
        return None
    text = re.sub(rate, "(1/hour)", text)
    try:
        return _registry().parse_units(text)
    except Exception:  # besides its own errors pint lets through what its tokenizer trips over
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
