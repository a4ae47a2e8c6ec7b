"""Every request says who sends it: the client, the contract that it keeps, and Python."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest
from rig import Reply
from rig_fixtures import client_of, naps, opened, scripted

import ionworks

__all__ = ["client_of", "naps", "opened", "scripted"]

# A product, a comment, a product, as HTTP has it.
USER_AGENT = re.compile(
    r"ionworks-client/(?P<client>[\w.]+) \(contract (?P<contract>[\w.-]+)\) Python/(?P<python>\S+)"
)


@pytest.mark.parametrize("place", ["api", "storage"])
def test_the_user_agent_names_client_contract_and_python(scripted, client_of, place):
    storage = scripted(Reply(200, b"table"))
    api = scripted(Reply(307, None, {"location": f"{storage.url}/data"}))
    client_of(api).transport.send("download", "GET", "/x", accept="bytes")
    (request,) = {"api": api, "storage": storage}[place].requests
    said = USER_AGENT.fullmatch(request.headers["user-agent"])
    assert said is not None, request.headers["user-agent"]
    assert said["client"] == ionworks.__version__
    assert said["contract"] == ionworks.__contract_version__
    assert said["python"] == platform.python_version()


def test_the_contract_version_costs_nothing_until_it_is_asked_for():
    code = """
import sys
import ionworks
assert "__contract_version__" in dir(ionworks)
assert "ionworks_openapi" not in sys.modules
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
assert ionworks.__contract_version__
print(*[name for name in opened if name.endswith(".json")])
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")
