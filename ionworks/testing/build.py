"""Creates records for unit tests without a server: ``build.cell_instance(name="M50-007")``.

There is a function for each kind of record. It fills the required fields with fixed values, and
checks the result against the contract. The same call returns an equal record each time; another
name or field gives another id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID, uuid5

from ionworks._request.payload import to_jsonable
from ionworks._request.schemas import contract, resolve, validate_value
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.records import Record

if TYPE_CHECKING:
    from ionworks import models

    capabilities: Callable[..., models.Capabilities]
    cell_batch: Callable[..., models.CellBatch]
    cell_instance: Callable[..., models.CellInstance]
    cell_measurement: Callable[..., models.CellMeasurement]
    cell_specification: Callable[..., models.CellSpecification]
    component: Callable[..., models.Component]
    job: Callable[..., models.Job]
    material: Callable[..., models.Material]
    measurement_tag: Callable[..., models.MeasurementTag]
    project: Callable[..., models.Project]
    raw_data: Callable[..., models.RawData]
    search_hit: Callable[..., models.SearchHit]
    user: Callable[..., models.User]


RecordT = TypeVar("RecordT", bound=Record)
_NAMES: Final = UUID("8f2d6a0e-5f0b-4c0a-9a55-0d1b6d1f6c11")
_SENT: Final = ("Create", "Update", "Request", "Input")
_MOMENT: Final = "2026-01-01T00:00:00Z"
_TEXTS: Final = {
    "date-time": _MOMENT,
    "date": _MOMENT[:10],
    "email": "someone@example.com",
    "uri": "https://storage.ionworks.example/file",
}
_NUMBERS: Final = ("minimum", "maximum")


def record(kind: type[RecordT], **fields: object) -> RecordT:
    """Return a record of a class of `ionworks.models`.

    Parameters
    ----------
    kind : type
        The class of the record.
    **fields
        Values of its fields, as the record has them or as a request takes them. Other required
        fields get fixed values, other optional fields stay empty.

    Raises
    ------
    PayloadError
        If the contract has no such record or no such field, or does not allow its value. The rules
        are those of requests: quantities have the dimension and the bounds of their field, numbers
        among properties have a unit, and unknown names are refused at any depth.

    Examples
    --------
    >>> from ionworks.models import CellInstance
    >>> from ionworks.testing import build
    >>> build.record(CellInstance, name="M50-007").name
    'M50-007'
    """
    if not _is_record(kind):
        raise PayloadError("kind", kind, "expected the class of a record, of ionworks.models")
    name = kind.__name__
    schema = {"$ref": f"#/components/schemas/{name}"}
    given = to_jsonable(fields, schema)
    seed = json.dumps([name, given], sort_keys=True)
    filled = {**_required(resolve(schema), name, seed), **given}
    validate_value(schema, filled, name)
    return kind.from_dict(filled)


def page(records: Iterable[Record]) -> dict[str, object]:
    """Return the JSON of a list with these records, as the service answers it.

    Raises
    ------
    PayloadError
        If one of them is no record.

    Examples
    --------
    >>> from ionworks.testing import build
    >>> build.page([build.project(name="Ageing")])["total"]
    1
    """
    items = []
    for number, each in enumerate(records):
        if not isinstance(each, Record):
            raise PayloadError(f"records[{number}]", each, "expected a record")
        items.append(each.to_dict())
    return {"items": items, "count": len(items), "total": len(items)}


def kinds() -> dict[str, type[Record]]:
    """Return the names of the functions for records, and the class that each returns.

    Examples
    --------
    >>> from ionworks.testing import build
    >>> build.kinds()["cell_instance"].__name__
    'CellInstance'
    """
    return dict(_kinds())


def __getattr__(name: str) -> Callable[..., Record]:
    known = _kinds()
    if name in known:
        return partial(record, known[name])
    near = suggest(name, known)
    hint = f"; did you mean {near}?" if near and not name.startswith("_") else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")


def __dir__() -> list[str]:
    return sorted({"kinds", "page", "record", *_kinds()})


@cache
def _kinds() -> dict[str, type[Record]]:
    from ionworks_openapi import models

    found = {}
    for name in models.__all__:
        kind = getattr(models, name)
        if _is_record(kind) and not name.endswith(_SENT):
            found[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()] = kind
    return found


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record) and kind.__name__ in _schemas()


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = contract()["components"]["schemas"]
    return schemas


def _required(schema: Mapping[str, Any], kind: str, seed: str) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {
        field: _value(properties.get(field, {}), field, kind, f"{seed} {field}")
        for field in schema.get("required", ())
    }


def _value(declared: Mapping[str, Any], field: str, kind: str, seed: str) -> Any:
    schema = resolve(declared)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _value(schema[choice][0], field, kind, seed)
    if "enum" in schema or "const" in schema:
        return [*schema.get("enum", ()), schema.get("const")][0]
    types = schema.get("type", "object" if "properties" in schema else "string")
    first = types if isinstance(types, str) else types[0]
    if first == "string":
        return _text(schema, field, kind, seed)
    if first in ("number", "integer"):
        return next((schema[key] for key in _NUMBERS if key in schema), 1)
    if first == "array":
        item = partial(_value, schema.get("items", {}), field, kind)
        return [item(f"{seed} {number}") for number in range(schema.get("minItems", 0))]
    if first == "object":
        return _required(schema, kind, seed)
    return False if first == "boolean" else None


def _text(schema: Mapping[str, Any], field: str, kind: str, seed: str) -> str:
    if field in ("id", "uuid") or field.endswith("_id") or schema.get("format") == "uuid":
        return str(uuid5(_NAMES, seed))
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    text = _TEXTS.get(str(schema.get("format"))) or (plain if field == "name" else field)
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
