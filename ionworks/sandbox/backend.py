"""What every handler uses: the parts of one sandbox, a checked call, and a response."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ionworks.sandbox.contract.operations import Contract
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.resources import Resource
from ionworks.sandbox.database.entities import Table, remove
from ionworks.sandbox.database.identity import Account
from ionworks.sandbox.database.objects import Objects, unlink_all
from ionworks.sandbox.database.store import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """The parts of one sandbox.

    ``processing_time`` is how many microseconds uploaded series are processed, 0 if at once;
    who works on those that are due holds the lock ``processing``. ``resources`` are those of the
    contract, by their tags.
    """

    contract: Contract
    store: Store
    objects: Objects
    account: Account
    default_project_id: str
    processing_time: int = 0
    processing: threading.Lock = field(default_factory=threading.Lock)
    resources: Mapping[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose parameters and body the contract has admitted; defaults are filled in.

    ``given`` are the names in the query string, for parameters whose default depends on others.
    """

    path: Mapping[str, str]
    query: Json
    body: Json
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers: an object to be written as JSON, JSON text, or nothing.

    The status is the one that the contract gives to success, if the handler names no other.
    """

    body: Json | bytes | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Backend, Call], Answer]


def with_author(backend: Backend, document: Mapping[str, object]) -> Json:
    """Return a new record's document with the fields that say who made it."""
    account = backend.account
    return {**document, "created_by": account.user_id, "created_by_email": account.email}


def delete_record(backend: Backend, table: Table, record_id: str) -> Answer:
    """Delete a record, all that hangs on it, and the stored objects of what is gone."""
    with backend.store.write() as transaction:
        remove(transaction, table, record_id)
        files = backend.objects.forget_orphans(transaction)
    unlink_all(files)
    return Answer()
