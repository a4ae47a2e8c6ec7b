"""Compares two fields of one place: type, format, null, values, limits, default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.spec.fields import Field
from scripts.spec.shapes import CLOSED, LOWER, UPPER

# These change the type that generated code holds; the others only describe text.
_TYPED = {"date", "date-time", "uuid", "binary"}
#: Kinds that concern a value everywhere, and so its named schema.
OF_VALUES = {"type widened", "type narrowed", "type changed", "format changed", "format marked"}
OF_VALUES |= {"enum value added", "enum value removed", "enum closed", "enum opened"}
OF_VALUES |= {"constraint tightened", "constraint loosened", "constraint changed"}

#: Its kind, what was, what is, and the values that it is about.
Difference = tuple[str, str, str, tuple[str, ...]]


def differences(old: Field, new: Field) -> Iterator[Difference]:
    """Yield each difference as its kind, what was, what is, and the values that it is about."""
    if old.required != new.required:
        yield "required" if new.required else "optional", "", "", ()
    if old.nullable != new.nullable and old.types and new.types:
        yield "nullable" if new.nullable else "not nullable", "", "", ()
    if old.deprecated != new.deprecated:
        yield "deprecated" if new.deprecated else "not deprecated", "", "", ()
    if old.default != new.default:
        yield "default changed", old.default or "none", new.default or "none", ()
    if old.types != new.types:
        wider, narrower = _covers(new.types, old.types), _covers(old.types, new.types)
        kind = "widened" if wider else "narrowed" if narrower else "changed"
        yield f"type {kind}", _type(old), _type(new), ()
        if kind == "changed" or not (old.types and new.types):
            return
    if old.formats != new.formats:
        yield _format_kind(old.formats ^ new.formats), _type(old), _type(new), ()
    yield from _values(old.enum, new.enum)
    for key in sorted(old.rules.keys() | new.rules.keys()):
        before, after = old.rules.get(key), new.rules.get(key)
        if before != after:
            yield _rule_kind(key, before, after), _rule(key, before), _rule(key, after), ()


def _format_kind(differing: frozenset[str]) -> str:
    return "format changed" if differing & _TYPED else "format marked"


def _values(old: frozenset[str] | None, new: frozenset[str] | None) -> Iterator[Difference]:
    if old is None or new is None:
        if old is not None:
            yield "enum opened", _list(old), "", ()
        if new is not None:
            yield "enum closed", "", _list(new), ()
        return
    if more := new - old:
        yield "enum value added", "", _list(more), ()
    if fewer := old - new:
        yield "enum value removed", _list(fewer), "", tuple(v.strip('"') for v in sorted(fewer))


def _list(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether every value of the narrow types is one of the wide; no types are all types."""
    if not wide or not narrow:
        return not wide
    return all(each in wide or (each == "integer" and "number" in wide) for each in narrow)


def _rule_kind(key: str, before: Any, after: Any) -> str:
    if before is None or after is None:
        tighter = before is None
    elif key in LOWER or key in UPPER:
        tighter = after > before if key in LOWER else after < before
    else:
        return "constraint changed"
    # The style of a list in a URL is not a limit: any other style is misread.
    if key == "style":
        return "constraint changed"
    return "constraint tightened" if tighter else "constraint loosened"


def _rule(key: str, value: object) -> str:
    if key == CLOSED:
        return "any field" if value is None else "only the declared fields"
    return f"no {key}" if value is None else f"{key} {value}"


def _type(each: Field) -> str:
    """Return a field's type for a sentence."""
    if not each.types:
        return "anything"
    formats = "/".join(sorted(each.formats - {""}))
    texts = {"string", "integer", "number"}
    words = [
        f"{name} ({formats})" if formats and name in texts and "" not in each.formats else name
        for name in sorted(each.types)
    ]
    return " or ".join(words)
