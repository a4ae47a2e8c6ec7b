"""The client as a user types it. Read by mypy, never run.

A line that ends in `E: code`, as a comment, must be refused with exactly that code; every other
line must pass.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, assert_type

import polars as pl
from ionworks_openapi import Client
from ionworks_openapi.api.cell_instances import create_cell_instance, get_cell_instance
from ionworks_openapi.api.cell_measurements import (
    delete_cell_measurement,
    download_measurement_steps,
    list_cell_measurements,
    update_cell_measurement,
)
from ionworks_openapi.api.cell_specifications import list_cell_specifications
from ionworks_openapi.models import (
    CellInstance,
    CellInstanceCreate,
    CellMeasurement,
    CellMeasurementList,
    CellMeasurementUpdate,
    CellMeasurementWithParents,
    CellSpecification,
    ProjectCreate,
)
from ionworks_openapi.types import Operation, Response

from ionworks import Ionworks, Quantity


def operations(client: Ionworks) -> None:
    cell = client.call(get_cell_instance, "id")
    assert_type(cell, CellInstance)
    assert_type(client.call(delete_cell_measurement, "id"), None)
    assert_type(client.call(download_measurement_steps, "id"), bytes)
    page = client.call(list_cell_measurements, "id", limit=5, order="asc", tags_any=["a"])
    assert_type(page, CellMeasurementList)
    assert_type(page.items, list[CellMeasurement])
    client.call(get_cell_instance, cell_instance_id="id")

    client.call(get_cell_instance)  # E: call-arg
    client.call(get_cell_instance, "id", "other")  # E: call-arg
    client.call(get_cell_instance, 7)  # E: arg-type
    client.call(get_cell_instance, cell.owner)  # E: attr-defined
    client.call(list_cell_measurements, "id", 5)  # E: call-arg
    client.call(list_cell_measurements, "id", limit="5")  # E: arg-type
    client.call(list_cell_measurements, "id", limits=5)  # E: call-arg
    client.call(list_cell_measurements, "id", order="up")  # E: arg-type
    client.call(list_cell_measurements, "id", order_by="colour")  # E: arg-type
    client.call(list_cell_measurements, "id", tags_any=[1])  # E: list-item
    client.call("list_cell_measurements", "id")  # E: arg-type
    _: CellMeasurement = client.call(get_cell_instance, "id")  # E: assignment


def bodies(client: Ionworks) -> None:
    create = CellInstanceCreate(name="M50-007", batch=None)
    assert_type(client.call(create_cell_instance, "spec", body=create), CellInstance)
    client.call(create_cell_instance, "spec", body={"name": "M50-007"})
    client.call(update_cell_measurement, "id", body=CellMeasurementUpdate(notes=None))

    client.call(create_cell_instance, "spec")  # E: call-arg
    client.call(create_cell_instance, "spec", create)  # E: call-arg
    client.call(create_cell_instance, "spec", body="M50-007")  # E: arg-type
    wrong = ProjectCreate(name="A project")
    client.call(create_cell_instance, "spec", body=wrong)  # E: arg-type
    CellInstanceCreate()  # E: call-arg
    CellInstanceCreate("M50-007")  # E: call-arg, arg-type
    CellInstanceCreate(name="M50-007", bach="B")  # E: call-arg
    CellInstanceCreate(name=None)  # E: arg-type
    CellInstanceCreate(name="M50-007", measured_properties="5 A*h")  # E: arg-type


def answers(client: Ionworks) -> None:
    measurement = client.cell_measurement.get("id")
    assert_type(measurement, CellMeasurement)
    assert_type(measurement.name, str)
    assert_type(measurement.created_at, datetime.datetime)
    assert_type(measurement.start_time, datetime.datetime | None)
    assert_type(measurement["cycler"], Any)
    specification = client.cell_spec.get("id")
    assert_type(specification, CellSpecification)
    if specification.ratings.capacity is not None:
        assert_type(specification.ratings.capacity, Quantity)
        assert_type(specification.ratings.capacity.to("mA*h"), Quantity)

    _ = measurement.create_at  # E: attr-defined
    _day: str = measurement.created_at  # E: assignment
    measurement.created_at.startswith("2025")  # E: attr-defined
    measurement.start_time.isoformat()  # E: union-attr
    _ = specification.rating  # E: attr-defined
    _ = measurement.name + 1  # E: operator


def amounts() -> None:
    assert_type(Quantity("5 Ah"), Quantity)
    assert_type(Quantity(5, "Ah"), Quantity)
    assert_type(Quantity(value=Decimal("5.0"), unit="Ah"), Quantity)

    Quantity(5)  # E: call-overload
    Quantity("5", "Ah")  # E: call-overload
    Quantity("Ah", 5)  # E: call-overload
    Quantity(5, None)  # E: call-overload
    Quantity()  # E: call-overload


def nouns(client: Ionworks) -> None:
    found = client.cell_measurement.list("cell", name="RPT", started_after=datetime.date.today())
    assert_type(found[0], CellMeasurement)
    assert_type(found.total, int)
    cells = client.cell_instance.iterate("spec", max_items=3)
    assert_type(cells, Iterator[CellInstance])
    everything = client.cell_measurement.list_by_project("project", spec_name="M50", order="desc")
    assert_type(everything[0], CellMeasurementWithParents)
    assert_type(client.cell_spec.create_or_get({"name": "LG M50"}), CellSpecification)

    series = client.cell_measurement.time_series
    assert_type(series("id", as_="polars", rows=(0, 10)), pl.DataFrame)
    series(["id", found[0]], as_="pandas", steps=[1])
    assert_type(series("id", lazy=True, time=(None, 3600.0)), pl.LazyFrame)
    series("id", column=["Time [s]"])  # E: call-overload
    series("id", as_="numpy")  # E: call-overload
    series("id", rows=5)  # E: call-overload
    series(["id"], lazy=True)  # E: call-overload
    client.cell_measurement.list()  # E: call-arg
    client.cell_measurement.list("cell", 5)  # E: call-arg
    client.cell_measurement.list("cell", nam="RPT")  # E: call-arg
    client.cell_measurement.list("cell", spec_name="M50")  # E: call-arg
    client.cell_measurement.list("cell", name=5)  # E: arg-type
    client.cell_measurement.list("cell", measurement_type="movie")  # E: arg-type
    client.cell_measurement.list("cell", order="up")  # E: arg-type
    client.cell_measurement.list("cell", started_after=5)  # E: arg-type
    client.cell_spec.iterate(order_by="colour")  # E: arg-type
    client.cell_spec.create_or_get({"name": "x"}, on_difference="shout")  # E: arg-type
    client.cell_measurement.steps("id", as_="numpy")  # E: call-overload
    Ionworks(dataframe_backend="numpy")  # E: arg-type
    Ionworks(api_kye="x")  # E: call-arg
    _ = client.cells  # E: attr-defined


def low_level(client: Client) -> None:
    answer = client.send(get_cell_instance, "id")
    assert_type(answer, Response[CellInstance])
    assert_type(answer.parsed, CellInstance | None)
    assert_type(answer.status_code, int)
    listing: Operation[..., object] = list_cell_specifications

    _ = answer.parsed.name  # E: union-attr
    client.send(get_cell_instance)  # E: call-arg
    client.send("get_cell_instance", "id")  # E: arg-type
    listing.answer = "bytes"  # E: misc
