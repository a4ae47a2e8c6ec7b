"""Reads records from JSON (tolerant) and writes them as JSON (exact). Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs
from attrs import define

from ionworks._redact import REDACTED, encodable, is_secret_key
from ionworks._suggest import suggest
from ionworks.quantity import Quantity
from ionworks.records.base import (
    UNSET,
    InvalidRecord,
    Reader,
    RecordError,
    Unset,
    WireField,
    kind_of,
    short_repr,
)
from ionworks.records.readers import EXACT_TYPES


class UnknownFieldError(KeyError):
    """Raised for a key that a record does not have; the text is shown without quotes."""

    def __str__(self) -> str:
        return str(self.args[0])


@define(kw_only=True, repr=False)
class WireRecord:
    """A record that is read from JSON, written as JSON, and used like a mapping.

    Attributes are the declared fields. `record["name"]`, `record.get("name")`, `"name" in record`
    and `dict(record)` read the same fields by their JSON keys. Fields that the contract does not
    declare are kept in `additional_properties` and can be read like declared ones.
    """

    _wire: ClassVar[tuple[WireField, ...]] = ()
    # Derived from `_wire` once, because reading thousands of records is a hot path.
    _lines: ClassVar[Mapping[str, tuple[str, Reader[Any], type]]] = {}
    _required: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[Mapping[str, Any]] = {}
    _empty: ClassVar[Mapping[str, type[list[Any] | dict[str, Any]]]] = {}
    _sent_only: ClassVar[bool] = False
    _secret: ClassVar[frozenset[str]] = frozenset()
    _identity: ClassVar[WireField | None] = None
    _kind: ClassVar[str | None] = None

    additional_properties: dict[str, Any] = attrs.field(factory=dict)

    @classmethod
    def _declare(cls, *fields: WireField, sent_only: bool = False, kind: str | None = None) -> None:
        """Declare the fields of the model; called once, by the generated module.

        `kind` is the kind of record, if the model is one; its id may be given as the record.
        """
        cls._wire = fields
        cls._sent_only = sent_only
        cls._kind = kind
        cls._identity = next((f for f in fields if f.identity), None)
        cls._lines = {f.name: (f.attribute, f.read, EXACT_TYPES.get(f.read, Unset)) for f in fields}
        cls._required = frozenset(f.name for f in fields if f.required)
        cls._secret = frozenset(f.name for f in fields if f.secret)
        cls._defaults = {f.attribute: f.default for f in fields if not f.required}
        cls._empty = {
            name: type(default)
            for name, default in cls._defaults.items()
            if isinstance(default, list | dict)
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Create the record from a decoded JSON object.

        An absent field gets the contract's default or None. Null is accepted everywhere but as the
        record's own id, unknown enum values stay strings, and unknown fields are kept.

        Raises
        ------
        RecordError
            If a required field is absent or a value does not fit its type; it has the field.
        """
        if type(data) is not dict and not isinstance(data, Mapping):
            raise RecordError("", f"expected an object, got {kind_of(data)}")
        if not data.keys() >= cls._required:
            raise RecordError(min(cls._required - data.keys()), "required, but absent")
        values = {**cls._defaults}
        if cls._empty:  # each record its own
            values |= {name: make() for name, make in cls._empty.items()}
        extra: dict[str, Any] = {}
        lines = cls._lines
        name = ""
        try:
            for name, raw in data.items():
                if name not in lines:
                    extra[name] = raw
                    continue
                attribute, read, plain = lines[name]
                values[attribute] = raw if raw is None or type(raw) is plain else read(raw)
        except RecordError as error:
            raise error.in_field(name) from None
        if cls._identity is not None and values[cls._identity.attribute] is None:
            raise RecordError(cls._identity.name, "expected the id as text, got null")
        return cls(**values, additional_properties=extra)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as a JSON-ready dictionary, without fields that are `UNSET`."""
        return {key: to_wire(value) for key, value in self._pairs()}

    def keys(self) -> list[str]:
        """Return the JSON keys of the fields that are set."""
        return [key for key, _ in self._pairs()]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the field `key`, or `default` if the record does not have it."""
        try:
            return self[key]
        except KeyError:
            return default

    def __getitem__(self, key: str) -> Any:
        if key not in self._lines:
            if key not in self.additional_properties:
                raise UnknownFieldError(_no_such_field(self, key))
            return self.additional_properties[key]
        value = getattr(self, self._lines[key][0])
        if value is UNSET:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return any(name == key for name, _ in self._pairs())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        for line in self._wire:
            value = getattr(self, line.attribute)
            if value is not UNSET:
                yield line.name, value
        yield from self.additional_properties.items()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Called only for undeclared names and for empty slots: copy and pickle read
            # attributes of an object before its slots are filled.
            if name.startswith("__") or name == "additional_properties":
                raise AttributeError(name)
            if name in self.additional_properties:
                return self.additional_properties[name]
            raise AttributeError(_no_such_field(self, name))

    def __repr__(self) -> str:
        shown = (
            f"{encodable(key)}={REDACTED if self._hides(key) else encodable(short_repr(value))}"
            for key, value in self._pairs()
            if value is not None and value != {}
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def _hides(self, key: str) -> bool:
        return key in self._secret or is_secret_key(key)


def plain_id(value: Any) -> Any:
    """Return the id of a record that has its own; any other value as it is."""
    if isinstance(value, WireRecord) and value._identity is not None:
        return getattr(value, value._identity.attribute)
    return value


def to_wire(value: Any) -> Any:
    """Convert records, quantities and times inside `value` to their JSON form."""
    if isinstance(value, WireRecord | Quantity):
        return value.to_dict()
    if isinstance(value, InvalidRecord):
        return value.raw
    if isinstance(value, datetime.datetime):
        return format_datetime(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_wire(item) for item in value]
    return value


def set_fields(record: WireRecord) -> dict[str, Any]:
    """Return the fields of `record` to send, by their JSON keys.

    A model that is only sent distinguishes "not set" (UNSET) from None. A model that is also
    received has None for absent fields; these are not sent, because they would clear the field.
    """
    keep = record._required
    return {
        key: value
        for key, value in record._pairs()
        if value is not None or record._sent_only or key in keep
    }


def to_body(value: Any) -> Any:
    """Convert a request body to its JSON form, with only the set fields of each record."""
    if isinstance(value, WireRecord):
        return {key: to_body(item) for key, item in set_fields(value).items()}
    if isinstance(value, Mapping):
        return {key: to_body(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_body(item) for item in value]
    return to_wire(value)


def format_datetime(moment: datetime.datetime) -> str:
    """Format a time as ISO 8601 with `Z` for UTC; a naive time is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return aware.isoformat().removesuffix("+00:00") + ("" if aware.utcoffset() else "Z")


def _no_such_field(record: WireRecord, name: str) -> str:
    near = suggest(str(name), (line.attribute for line in record._wire))
    hint = f"; did you mean {near!r}?" if near else ""
    return f"{type(record).__name__} has no field {name!r}{hint}"
