"""A reference is read with the key of the process that reads it, and with no other key."""

import copy
import os
import pickle
import subprocess
import sys
import warnings

import pytest
from attrs import evolve
from polars.testing import assert_frame_equal
from traffic import SERIES, measurement, traffic, unique

from ionworks import Ionworks, MeasurementChangedWarning, read_measurement
from ionworks.errors import ConfigurationError, NotFound, PayloadError, RecordDiffers

IDS = ["cell_instance_id", "measurement_id"]


@pytest.fixture
def lab(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "c"})
    test = client.cell_measurement.create(cell.id, measurement("T0"))
    client.cell_measurement.create_properties(cell.id, "mass", {"mass": "68 g"})
    return cell, test


@pytest.fixture
def here(sandbox, monkeypatch, tmp_path):
    """This process has the key of the sandbox in its environment, and no profile."""
    for name in [name for name in os.environ if name.startswith("IONWORKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize("table", ["time_series", "steps", "cycles"])
def test_a_reference_reads_the_table_with_its_ids(client, lab, here, tmp_path, table):
    dataset = client.dataset(cells=lab[0])
    (ref,) = dataset.refs(table)  # properties have no table
    frame = ref.read()
    alone = getattr(client.cell_measurement, table)(lab[1].id)
    assert frame.columns == [*IDS, *alone.columns]
    assert_frame_equal(frame.select(alone.columns), alone)
    assert frame.select(IDS).unique().rows() == [(lab[0].id, lab[1].id)]
    dataset.export(tmp_path)
    assert_frame_equal(dataset.scan(table).collect(), frame)


def test_columns_are_returned_as_given_and_ids_are_columns(client, lab, here):
    (ref,) = client.dataset(cells=lab[0]).refs()
    wanted = ["Voltage [V]", "measurement_id", "Time [s]"]
    assert ref.read(wanted).columns == wanted
    assert ref.read(["measurement_id"]).height == SERIES.height
    assert ref.read([]).width == 0
    assert list(read_measurement(ref, wanted, as_="pandas").columns) == wanted
    with pytest.raises(PayloadError, match=r"columns = 'Voltage'.*Did you mean 'Voltage \[V\]'"):
        ref.read(["Voltage"])
    for wrong in ("Voltage [V]", 5, [5], ["Time [s]", "Time [s]"]):
        with pytest.raises(PayloadError, match="columns = "):
            ref.read(wrong)
    with pytest.raises(PayloadError, match="is not a reference"):
        read_measurement(ref.measurement_id)


def test_a_reference_is_pickled_without_a_key(sandbox, client, lab):
    (ref,) = client.dataset(cells=lab[0]).refs()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps(ref, protocol)
        assert sandbox.api_key.encode() not in content
        assert pickle.loads(content) == ref
    assert copy.deepcopy(ref) == ref
    assert {ref} == {copy.copy(ref)}
    assert sandbox.api_key not in repr(ref)
    assert pickle.loads(pickle.dumps(read_measurement)) is read_measurement


WORKER = """
import pickle, sys
from pathlib import Path
from ionworks import read_measurement
ref = pickle.loads(Path(sys.argv[1]).read_bytes())
print(read_measurement(ref).height)
"""


def test_another_process_reads_with_its_own_key(sandbox, client, lab, tmp_path):
    (ref,) = client.dataset(cells=lab[0]).refs()
    file = tmp_path / "ref.pickle"
    file.write_bytes(pickle.dumps(ref))
    other = {k: v for k, v in os.environ.items() if not k.startswith("IONWORKS_")}
    for env, code, text in (
        (sandbox.environment(), 0, str(SERIES.height)),
        ({}, 1, f"no key for {ref.origin} in this process"),
    ):
        home = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", WORKER, str(file)],
            env={**other, **home, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert text in done.stdout + done.stderr
        assert sandbox.api_key not in done.stdout + done.stderr


def test_a_key_goes_to_no_other_service(client, lab, here, sandbox):
    (ref,) = client.dataset(cells=lab[0]).refs()
    elsewhere = evolve(ref, origin="https://elsewhere.example:443")
    with traffic() as sent:
        with pytest.raises(ConfigurationError, match="its key is not sent to another service"):
            elsewhere.read()
        with pytest.raises(ConfigurationError, match="its key is not sent to another service"):
            elsewhere.read(client=client)
        here.delenv("IONWORKS_API_URL")  # a key for the public service
        with pytest.raises(ConfigurationError, match=r"api\.ionworks\.com:443 \(from"):
            ref.read()
    assert sent == []


def test_the_profile_of_the_client_is_used_where_there_is_one(sandbox, client, lab, here, tmp_path):
    folder = tmp_path / "ionworks"
    folder.mkdir()
    file = folder / "config.toml"
    file.write_text(f'[profiles.lab]\napi_key = "{sandbox.api_key}"\napi_url = "{sandbox.url}"\n')
    file.chmod(0o600)
    here.delenv("IONWORKS_API_KEY")
    here.delenv("IONWORKS_API_URL")
    with Ionworks(profile="lab") as own:
        (ref,) = own.dataset(cells=lab[0]).refs()
    assert ref.profile == "lab"
    assert ref.read().height == SERIES.height
    file.unlink()
    with pytest.raises(ConfigurationError, match="create the profile 'lab' there"):
        ref.read()


def test_a_measurement_that_changed_is_reported(client, lab, here):
    (ref,) = client.dataset(cells=lab[0]).refs()
    client.cell_measurement.update(lab[1].id, {"notes": "checked"})
    with pytest.warns(MeasurementChangedWarning, match=f"{lab[1].id} changed at") as caught:
        assert ref.read().height == SERIES.height
    assert caught[0].filename == __file__
    with pytest.raises(RecordDiffers, match="create the references again"):
        ref.read(on_difference="raise")
    with warnings.catch_warnings(), traffic() as sent:
        warnings.simplefilter("error")
        ref.read(on_difference="ignore")
    assert "get_cell_measurement" not in {each.operation for each in sent}
    with pytest.raises(PayloadError, match="on_difference"):
        ref.read(on_difference="skip")
    client.cell_measurement.delete(lab[1].id)
    with pytest.raises(NotFound):
        ref.read()


def test_a_client_can_be_shared_by_several_reads(client, lab, here):
    (ref,) = client.dataset(cells=lab[0]).refs()
    here.setenv("IONWORKS_API_KEY", "not-the-key")
    assert ref.read(client=client).height == SERIES.height


def test_a_reference_is_of_a_table_that_exists(client, lab):
    with pytest.raises(PayloadError, match="table ="):
        client.dataset(cells=lab[0]).refs("series")
