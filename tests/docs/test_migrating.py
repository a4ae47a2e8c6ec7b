"""docs/migrating.md tells the truth, and documented calls run unchanged."""

import importlib
import inspect
import operator
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from vendor_arguments import ELSEWHERE, METHODS

from ionworks import Ionworks, IonworksError, models
from ionworks.sandbox import Sandbox
from ionworks.validators import MeasurementValidationError

PAGE = (Path(__file__).parents[2] / "docs" / "migrating.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def named(text: str) -> list[str]:
    return re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", text)


def rows(text: str, heading: str) -> Iterator[list[str]]:
    """The cells of the table in `text` whose first heading is this one."""
    table = text.split(f"\n| {heading} |")[1].split("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def claims(position: int) -> dict[str, list[str]]:
    """What one of the two tables of arguments says: the methods, and their arguments."""
    text = section("Arguments")
    table = text[text.index("\n| method | keyword only") :] if position else text
    return {named(cells[0])[0]: named(cells[1]) for cells in rows(table, "method")}


def here(name: str) -> Callable[..., object] | None:
    """The method of this client with a dotted name, if there is one."""
    with Ionworks(api_key="never-sent") as client:
        try:
            found: Callable[..., object] = operator.attrgetter(name)(client)
        except AttributeError:
            return None
        return found


def accepted(method: Callable[..., object]) -> tuple[list[str], list[str]]:
    """All arguments of a method, filters included; and those that can stand in a position."""
    every, by_position = [], []
    for name, each in inspect.signature(method).parameters.items():
        if each.kind is inspect.Parameter.VAR_KEYWORD:
            filters = getattr(models, re.findall(r"\w+", each.annotation)[-1])
            every += filters.__annotations__
        else:
            every.append(name)
            if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
                by_position.append(name)
    return every, by_position


def test_the_page_names_what_is_here_and_what_is_not() -> None:
    nouns = {named(cells[0])[0]: cells[1:] for cells in rows(section("Resources"), "resource")}
    for noun, (as_documented, more, missing) in nouns.items():
        theirs = {name.partition(".")[2] for name in METHODS if name.startswith(f"{noun}.")}
        gone = {name for name in named(missing) if name != "list"}
        assert theirs == {*named(as_documented), *gone}, noun
        for name in (*named(as_documented), *named(more)):
            assert here(f"{noun}.{name}"), f"{noun}.{name}"
        for name in gone:
            assert not here(f"{noun}.{name}"), f"{noun}.{name}"
        ours = {name for name in dir(here(noun)) if not name.startswith("_")}
        methods = {name for name in ours if callable(here(f"{noun}.{name}"))}
        assert methods == {*named(as_documented), *named(more)}, noun
    text = section("Resources").split("On the client itself, ")[1]
    there, not_here = re.split(r"\sare available; ", text)
    for name in named(there):
        assert here(name), name
    not_here, elsewhere = not_here.split("\n\nNot available, because")
    assert {*named(there), *named(not_here)} == {name for name in METHODS if "." not in name}
    assert {*named(elsewhere)} == ELSEWHERE
    for name in (*named(not_here), *named(elsewhere)):
        assert not here(name), name


def test_the_page_names_every_argument_that_is_not_taken() -> None:
    found = {}
    for name, arguments in METHODS.items():
        if method := here(name):
            every, _ = accepted(method)
            missing = [each for each in arguments.replace("*", "").split() if each not in every]
            found |= {name: missing} if missing else {}
    assert found == claims(0)


def test_the_page_names_every_argument_that_lost_its_position() -> None:
    found = {}
    for name, arguments in METHODS.items():
        if method := here(name):
            every, by_position = accepted(method)
            theirs = arguments.partition("*")[0].split()
            taken = [each for each in theirs if each in every]
            # In its place, or in that which it has when those that are not taken are left out.
            places = {(order.index(each), each) for order in (theirs, taken) for each in taken}
            kept = {each for index, each in enumerate(by_position) if (index, each) in places}
            moved = [each for each in taken if each not in kept]
            found |= {name: moved} if moved else {}
    assert found == claims(1)


DOCUMENTED_NAMES = {
    "ionworks": "Ionworks IonworksError",
    "ionworks.client": "Ionworks",
    "ionworks.cell_specification": "CellSpecificationClient",
    "ionworks.cell_instance": "CellInstanceClient",
    "ionworks.cell_measurement": "CellMeasurementClient",
    "ionworks.job": "JobClient",
    "ionworks.errors": "IonworksError MeasurementProcessingError",
    "ionworks.validators": "MeasurementValidationError ValidationIssue",
    "ionworks.models": "CellSpecification CellInstance CellMeasurement CellInstanceDetail"
    " CellMeasurementBundleResponse CellMeasurementDetail InitiateUploadResponse PaginatedList"
    " StepsAndCycles",
}


@pytest.mark.parametrize("module", DOCUMENTED_NAMES)
def test_documented_names_are_where_they_were(module: str) -> None:
    found = importlib.import_module(module)
    for name in DOCUMENTED_NAMES[module].split():
        assert isinstance(getattr(found, name), type)


DOCUMENTED_SIGNATURES = {
    "client:Ionworks": {
        "__init__": "api_key=None api_url=None dataframe_backend=None timeout=None"
        " max_retries=None",
    },
    "cell_specification:CellSpecificationClient": {
        "get": "cell_spec_id",
        "list": "include_components=False",
        "create": "data",
        "create_or_get": "data",
        "update": "cell_spec_id data",
        "delete": "cell_spec_id",
    },
    "cell_instance:CellInstanceClient": {
        "get": "cell_instance_id",
        "list": "cell_spec_id",
        "update": "cell_instance_id data",
        "delete": "cell_instance_id",
        "detail": "cell_instance_id include_steps=True include_cycles=True"
        " include_time_series=True",
        "create": "cell_spec_id data",
        "create_or_get": "cell_spec_id data",
    },
    "cell_measurement:CellMeasurementClient": {
        "list": "cell_instance_id",
        "get": "measurement_id",
        "detail": "measurement_id include_steps=True include_cycles=True include_time_series=True",
        "create": "cell_instance_id measurement_detail",
        "create_or_get": "cell_instance_id measurement_detail",
        "create_properties": "cell_instance_id name properties",
        "create_file": "cell_instance_id name filepaths",
        "list_files": "measurement_id",
        "get_file": "measurement_id filename",
    },
}


@pytest.mark.parametrize("place", DOCUMENTED_SIGNATURES)
def test_documented_arguments_keep_their_order_and_their_defaults(place: str) -> None:
    module, _, owner = place.partition(":")
    cls = getattr(importlib.import_module(f"ionworks.{module}"), owner)
    for name, documented in DOCUMENTED_SIGNATURES[place].items():
        _, *parameters = inspect.signature(getattr(cls, name)).parameters.values()
        ours = [
            each.name if each.default is each.empty else f"{each.name}={each.default}"
            for each in parameters
            if each.kind is each.POSITIONAL_OR_KEYWORD
        ]
        assert ours == documented.split(), name


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


SPECIFICATION: dict[str, Any] = {
    "name": "NMC622/graphite R2032",
    "form_factor": "R2032",
    "manufacturer": "Own line",
    "ratings": {
        "capacity": quantity(0.002, "A*h"),
        "voltage_min": quantity(2.5, "V"),
        "voltage_max": quantity(4.2, "V"),
        "nominal_voltage": quantity(3.7, "V"),
        "energy": quantity(7.4, "mW.h"),
        "max_discharge_rate": quantity(2, "C"),
    },
    "anode": {
        "properties": {
            "diameter": quantity(15, "mm"),
            "loading": quantity(6.4, "mg/cm**2"),
            "binder": "CMC/SBR",
        },
        "material": {
            "name": "Graphite SG-3",
            "manufacturer": "Maker of graphite",
            "definition": {"type": "graphite", "particle_size_d50": quantity(16, "um")},
        },
    },
    "cathode": {
        "properties": {"diameter": quantity(14, "mm"), "loading": quantity(12.2, "mg.cm-2")},
        "material": {
            "name": "NMC622",
            "definition": {
                "formula": "LiNi0.6Mn0.2Co0.2O2",
                "type": "layered_oxide",
                "specific_capacity": quantity(174, "mA*h/g"),
            },
        },
    },
    "electrolyte": {
        "properties": {"volume": quantity(80, "uL")},
        "material": {
            "name": "LiPF6 in EC:EMC",
            "definition": {
                "salt": "LiPF6",
                "salt_concentration": quantity(1, "mol.L-1"),
                "solvents": ["EC", "EMC"],
            },
        },
    },
    "separator": {
        "properties": {"thickness": quantity(25, "um"), "porosity": quantity(39, "percent")},
        "material": {"name": "Trilayer", "product_id": "T-25"},
    },
    "case": {
        "properties": {"diameter": quantity(20, "mm")},
        "material": {"name": "Steel 316L"},
    },
    "properties": {"assembly_method": "by hand", "mass": quantity(3.1, "g")},
    "source": {"doi": "10.1234/example", "license": "CC-BY-4.0", "creator_name": "A. Author"},
    "notes": "second design",
}
INSTANCE = {
    "name": "NMC622-GR-001",
    "batch": "2024-03",
    "date_manufactured": "2024-01-20",
    "measured_properties": {
        "cathode": {"loading": quantity(12.1, "mg/cm**2")},
        "cell": {"initial_capacity": quantity(1.98, "mA*h"), "dcir": quantity(12, "mohm")},
    },
    "notes": "without a label",
}
METADATA = {
    "name": "Formation",
    "protocol": {"name": "C/10 to 4.2 V", "ambient_temperature_degc": 25},
    "test_setup": {"cycler": "VMP3", "operator": "A. Author", "lab": "B1", "channel_number": 4},
    "start_time": "2026-03-15T09:30:00Z",
    "notes": "first charge",
}
COLUMNS = {
    "Time [s]": [0, 60, 120, 180, 240, 300],
    "Voltage [V]": [3.2, 3.4, 3.5, 3.5, 3.4, 3.3],
    "Current [A]": [-0.002, -0.002, -0.002, 0.002, 0.002, 0.002],
    "Step count": [0, 0, 0, 1, 1, 1],
    "Cycle count": [0] * 6,
    "Step from cycler": [1, 1, 1, 2, 2, 2],
    "Cycle from cycler": [0] * 6,
}


@pytest.fixture
def client(box: Sandbox) -> Iterator[Ionworks]:
    client = Ionworks()
    yield client
    client.close()


@pytest.fixture
def cell_id(client: Ionworks, box: Sandbox) -> str:
    spec = client.cell_spec.create({**SPECIFICATION, "project_id": box.project_id})
    return client.cell_instance.create(spec.id, INSTANCE).id


def test_a_specification_comes_back_by_key_with_all_that_it_had(client: Ionworks) -> None:
    spec = client.cell_spec.create_or_get(SPECIFICATION)
    assert client.cell_spec.create_or_get(SPECIFICATION).id == spec.id
    full = client.cell_spec.get(spec.id)
    text = f"{full.ratings['capacity']['value']} {full.ratings['capacity']['unit']}"
    assert text == "0.002 A*h"
    assert full["ratings"]["max_discharge_rate"] == quantity(2, "C")
    for slot in ("anode", "cathode", "electrolyte", "separator", "case"):
        given = SPECIFICATION[slot]
        assert full[slot]["properties"] == given["properties"]
        for key, value in given["material"].items():
            assert full[slot]["material"][key] == value
    assert full.properties["assembly_method"] == "by hand"
    assert full.source["doi"] == "10.1234/example"
    (listed,) = client.cell_spec.list(True)
    assert listed.cathode["material"]["definition"]["formula"] == "LiNi0.6Mn0.2Co0.2O2"


def test_an_update_of_one_rating_keeps_the_others(client: Ionworks) -> None:
    spec = client.cell_spec.create(SPECIFICATION)
    patch = {"ratings": {"capacity": quantity(0.0021, "A*h")}}
    updated = client.cell_spec.update(spec.id, patch)
    assert updated.ratings["capacity"]["value"] == 0.0021
    assert updated.ratings["voltage_max"] == quantity(4.2, "V")


def test_an_instance_keeps_batch_date_and_measured_properties(client: Ionworks) -> None:
    spec = client.cell_spec.create(SPECIFICATION)
    cell = client.cell_instance.create_or_get(spec.id, INSTANCE)
    assert client.cell_instance.create_or_get(spec.id, INSTANCE).id == cell.id
    assert cell.batch == "2024-03"
    assert str(cell.date_manufactured).startswith("2024-01-20")
    assert cell.measured_properties == INSTANCE["measured_properties"]
    assert client.cell_instance.update(cell.id, {"notes": "labelled"}).notes == "labelled"


@pytest.mark.parametrize("kind", [dict, pl.DataFrame, pd.DataFrame])
def test_a_series_of_every_documented_kind_is_uploaded(
    client: Ionworks, cell_id: str, kind: Callable[[object], Any]
) -> None:
    detail = {"measurement": METADATA, "time_series": kind(COLUMNS), "steps": None}
    bundle = client.cell_measurement.create(cell_id, detail)
    assert (bundle.name, bundle.steps_created) == ("Formation", 2)
    assert client.cell_measurement.create_or_get(cell_id, detail).id == bundle.id
    record = client.cell_measurement.get(bundle.id)
    assert record.measurement_type == "time_series"
    assert record.protocol["ambient_temperature_degc"] == 25
    assert record.test_setup["channel_number"] == 4
    assert record.notes == "first charge"
    series = client.cell_measurement.time_series(bundle.id)
    assert series.to_dict(as_series=False) == COLUMNS


def test_parts_of_a_measurement_are_asked_for_by_position(client: Ionworks, cell_id: str) -> None:
    detail = {"measurement": METADATA, "time_series": COLUMNS}
    bundle = client.cell_measurement.create(cell_id, detail)
    view = client.cell_measurement.detail(bundle.id, True, True, False)
    assert view.steps["Step type"].to_list() == [
        "Constant current charge",
        "Constant current discharge",
    ]
    assert (view.cycles.height, view.time_series) == (1, None)
    cell = client.cell_instance.detail(cell_id, False, False, True)
    assert cell.instance.id == cell_id
    assert cell.specification_id == cell.instance.cell_specification_id
    (part,) = cell.measurements
    assert (part.steps, part.cycles, part.time_series.height) == (None, None, 6)
    both = client.cell_measurement.steps_and_cycles(bundle.id)
    steps = client.cell_measurement.steps(bundle.id)
    assert both.steps.equals(steps.fill_nan(None))  # JSON has no NaN
    assert both.cycles.equals(client.cell_measurement.cycles(bundle.id))


def test_pandas_is_chosen_by_the_third_argument(box: Sandbox, cell_id: str) -> None:
    with Ionworks(box.api_key, box.url, "pandas", 30, 3) as client:
        detail = {"measurement": METADATA, "time_series": COLUMNS}
        bundle = client.cell_measurement.create(cell_id, detail)
        series = client.cell_measurement.time_series(bundle.id)
    whole = pd.DataFrame(COLUMNS).astype({"Time [s]": "float64"})  # a unit, so no counts
    pd.testing.assert_frame_equal(series, whole)


def test_properties_and_files_are_measurements_too(
    client: Ionworks, cell_id: str, folder: Path
) -> None:
    client.cell_measurement.create_properties(
        cell_id,
        "Thickness and resistance",
        {"thickness": quantity(0.52, "mm"), "DCIR": quantity(12, "mohm"), "state": "fresh"},
        notes="by hand",
        test_setup={"operator": "A. Author"},
        start_time="2026-03-15T09:30:00Z",
    )
    plot = folder / "sem.png"
    plot.write_bytes(b"\x89PNG\r\n\x1a\n and the rest")
    files = client.cell_measurement.create_file(
        cell_id, "Post mortem", [str(plot), "notes.txt"], notes="after opening"
    )
    images = client.cell_measurement.create_file(
        cell_id, "Plots", [str(plot)], validate_images=True
    )
    assert client.cell_measurement.list_files(files.id) == ["sem.png", "notes.txt"]
    contents = client.cell_measurement.download_files(files.id)
    assert contents["sem.png"] == client.cell_measurement.get_file(images.id, "sem.png")
    (properties,) = client.cell_measurement.list(cell_id, measurement_type="properties")
    assert properties.properties["DCIR"]["unit"] == "mohm"
    for measurement in client.cell_measurement.list(cell_id, measurement_type="file"):
        client.cell_measurement.delete(measurement.id)
    assert len(client.cell_measurement.list(cell_id)) == 1


def test_lists_are_read_as_pages_and_as_lists(client: Ionworks) -> None:
    spec = client.cell_spec.create(SPECIFICATION)
    for number in range(3):
        client.cell_instance.create(spec.id, {"name": f"Cell {number}"})
    cells = client.cell_instance.list(spec.id, order_by="name", order="asc", limit=2, offset=1)
    assert [cell.name for cell in cells] == ["Cell 1", "Cell 2"]
    assert cells.items == list(cells) == cells[:5]
    assert (cells.count, cells.total, len(cells), bool(cells)) == (2, 3, 2, True)
    assert client.cell_instance.list(spec.id, name="cell 2")[0].name == "Cell 2"
    assert client.cell_spec.list(name_exact="nobody").total == 0
    dates = {"created_after": "2000-01-01T00:00:00Z", "created_before": "2000-01-02T00:00:00Z"}
    assert not client.cell_spec.list(**dates)


def test_errors_tell_what_the_documents_say(client: Ionworks, cell_id: str) -> None:
    with pytest.raises(IonworksError) as caught:
        client.cell_measurement.get("invalid-id")
    assert (caught.value.status_code, caught.value.error_code) == (404, "NOT_FOUND")
    assert isinstance(caught.value.message, str)
    cell = client.cell_instance.get(cell_id)
    with pytest.raises(IonworksError) as caught:
        client.cell_instance.create(cell.cell_specification_id, INSTANCE)
    assert (caught.value.status_code, caught.value.error_code) == (409, "CONFLICT")
    assert caught.value.data["detail"]["existing_id"] == cell_id
    with (
        Ionworks(api_key="wrong", api_url=client.settings.api_url) as other,
        pytest.raises(IonworksError) as caught,
    ):
        other.cell_spec.list()
    assert caught.value.status_code == 401


def test_an_error_is_made_from_text_or_from_the_services_answer() -> None:
    error = IonworksError("not today", 500)
    assert (error.message, error.status_code, error.data) == ("not today", 500, None)
    body = {"error_code": "NOT_FOUND", "message": "no such cell", "detail": None}
    error = IonworksError(body, 404)
    assert (error.message, error.error_code, error.data) == ("no such cell", "NOT_FOUND", body)


def test_wrong_data_are_refused_with_their_findings(client: Ionworks, cell_id: str) -> None:
    late = {**COLUMNS, "Time [s]": [5, 6, 7, 8, 9, 10]}
    with pytest.raises(MeasurementValidationError) as caught:
        client.cell_measurement.create(cell_id, {"measurement": METADATA, "time_series": late})
    (finding,) = caught.value.errors
    assert finding.code == "time_does_not_start_at_zero"
    assert finding.severity == "error"
    assert str(finding) in str(caught.value)
    assert client.cell_measurement.list(cell_id) == []


def test_the_clients_of_the_resources_are_made_from_the_client(
    client: Ionworks, cell_id: str
) -> None:
    from ionworks.cell_instance import CellInstanceClient
    from ionworks.cell_measurement import CellMeasurementClient
    from ionworks.cell_specification import CellSpecificationClient

    cell = CellInstanceClient(client).get(cell_id)
    assert CellSpecificationClient(client).get(cell.cell_specification_id).form_factor == "R2032"
    assert CellMeasurementClient(client).list(cell_id) == []
