"""Compares two contracts: what changed, in words, for whom, and how bad it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from ionworks.testing._openapi.normal_form import normalize
from scripts.codegen.contract import Json
from scripts.spec.differences import OF_VALUES, differences
from scripts.spec.fields import Direction, Endpoint, Field, Key, endpoints, key_of
from scripts.spec.renames import Fields, find_moved, find_renamed
from scripts.spec.rules import RULES, SEVERITIES, SIDES, WHOM, Severity, Side


@frozen
class Where:
    """An operation that a change shows in; `was` is its path before, where that differs."""

    path: str
    method: str
    was: str | None = None

    @property
    def keys(self) -> set[Key]:
        """What it is matched by, on both sides of the change."""
        return {key_of(self.method, path) for path in (self.path, self.was) if path}

    def __str__(self) -> str:
        return f"{self.method} {self.path}".rstrip()


@frozen
class Change:
    """One change, with all operations that it shows in through the same schema.

    Attributes
    ----------
    kind, direction : str
        What happened, and whether to an operation, to what is sent, or to what is answered.
    severity : {"breaking", "look", "harmless"}
        How bad it is, for those whom `whom` names; `reason` says why.
    where, schema : str
        The place, and the named schema that it is declared in, if there is one.
    before, after : str
        What it was and what it is, in words; empty where there is nothing.
    names : tuple of str
        The names that code which depends on it is likely to mention.
    """

    kind: str
    direction: Side
    severity: Severity
    whom: str
    where: str
    schema: str | None
    sentence: str
    reason: str
    before: str
    after: str
    operations: tuple[Where, ...]
    names: tuple[str, ...] = ()


def compare(base: Json, new: Json, *, payloads_only: bool = False) -> list[Change]:
    """Return what changed from one contract to another, the worst first.

    With `payloads_only`, names, credentials, headers and errors are not compared: another
    document of the same service may have others, or none.

    Raises
    ------
    SpecError
        If one of them cannot be read.
    """
    found = _Found()
    _operations(found, endpoints(base), endpoints(new), payloads_only=payloads_only)
    if not payloads_only:
        _documents(found, normalize(base), normalize(new))
    return found.changes()


def _documents(found: _Found, base: Json, new: Json) -> None:
    """Note changes of servers, of credential schemes, and of the names of schemas."""
    where = Where("", "the contract")
    servers = [
        ", ".join(str(each.get("url")) for each in document.get("servers", ())) or "none"
        for document in (base, new)
    ]
    if servers[0] != servers[1]:
        found.add("server changed", "operation", "servers", where, *servers)
    schemes = [document["components"].get("securitySchemes", {}) for document in (base, new)]
    for name in sorted(schemes[0].keys() | schemes[1].keys()):
        kinds = [_scheme(each.get(name)) for each in schemes]
        if kinds[0] != kinds[1]:
            found.add("credential scheme changed", "operation", f"`{name}`", where, *kinds)
    models = [document["components"]["schemas"] for document in (base, new)]
    for name in sorted(models[0].keys() - models[1].keys()):
        found.add("schema removed", "operation", f"`{name}`", where, names=[name])


def _scheme(scheme: Json | None) -> str:
    if scheme is None:
        return "none"
    parts = (scheme.get(key) for key in ("type", "scheme", "in", "name"))
    return " ".join(str(part) for part in parts if part)


def _operations(
    found: _Found,
    base: Mapping[Key, Endpoint],
    new: Mapping[Key, Endpoint],
    *,
    payloads_only: bool,
) -> None:
    gone = [base[key] for key in base if key not in new]
    fresh = [new[key] for key in new if key not in base]
    moves = find_moved(gone, fresh)
    for old in gone:
        if old.key in moves:
            now = moves[old.key]
            names = [f"`{each.method} {each.path}`" for each in (old, now)]
            where = Where(now.path, now.method, old.path)
            found.add("operation possibly moved", "operation", names[0], where, *names)
        else:
            where = Where(old.path, old.method)
            found.add("operation removed", "operation", f"`{where}`", where)
    taken = {each.key for each in moves.values()}
    for now in fresh:
        if now.key not in taken:
            where = Where(now.path, now.method)
            found.add("operation added", "operation", f"`{where}`", where)
    for key, old in base.items():
        if (pair := new.get(key) or moves.get(key)) is not None:
            _endpoint(found, old, pair, payloads_only=payloads_only)


def _endpoint(found: _Found, old: Endpoint, new: Endpoint, *, payloads_only: bool) -> None:
    where = Where(new.path, new.method, old.path if old.key != new.key else None)
    if old.deprecated != new.deprecated:
        kind = "deprecated" if new.deprecated else "not deprecated"
        found.add(kind, "operation", f"`{where}`", where)
    if old.idempotency != new.idempotency:
        found.add(
            "idempotency changed",
            "operation",
            "`x-idempotency`",
            where,
            old.idempotency,
            new.idempotency,
        )
    if old.statuses != new.statuses:
        codes = [" or ".join(sorted(each.statuses)) or "none" for each in (old, new)]
        found.add("success status changed", "operation", "the status", where, *codes)
    _direction(found, where, "request", old.request, new.request)
    _direction(found, where, "answer", old.answer, new.answer)
    if payloads_only:
        return
    _names(found, where, old, new)
    _contents(found, where, old, new)
    for status in sorted(old.errors.keys() & new.errors.keys()):
        _direction(found, where, "answer", old.errors[status], new.errors[status])


def _names(found: _Found, where: Where, old: Endpoint, new: Endpoint) -> None:
    """Note changes of the generated name, of the credentials, and of the order of the ids."""
    spot = f"`{where}`"
    names = [f"`{each.tag}.{each.name}`" for each in (old, new)]
    if names[0] != names[1]:
        code = [str(old.name)] if old.name != new.name else [f"api.{old.tag}"]
        found.add("operation renamed", "operation", spot, where, *names, names=code)
    if old.security != new.security:
        found.add("credentials changed", "operation", spot, where, old.security, new.security)
    ids = [re.findall(r"\{([^}]*)\}", each.path) for each in (old, new)]
    if old.key != new.key and ids[0] != ids[1] and sorted(ids[0]) == sorted(ids[1]):
        orders = [", ".join(each) for each in ids]
        found.add("ids reordered", "operation", spot, where, *orders)


def _contents(found: _Found, where: Where, old: Endpoint, new: Endpoint) -> None:
    """Note changes of media types, response headers, redirects and error statuses."""
    sides: tuple[tuple[Direction, frozenset[str], frozenset[str]], ...] = (
        ("request", old.takes, new.takes),
        ("answer", old.gives, new.gives),
    )
    for side, before, after in sides:
        if before and after:
            for kind in sorted(before - after):
                found.add("media type removed", side, f"`{where}`", where, f"`{kind}`")
            for kind in sorted(after - before):
                found.add("media type added", side, f"`{where}`", where, after=f"`{kind}`")
    for name in sorted(old.headers.keys() | new.headers.keys()):
        spot, values = f"`{name}` of `{where}`", (old.headers.get(name), new.headers.get(name))
        if values[1] is None:
            found.add("header removed", "answer", spot, where, names=[name.partition(" ")[2]])
        elif values[0] is None:
            found.add("header added", "answer", spot, where)
        elif values[0] != values[1]:
            found.add("header changed", "answer", spot, where, *map(str, values))
    for status in sorted(old.errors.keys() - new.errors.keys()):
        found.add("error status removed", "answer", f"`{where}`", where, status)
    for status in sorted(new.errors.keys() - old.errors.keys()):
        found.add("error status added", "answer", f"`{where}`", where, after=status)


def _direction(found: _Found, where: Where, side: Direction, old: Fields, new: Fields) -> None:
    renames = find_renamed(old, new)
    for path, other in renames.items():
        if (parent := old[path].parent) not in renames:  # else it went along
            names = (old[path].name, new[other].name)
            if parent != "path":
                found.add(
                    _kind("field possibly renamed", old[path]),
                    *(side, place(old[path], where), where, f"`{names[0]}`", f"`{names[1]}`"),
                    schema=old[path].schema,
                    names=names[:1],
                    rule="field possibly renamed",
                )
        _attributes(found, where, side, old[path], new[other])
    targets = set(renames.values())
    for path, each in old.items():
        if path in new:
            _attributes(found, where, side, each, new[path])
        elif path not in renames and _is_reported(each, old, new):
            found.field("field removed", side, each, where, names=(each.name,))
    for path, each in new.items():
        if path not in old and path not in targets and _is_reported(each, new, old):
            found.field("field added", side, each, where)


def _is_reported(each: Field, mine: Fields, others: Fields) -> bool:
    """Whether a field that one side lacks is news, and not part of a larger change."""
    if each.parent not in mine:
        return each.parent != "path"  # a parameter or a whole body
    if each.parent not in others:
        return False
    kind = "array" if each.path.endswith("[]") else "object"
    return all(kind in side[each.parent].types for side in (mine, others))


def _attributes(found: _Found, where: Where, side: Direction, old: Field, new: Field) -> None:
    for kind, before, after, values in differences(old, new):
        named = new.named if kind in OF_VALUES and old.named == new.named else None
        found.field(kind, side, new, where, before, after, named=named, names=(old.name, *values))


def place(each: Field, where: Where) -> str:
    """Return the readable place of a field: by its schema, or else by its operation."""
    if each.schema:
        return f"`{each.schema}{each.local}`"
    root, inside = re.match(r"(\w+)\.?(.*)", each.path).groups()  # type: ignore[union-attr]
    if root not in ("body", "answer"):
        return f"{root} parameter `{each.name if root == 'path' else inside}`"
    return f"`{inside}` in the {root} of `{where}`" if inside else f"the {root} of `{where}`"


def _kind(kind: str, each: Field) -> str:
    """Return the name of the kind, by what it happened to."""
    whole = each.parent in ("query", "path", "header", "cookie")
    what = "parameter" if whole else "field" if each.parent else "body"
    return kind.replace("field", what)


@define
class _Found:
    """The changes as they are found: the same one in several operations is one."""

    _changes: dict[tuple[object, ...], Change] = field(factory=dict)

    def field(
        self,
        kind: str,
        side: Direction,
        each: Field,
        where: Where,
        before: str = "",
        after: str = "",
        *,
        named: str | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        """Note a change of a field, under the named schema of its value if that is the same."""
        spot = f"`{named}`" if named else place(each, where)
        required = kind == "field added" and each.required
        self.add(
            _kind(kind, each),
            *(side, spot, where, before, after),
            schema=named or each.schema,
            names=names,
            rule="field added, required" if required else kind,
        )

    def add(
        self,
        kind: str,
        side: Side,
        spot: str,
        where: Where,
        before: str = "",
        after: str = "",
        *,
        schema: str | None = None,
        names: Sequence[str] = (),
        rule: str | None = None,
    ) -> None:
        """Note a change, or one more operation of a change that is noted."""
        key = (kind, side, spot, before, after, rule)
        said = RULES[side][rule or kind]
        known = self._changes.get(key) or Change(
            kind=kind,
            direction=side,
            severity=said.severity,
            whom=WHOM[side],
            where=spot.strip("`"),
            schema=schema,
            sentence=said.sentence.format(where=spot, before=before, after=after),
            reason=said.reason,
            before=before.strip("`"),
            after=after.strip("`"),
            operations=(),
        )
        self._changes[key] = evolve(
            known,
            operations=tuple(sorted({*known.operations, where}, key=str)),
            names=tuple(dict.fromkeys((*known.names, *names))),
        )

    def changes(self) -> list[Change]:
        """Return them in the order of a report."""
        return sorted(
            self._changes.values(),
            key=lambda each: (
                SEVERITIES.index(each.severity),
                SIDES.index(each.direction),
                each.where,
                each.kind,
                each.sentence,
            ),
        )
