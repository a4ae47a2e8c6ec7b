"""What hand-written code adds to the records of a resource."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.database.queries import Filter

Records = Callable[[sqlite3.Connection, Backend, Sequence[sqlite3.Row]], list[Json]]
# Takes the id of the parent and the given fields; returns columns, and may change the fields.
Prepare = Callable[[sqlite3.Connection, str, Json], Json]


def no_columns(_connection: sqlite3.Connection, _parent_id: str, _given: Json) -> Json:
    """Keep all given fields in the document."""
    return {}


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is special about a resource; the contract determines everything else.

    Parameters
    ----------
    records
        Returns rows as records. The default has no computed fields.
    prepare
        Checks the given fields of a create or an update before they are stored.
    filters
        Query parameters of the list that are not fields of the record; None ignores one.
    """

    records: Records | None = None
    prepare: Prepare = no_columns
    filters: Mapping[str, Filter | None] = field(default_factory=dict)
