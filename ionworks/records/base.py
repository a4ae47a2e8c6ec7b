"""The parts of a model's declaration, and the error for data that do not fit it. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from unicodedata import category

import attrs
from attrs import Attribute, define

from ionworks._redact import encodable

# Categories of Unicode: separators, control characters and format characters. Some letters are
# blank, too, and tags are the last characters of some flags.
_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_TAGS: Final = frozenset(map(chr, range(0xE0020, 0xE0080)))
T = TypeVar("T")
Reader = Callable[[Any], T]


class Unset(enum.Enum):
    """The type of `UNSET`, the value of a request field that is not set and not sent."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class RecordError(ValueError):
    """Raised for data that do not fit a model; has the dotted path `field` and a `reason`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return encodable(f"{self.field or 'the record'}: {self.reason}")

    def in_field(self, outer: str) -> RecordError:
        """Return the same error with `outer` prepended to its field."""
        return RecordError(f"{outer}.{self.field}" if self.field else outer, self.reason)


class WireField(NamedTuple):
    """Declaration of one field: its JSON key, its attribute and its reader."""

    name: str
    attribute: str
    read: Reader[Any]
    required: bool = False
    default: Any = None
    secret: bool = False
    identity: bool = False


@define(frozen=True)
class InvalidRecord:
    """A list item that does not fit the contract; `raw` holds the JSON that the server sent."""

    id: str | None
    field: str
    reason: str
    raw: Any = attrs.field(repr=False)

    @property
    def problem(self) -> str:
        """The field and the reason, in one line."""
        return str(RecordError(self.field, self.reason))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(
                f"InvalidRecord has no field {name!r}: the item could not be read ({self.problem})."
                " See .raw for the JSON that the server sent."
            )


def validate_choice(*allowed: str | int) -> Callable[[Any, Attribute[Any], Any], None]:
    """Return an attrs validator for a request field: a value or list of values from `allowed`."""

    def check(_: Any, attribute: Attribute[Any], value: Any) -> None:
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is not UNSET and item is not None and item not in allowed:
                raise ValueError(
                    f"{attribute.name}: {item!r} is not one of {', '.join(map(repr, allowed))}"
                )

    return check


def trim(text: str) -> str:
    """Return a text without white space, control and invisible characters at its start and end."""
    start, end = 0, len(text)
    while start < end and _is_invisible(text[start]):
        start += 1
    while end > start and _is_invisible(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_invisible(character: str) -> bool:
    if character in _TAGS:
        return False
    return category(character) in _UNSEEN or character in _BLANK


def is_printable_line(value: str) -> bool:
    """Return whether a text has no control characters, format characters or line breaks.

    Spaces of any width are allowed: macOS puts a narrow one into the names of screenshots.
    """
    return value.isprintable() or all(c.isprintable() or category(c) == "Zs" for c in value)


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value for an error message; for a scalar, its shortened repr."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "an array"
    return short_repr(value)


def short_repr(value: Any, width: int = 60) -> str:
    """Return the repr of a value, truncated to `width` characters."""
    shown = repr(value)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
