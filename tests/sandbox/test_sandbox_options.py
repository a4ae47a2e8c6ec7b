"""Options that a sandbox cannot have are refused in a sentence, by the command line as well."""

import pytest

from ionworks.sandbox import Sandbox
from ionworks.sandbox.__main__ import main

WRONG = {
    "port": [-1, 65536, "8787", True, None],
    "storage_port": [1.5],
    "latency_ms": [-1, "3", float("nan"), float("inf"), None],
    "processing_ms": [-1, "3", float("nan"), float("inf"), True],
    "data": [""],
}


@pytest.mark.parametrize(("name", "value"), [(n, value) for n in WRONG for value in WRONG[n]])
def test_a_wrong_option_is_refused_with_its_name(name, value):
    with pytest.raises(ValueError, match=f"^{name} is .*: give a "):
        Sandbox(**{name: value})


@pytest.mark.parametrize("options", [("--port", "99999"), ("--data", ""), ("--latency-ms", "nan")])
def test_the_command_line_refuses_it_in_a_sentence(options, capsys):
    assert main(["--port", "0", *options]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert len(written.err.splitlines()) == 1
