"""Binary files of BioLogic, by a stand-in for the library, which tests do not install."""

import sys
from datetime import datetime
from types import ModuleType

import numpy as np
import pytest

from ionworks.errors import PayloadError
from ionworks.ingest.readers import read_file

START = b"BIO-LOGIC MODULAR FILE\x1a"


class MPRfile:
    """A file with two rows, whose flags are in one column as galvani gives them."""

    flags_dict = {"mode": (np.uint8(3), np.uint8), "ox/red": (np.uint8(4), np.bool_)}
    timestamp = datetime(2024, 5, 6, 7, 8, 9)

    def __init__(self, file):
        if b"damaged" in file.read():
            raise ValueError("unexpected module")
        columns = [("flags", "u1"), ("time/s", "<f8"), ("Ewe/V", "<f4")]
        self.data = np.array([(1, 0.0, 3.5), (7, 1.0, 3.625)], dtype=columns)

    def get_flag(self, name):
        mask, dtype = self.flags_dict[name]
        return (self.data["flags"] & mask).astype(dtype)


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch):
    package, module = ModuleType("galvani"), ModuleType("galvani.BioLogic")
    module.MPRfile = MPRfile
    monkeypatch.setitem(sys.modules, "galvani", package)
    monkeypatch.setitem(sys.modules, "galvani.BioLogic", module)


def test_flags_become_columns_of_their_own(tmp_path):
    path = tmp_path / "cell.dat"
    path.write_bytes(START)
    table = read_file(path)
    assert table.maker == "biologic"
    assert table.metadata == {"start_time": "2024-05-06 07:08:09"}
    assert table.frame.to_dict(as_series=False) == {
        "mode": [1, 3],
        "ox/red": [0, 1],
        "time/s": [0.0, 1.0],
        "Ewe/V": [3.5, 3.625],
    }


def test_a_file_that_the_library_cannot_read_is_refused_with_its_reason(tmp_path):
    path = tmp_path / "cell.mpr"
    path.write_bytes(START + b"damaged")
    with pytest.raises(PayloadError, match=r"unexpected module. Export it as text \(.mpt\)"):
        read_file(path)
