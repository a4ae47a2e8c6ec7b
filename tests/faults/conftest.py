"""What these tests share: a clean environment, servers that are closed, errors without secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig import KEY, SIGNATURE
from rig_fixtures import caught, client_of, naps, opened, scripted

__all__ = ["caught", "client_of", "naps", "opened", "scripted"]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no setting of this machine come through."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("API_KEY", "API_TOKEN", "API_URL", "PROJECT_ID", "ORGANIZATION_ID"):
        monkeypatch.delenv(f"IONWORKS_{name}", raising=False)
    for name in ("IONWORKS_PROFILE", "IONWORKS_CONFIG_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def discreet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged by anyone at any level in a test, no secret is in it."""
    caplog.set_level(logging.DEBUG)
    yield
    said = "\n".join(record.getMessage() for record in caplog.get_records("call"))
    assert KEY not in said
    assert SIGNATURE not in said
