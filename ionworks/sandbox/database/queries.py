"""List parameters as SQL: filters with operators (eq., ilike., in.(..), ...), order, and pages."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ionworks.sandbox.contract.problems import Json, invalid
from ionworks.sandbox.database import patterns
from ionworks.sandbox.database.identity import parse_instant

COMPARISONS = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PREFIXED = re.compile(r"(eq|neq|gte|gt|lte|lt|ilike|like)\.(.*)", re.DOTALL)
MEMBERS = re.compile(r"in\.\((.*)\)", re.DOTALL)
MEMBER = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)|([^,]*)(?:,|$)', re.DOTALL)
AMONG = "IN (SELECT value FROM json_each(?))"
LARGEST_INTEGER = 2**63 - 1


@dataclass(slots=True)
class Where:
    """A conjunction of conditions with the values of their placeholders."""

    clauses: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, clause: str, *values: object) -> None:
        """Demand one more condition."""
        self.clauses.append(clause)
        self.values.extend(values)

    def sql(self) -> str:
        """Return the WHERE clause, or nothing where nothing is demanded."""
        return "WHERE " + " AND ".join(self.clauses) if self.clauses else ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text column. ``template`` wraps the condition, for names in a related table."""

    column: str
    template: str = "{}"

    def demand(self, where: Where, name: str, value: object) -> None:
        """Add the condition that a parameter's value expresses."""
        clause, values = text_condition(self.column, name, str(value))
        where.add(self.template.replace("{}", clause), *values)


@dataclass(frozen=True, slots=True)
class Instant:
    """A column of microseconds since 1970. ``operator`` is what a bare value means."""

    column: str
    operator: str = "eq"

    def demand(self, where: Where, name: str, value: object) -> None:
        """Add the condition that a parameter's value expresses."""
        found = PREFIXED.fullmatch(str(value))
        operator, text = (found[1], found[2]) if found else (self.operator, str(value))
        if operator not in COMPARISONS:
            message = f"A time cannot be compared with {operator!r}"
            raise invalid("value_error", ("query", name), message, value)
        try:
            instant = parse_instant(text)
        except ValueError:
            message = "Input should be a valid ISO 8601 date or datetime"
            raise invalid("datetime_parsing", ("query", name), message, value) from None
        where.add(f"{self.column} {COMPARISONS[operator]} ?", instant)


@dataclass(frozen=True, slots=True)
class Equal:
    """A number, a truth value or an id. Of several values that are given, one must be met."""

    column: str

    def demand(self, where: Where, _name: str, value: object) -> None:
        """Add the condition that a parameter's value expresses."""
        if isinstance(value, str | int | float):  # for one value SQLite can use the index's order
            where.add(f"{self.column} = ?", value)
        else:
            where.add(" ".join((self.column, AMONG)), _as_list(value))


@dataclass(frozen=True, slots=True)
class Members:
    """A list. Of several values that are given, the list must have one."""

    column: str

    def demand(self, where: Where, _name: str, value: object) -> None:
        """Add the condition that a parameter's value expresses."""
        parts = ("EXISTS (SELECT 1 FROM json_each(", self.column, ") WHERE value", AMONG, ")")
        where.add(" ".join(parts), _as_list(value))


class Filter(Protocol):
    """What a query parameter demands of a record."""

    def demand(self, where: Where, name: str, value: object, /) -> None:
        """Add the condition that a parameter's value expresses."""


def instants(name: str, column: str) -> dict[str, Filter]:
    """Return the three filters of a time: equal (or an operator), after, and before."""
    return {
        name: Instant(column),
        f"{name}_gt": Instant(column, "gt"),
        f"{name}_lt": Instant(column, "lt"),
    }


def record_filters(table: str) -> dict[str, Filter]:
    """Return the filters that the lists of all named records have."""
    return {
        "name": Text(f"{table}.name"),
        "created_by_email": Text(f"json_extract({table}.document, '$.created_by_email')"),
        **instants("created_at", f"{table}.created_at"),
        **instants("updated_at", f"{table}.updated_at"),
    }


def record_order(table: str) -> dict[str, str]:
    """Return the columns that the lists of all named records can be sorted by."""
    return {name: f"{table}.{name}" for name in ("name", "created_at", "updated_at")}


def text_condition(column: str, name: str, value: str) -> tuple[str, list[object]]:
    """Return the condition that a value with or without an operator puts on a text column.

    `name` is the parameter's, for the 422 that a pattern longer than any text gets.
    """
    members = MEMBERS.fullmatch(value)
    if members:
        wanted = json.dumps(split_members(members[1]))
        return " ".join((column, "IN (SELECT value FROM json_each(?))")), [wanted]
    found = PREFIXED.fullmatch(value)
    if found is None:
        return f"{column} = ?", [value]
    operator, text = found[1], found[2]
    if operator in COMPARISONS:
        return f"{column} {COMPARISONS[operator]} ?", [text]
    if len(text) > patterns.LONGEST:
        message = f"A pattern should have at most {patterns.LONGEST} characters"
        raise invalid("string_too_long", ("query", name), message, value)
    function = "matches" if operator == "like" else "matches_any_case"
    return f"{function}({column}, ?)", [text]


def split_members(text: str) -> list[str]:
    r"""Return the members of ``in.(a,"b,c")``: quotes keep a comma, ``\`` keeps a quote."""
    found = []
    for match in MEMBER.finditer(text):
        quoted, bare = match.groups()
        found.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare)
        if match.end() == len(text):
            break
    return found


def _as_list(value: object) -> str:
    return json.dumps(value if isinstance(value, list) else [value])


def conditions(query: Mapping[str, object], filters: Mapping[str, Filter]) -> Where:
    """Return the conditions of all given filter parameters."""
    where = Where()
    for name, rule in filters.items():
        value = query.get(name)
        if value is not None:
            rule.demand(where, name, value)
    return where


def order_clause(query: Mapping[str, object], columns: Mapping[str, str], table: str) -> str:
    """Return ORDER BY; equal values keep the order of creation, nulls sort as the largest."""
    column = columns[str(query.get("order_by") or "created_at")]
    descending = query.get("order", "desc") == "desc"
    direction, nulls = ("DESC", "FIRST") if descending else ("ASC", "LAST")
    # No NULLS where there are none: SQLite sorts all rows for it, and does not use the index.
    place = "" if column in {f"{table}.created_at", f"{table}.updated_at"} else f" NULLS {nulls}"
    return f"ORDER BY {column} {direction}{place}, {table}.sequence {direction}"


def select_page(
    connection: sqlite3.Connection,
    columns: str,
    tables: str,
    where: Where,
    order: str,
    query: Mapping[str, object],
) -> tuple[list[sqlite3.Row], int]:
    """Return the rows of one page, and how many rows there are on all pages."""
    condition = where.sql()
    counting = " ".join(("SELECT COUNT(*) FROM", tables, condition))
    total = int(connection.execute(counting, where.values).fetchone()[0])
    limit, offset = query.get("limit"), query.get("offset")
    rows = limit if isinstance(limit, int) else -1
    skipped = min(offset, LARGEST_INTEGER) if isinstance(offset, int) else 0
    parts = ("SELECT", columns, "FROM", tables, condition, order, "LIMIT ? OFFSET ?")
    found = connection.execute(" ".join(parts), (*where.values, rows, skipped))
    return found.fetchall(), total


def envelope(items: Sequence[object], total: int) -> Json:
    """Return a page as lists are answered."""
    return {"items": list(items), "count": len(items), "total": total}
