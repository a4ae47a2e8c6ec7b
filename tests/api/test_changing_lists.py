"""D5: lists, while others create, delete and rename between their pages."""

import io
import random
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from attrs import define, field
from traffic import unique

from ionworks import Ionworks, ListChangedWarning
from ionworks._resource import Resource
from ionworks.errors import ListChanged
from ionworks.sandbox import Sandbox

PAGE = 10
STAY = 35
PASSING = 12


@define
class Kind:
    """One kind of record under one parent, and how it is made, deleted, renamed and listed."""

    make: Callable[[str], str]
    delete: Callable[[str], object] | None
    rename: Callable[[str, str], object] | None
    lists: dict[str, Callable[[Ionworks], list[Any]]]
    stay: list[str] = field(factory=list)
    passing: list[str] = field(factory=list)

    def fill(self) -> None:
        """Make the records that stay, and between them those that will be deleted."""
        for number in range(STAY):
            self.stay.append(self.make(f"stay {number:03}"))
            if self.delete is not None and number % (STAY // PASSING) == 0:
                self.passing.append(self.make(f"pass {number:03}"))

    def change(self, dice: random.Random) -> None:
        """Make, delete and rename a few."""
        for _ in range(dice.randint(0, 3)):
            self.passing.append(self.make(unique(dice.choice("az"))))
        if self.delete is not None:
            for _ in range(min(dice.randint(0, 3), len(self.passing))):
                self.delete(self.passing.pop(dice.randrange(len(self.passing))))
        if self.rename is not None:
            self.rename(dice.choice(self.stay), unique(dice.choice("az")))


def projects(other: Ionworks, _box: Sandbox) -> Kind:
    return Kind(
        lambda name: other.project.create({"name": unique(name)}).id,
        other.project.delete,
        lambda each, name: other.project.update(each, {"name": name}),
        {"projects": lambda c: c.project.list()},
    )


def specifications(other: Ionworks, _box: Sandbox) -> Kind:
    project = other.project.create({"name": unique("p")}).id
    return Kind(
        lambda name: other.cell_spec.create({"name": name, "project_id": project}).id,
        other.cell_spec.delete,
        lambda each, name: other.cell_spec.update(each, {"name": name}),
        {
            "specifications": lambda c: c.cell_spec.list(project_id=project),
            "specifications by name": lambda c: c.cell_spec.list(
                project_id=project, order_by="name"
            ),
        },
    )


def cells(other: Ionworks, _box: Sandbox) -> Kind:
    spec = other.cell_spec.create({"name": unique("s")}).id
    return Kind(
        lambda name: other.cell_instance.create(spec, {"name": name}).id,
        other.cell_instance.delete,
        lambda each, name: other.cell_instance.update(each, {"name": name}),
        {
            "cells": lambda c: c.cell_instance.list(spec),
            "cells, oldest first": lambda c: c.cell_instance.list(spec, order="asc"),
            "cells, by name": lambda c: c.cell_instance.list(spec, order_by="name", order="asc"),
            "cells, last changed first": lambda c: c.cell_instance.list(
                spec, order_by="updated_at"
            ),
            "cells, filtered": lambda c: c.cell_instance.list(spec, created_by_email="@"),
        },
    )


def batches(other: Ionworks, _box: Sandbox) -> Kind:
    spec = other.cell_spec.create({"name": unique("s")}).id
    return Kind(
        lambda name: other.cell_batch.create(spec, {"name": name}).id,
        other.cell_batch.delete,
        lambda each, name: other.cell_batch.update(each, {"name": name}),
        {"batches": lambda c: c.cell_batch.list(spec)},
    )


def measurements(other: Ionworks, _box: Sandbox) -> Kind:
    project = other.project.create({"name": unique("p")}).id
    spec = other.cell_spec.create({"name": "s", "project_id": project}).id
    cell = other.cell_instance.create(spec, {"name": "c"}).id
    api = "cell_measurement"
    return Kind(
        lambda name: other.cell_measurement.create_properties(cell, name, {"n": True}).id,
        other.cell_measurement.delete,
        lambda each, name: other.cell_measurement.update(each, {"name": name}),
        {
            "measurements": lambda c: getattr(c, api).list(cell),
            "measurements, oldest first": lambda c: getattr(c, api).list(cell, order="asc"),
            "measurements of a project": lambda c: getattr(c, api).list_by_project(project),
            "measurements of a project, by name": lambda c: getattr(c, api).list_by_project(
                project, order_by="name"
            ),
            "measurements that are found": lambda c: getattr(c, api).find(project_id=project),
            "detail": lambda c: [
                each.measurement for each in c.cell_instance.detail(cell).measurements
            ],
        },
    )


def raw_data(other: Ionworks, _box: Sandbox) -> Kind:
    project = other.project.create({"name": unique("p")}).id
    return Kind(
        lambda name: other.raw_data.upload(project, io.BytesIO(b"x"), name).id,
        other.raw_data.delete,
        lambda each, name: other.raw_data.update(each, name=name),
        {"raw data": lambda c: c.raw_data.list(project)},
    )


def raw_data_of_a_measurement(other: Ionworks, _box: Sandbox) -> Kind:
    cell = other.cell_instance.create(
        other.cell_spec.create({"name": unique("s")}).id, {"name": "c"}
    )
    test = other.cell_measurement.create_properties(cell.id, "t", {}).id
    old = [other.raw_data.upload(None, io.BytesIO(b"x"), f"{n}").id for n in range(120)]

    def attach(_name: str) -> str:
        made = old.pop(len(old) // 2)  # it enters the list at its own place
        other.cell_measurement.attach_raw_data(test, made)
        return made

    return Kind(
        attach,
        lambda each: other.cell_measurement.detach_raw_data(test, each),
        None,
        {"raw data of a measurement": lambda c: c.cell_measurement.list_raw_data(test)},
    )


def measurements_of_raw_data(other: Ionworks, _box: Sandbox) -> Kind:
    cell = other.cell_instance.create(
        other.cell_spec.create({"name": unique("s")}).id, {"name": "c"}
    )
    raw = other.raw_data.upload(None, io.BytesIO(b"x"), "raw").id

    def make(name: str) -> str:
        made = other.cell_measurement.create_properties(cell.id, unique(name), {}).id
        other.cell_measurement.attach_raw_data(made, raw)
        return made

    return Kind(
        make,
        other.cell_measurement.delete,
        None,
        {"measurements of raw data": lambda c: c.raw_data.list_measurements(raw)},
    )


def materials(other: Ionworks, _box: Sandbox) -> Kind:
    return Kind(
        lambda name: other.material.create({"name": unique(name)}).id,
        None,
        lambda each, name: other.material.update(each, {"name": name}),
        {"materials": lambda c: c.material.list()},
    )


def jobs(_other: Ionworks, box: Sandbox) -> Kind:
    return Kind(
        lambda _name: box.add_job(),
        None,
        None,
        {"jobs": lambda c: c.job.list(), "jobs in a state": lambda c: c.job.list(status="pending")},
    )


KINDS = (
    *(projects, specifications, cells, batches, measurements, materials, jobs),
    *(raw_data, raw_data_of_a_measurement, measurements_of_raw_data),
)


def known_by(item: Any) -> str:
    return item if isinstance(item, str) else item.get("id") or item["job_id"]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Resource, "page_size", PAGE)
    monkeypatch.setattr("ionworks.cell_measurement.CellMeasurementClient.project_page_size", PAGE)


@contextmanager
def disturbed(box: Sandbox, disturb: Callable[[], object]) -> Iterator[Ionworks]:
    """Return a client between whose reads something else happens."""
    with Ionworks(
        box.api_key, box.url, project_id=box.project_id, on_attempt=lambda _: disturb()
    ) as client:
        yield client


def check_whole(found: list[Any], kind: Kind) -> None:
    ids = [known_by(each) for each in found]
    assert len(set(ids)) == len(ids), "repeated"
    assert set(kind.stay) <= set(ids), "missed"


@pytest.mark.parametrize("build", KINDS, ids=lambda build: build.__name__)
def test_d5_a_list_is_whole_whatever_happens_between_its_pages(build, fresh_sandbox):
    with fresh_sandbox.client() as other:
        kind = build(other, fresh_sandbox)
        kind.fill()
        for name, read in kind.lists.items():
            for seed in range(2):
                dice = random.Random(f"{name} {seed}")
                with disturbed(fresh_sandbox, partial(kind.change, dice)) as client:
                    found = read(client)
                check_whole(found, kind)


def test_d5_cells_under_a_thread_that_makes_deletes_and_renames(fresh_sandbox):
    over = threading.Event()
    with fresh_sandbox.client() as other, fresh_sandbox.client() as client:
        kind = cells(other, fresh_sandbox)
        kind.fill()

        def churn():
            dice = random.Random(7)
            while not over.is_set():
                kind.change(dice)

        thread = threading.Thread(target=churn)
        thread.start()
        try:
            for _ in range(10):
                for read in kind.lists.values():
                    check_whole(read(client), kind)
        finally:
            over.set()
            thread.join()


def test_d5_the_newest_comes_first_after_a_change_too(fresh_sandbox):
    with fresh_sandbox.client() as other:
        kind = cells(other, fresh_sandbox)
        kind.fill()
        dice = random.Random(3)
        with disturbed(fresh_sandbox, lambda: kind.change(dice)) as client:
            found = kind.lists["cells"](client)
    times = [each.created_at for each in found]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_d5_what_iterate_yields_may_be_deleted_and_the_change_is_reported(fresh_sandbox, order):
    def delete_all(client: Ionworks, spec: str) -> list[str]:
        deleted = []
        for cell in client.cell_instance.iterate(spec, order=order):
            client.cell_instance.delete(cell.id)
            deleted.append(cell.id)
        return deleted

    with fresh_sandbox.client() as client:
        kind = cells(client, fresh_sandbox)
        kind.fill()
        spec = client.cell_instance.get(kind.stay[0]).cell_specification_id
        with pytest.warns(ListChangedWarning, match=r"list\(\) first instead") as told:
            deleted = delete_all(client, spec)
        assert told[0].filename == __file__
        assert sorted(deleted) == sorted([*kind.stay, *kind.passing])
        assert client.cell_instance.list(spec) == []


def test_d5_what_iterate_yields_by_name_may_not_be_renamed(fresh_sandbox):
    with fresh_sandbox.client() as client:
        kind = cells(client, fresh_sandbox)
        kind.fill()
        spec = client.cell_instance.get(kind.stay[0]).cell_specification_id

        def rename_all(listed: Iterable[Any], mark: str) -> None:
            for cell in listed:
                client.cell_instance.update(cell.id, {"name": f"{mark} {cell.name}"})

        by_name = {"order_by": "name", "order": "asc"}
        with pytest.raises(ListChanged, match=r"may have been skipped"):
            rename_all(client.cell_instance.iterate(spec, **by_name), "z")
        rename_all(client.cell_instance.list(spec, **by_name), "y")
        assert all(each.name.startswith("y ") for each in client.cell_instance.list(spec))


def test_d5_nothing_is_reported_of_a_list_that_does_not_change(fresh_sandbox):
    with fresh_sandbox.client() as client:
        kind = cells(client, fresh_sandbox)
        kind.fill()
        spec = client.cell_instance.get(kind.stay[0]).cell_specification_id
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for how in ({}, {"order": "asc"}, {"order_by": "name"}, {"name": "a"}):
                items = list(client.cell_instance.iterate(spec, **how))
                assert items == client.cell_instance.list(spec, **how)


def test_d5_a_list_by_name_that_fits_no_page_is_whole_or_reported(fresh_sandbox, monkeypatch):
    monkeypatch.setattr("ionworks.records.walk._WIDE", PAGE)
    with fresh_sandbox.client() as other:
        kind = cells(other, fresh_sandbox)
        kind.fill()
        for seed in range(2):
            dice = random.Random(seed)
            change = partial(kind.change, dice)
            with disturbed(fresh_sandbox, change) as client, suppress(ListChanged):
                check_whole(kind.lists["cells, by name"](client), kind)
