"""The parts of a model's declaration, and the error of data that do not fit. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from unicodedata import category

import attrs
from attrs import Attribute, define

from ionworks._redact import encodable

T = TypeVar("T")
Reader = Callable[[Any], T]


class Unset(enum.Enum):
    """The type of `UNSET`: a request field that was not given, and so is not sent."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class RecordError(ValueError):
    """Data that do not fit a model: `field` is the dotted path, `reason` says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return encodable(f"{self.field or 'the record'}: {self.reason}")

    def in_field(self, outer: str) -> RecordError:
        """Return the same error seen from the enclosing field `outer`."""
        return RecordError(f"{outer}.{self.field}" if self.field else outer, self.reason)


class WireField(NamedTuple):
    """One line of a model's table: how a key of the wire becomes an attribute."""

    name: str
    attribute: str
    read: Reader[Any]
    required: bool = False
    default: Any = None
    secret: bool = False


@define(frozen=True)
class InvalidRecord:
    """An item of a list that does not fit the contract, with what the server sent."""

    id: str | None
    field: str
    reason: str
    raw: Any = attrs.field(repr=False)

    @property
    def problem(self) -> str:
        """What is wrong with it, in one line."""
        return str(RecordError(self.field, self.reason))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(
                f"this item could not be read ({self.problem}), so it has no {name!r}; see its .raw"
            )


def validate_choice(*allowed: str | int) -> Callable[[Any, Attribute[Any], Any], None]:
    """Make an attrs validator for an enum that is sent, or a list of them: only `allowed`."""

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is not UNSET and item is not None and item not in allowed:
                raise ValueError(
                    f"{attribute.name}: {item!r} is not one of {', '.join(map(repr, allowed))}"
                )

    return check


def is_printable_line(value: str) -> bool:
    """Tell whether a text holds no control or format character and no break of a line.

    Spaces of any width may stand in it: there is a narrow one in the name of every screenshot
    that macOS takes.
    """
    return value.isprintable() or all(c.isprintable() or category(c) == "Zs" for c in value)


def kind_of(value: Any) -> str:
    """Name the kind of a JSON value, for an error; of a scalar its repr, shortened."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "an array"
    return short_repr(value)


def short_repr(value: Any, width: int = 60) -> str:
    """Return the repr of a value, cut to `width` characters."""
    shown = repr(value)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
