"""Finds out from the bounds of columns whether a polars predicate can be true."""

from __future__ import annotations

import json
import struct
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ionworks.frames.layout import Bounds

if TYPE_CHECKING:
    import polars

_NUMBERS: Final = ("Int", "UInt", "Float")
_MIRRORED: Final = {"Lt": "Gt", "LtEq": "GtEq", "Gt": "Lt", "GtEq": "LtEq", "Eq": "Eq"}

#: Returns the bounds of a column, or None if they are not known.
BoundsOf = Callable[[str], Bounds | None]


def parse_predicate(predicate: polars.Expr) -> Callable[[BoundsOf], bool]:
    """Return a function of the bounds of the columns, which is False if no row can match.

    Comparisons of a column with a number are evaluated, and their combinations with "and" and
    "or". For every other expression, rows may match.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = json.loads(predicate.meta.serialize(format="json"))
    except Exception:  # a version of polars that cannot describe the expression
        tree = None
    return lambda bounds: _may_match(tree, bounds)


def _may_match(tree: Any, bounds: BoundsOf) -> bool:
    node = tree.get("BinaryExpr") if isinstance(tree, Mapping) else None
    if isinstance(node, Mapping):
        left, operator, right = (node.get(name) for name in ("left", "op", "right"))
        if operator in ("And", "LogicalAnd"):
            return _may_match(left, bounds) and _may_match(right, bounds)
        if operator in ("Or", "LogicalOr"):
            return _may_match(left, bounds) or _may_match(right, bounds)
        if operator in _MIRRORED:
            if _column(left) is None:
                left, operator, right = right, _MIRRORED[operator], left
            return _may_compare(left, operator, right, bounds)
    node = tree.get("Function") if isinstance(tree, Mapping) else None
    if isinstance(node, Mapping):
        return _may_lie_between(node, bounds)
    return True


def _may_compare(left: Any, operator: str, right: Any, bounds: BoundsOf) -> bool:
    column, number = _column(left), _number(right)
    found = None if column is None or number is None else bounds(column)
    if found is None or number is None:
        return True
    match operator:
        case "Lt":
            return found.least < number
        case "LtEq":
            return found.least <= number
        case "Gt":
            return found.greatest > number
        case "GtEq":
            return found.greatest >= number
    return found.least <= number <= found.greatest


def _may_lie_between(node: Mapping[str, Any], bounds: BoundsOf) -> bool:
    function, given = node.get("function"), node.get("input")
    if "IsBetween" not in json.dumps(function) or not isinstance(given, list) or len(given) != 3:
        return True
    column, low, high = given
    above = _may_compare(column, "GtEq", low, bounds)
    return above and _may_compare(column, "LtEq", high, bounds)


def _column(tree: Any) -> str | None:
    name = tree.get("Column") if isinstance(tree, Mapping) and len(tree) == 1 else None
    return name if isinstance(name, str) else None


def _number(tree: Any, kind: str = "") -> float | None:
    """Return the number of a literal."""
    if isinstance(tree, Mapping) and tree.keys() == {"dtype", "value"}:  # before polars 2
        return _number(tree["value"])
    if isinstance(tree, Mapping) and len(tree) == 1:
        ((name, inner),) = tree.items()
        return _number(inner, name)
    if isinstance(tree, bool) or not isinstance(tree, int | float):
        return None
    if not kind.startswith(_NUMBERS):
        return None
    try:  # the text of a Float32 has fewer digits than its value
        return struct.unpack("f", struct.pack("f", tree))[0] if kind == "Float32" else tree
    except OverflowError:
        return None
