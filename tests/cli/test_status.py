"""The exit statuses: of each kind of error, and in the table of the page."""

import errno
import json
import re
from pathlib import Path

import click
import pytest

from ionworks import errors
from ionworks.cli.app import build, run
from ionworks.cli.status import Status, status_of

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
WRITE = {"method": "POST", "url": "https://example.com/x"}
READ = {"method": "GET", "url": "https://example.com/x"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Conflict("x", 409, **WRITE), Status.FAILED),
        (errors.ServerError("x", 503, **READ), Status.FAILED),
        (errors.TimedOut("x", **READ), Status.FAILED),
        (errors.ConnectionFailed("x", outcome="not_sent", **WRITE), Status.FAILED),
        (errors.MeasurementValidationError("x"), Status.FAILED),
        (errors.FileError("x"), Status.FAILED),
        (errors.PayloadError("path", "a.csv", "is empty"), Status.FAILED),
        (errors.PayloadError("frame", "DataFrame", "has no time"), Status.FAILED),
        (errors.PayloadError("limit", 0, "is too small"), Status.USAGE),
        (click.UsageError("x"), Status.USAGE),
        (errors.NotFound("x", 404, **READ), Status.NOT_FOUND),
        (errors.AuthenticationFailed("x", 401, **READ), Status.ACCESS),
        (errors.PermissionDenied("x", 403, **READ), Status.ACCESS),
        (errors.ConfigurationError("x"), Status.ACCESS),
        (errors.ServerError("x", 503, **WRITE), Status.UNKNOWN),
        (errors.TimedOut("x", **WRITE), Status.UNKNOWN),
        (errors.ConnectionFailed("x", outcome="unknown", **WRITE), Status.UNKNOWN),
        (errors.WriteOutcomeUnknown("x", **WRITE), Status.UNKNOWN),
        (ZeroDivisionError("x"), Status.DEFECT),
        (KeyboardInterrupt(), Status.INTERRUPTED),
        (click.exceptions.Abort(), Status.INTERRUPTED),
        (BrokenPipeError(), Status.BROKEN_PIPE),
    ],
    ids=lambda each: each.name if isinstance(each, Status) else type(each).__name__,
)
def test_each_error_has_its_status(error, status):
    assert status_of(error) is status


def test_the_page_lists_the_statuses_of_the_code():
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == [int(each) for each in Status]
    assert len({meaning for _, meaning in rows}) == len(rows)


def test_the_page_names_every_command_and_option():
    text = PAGE.read_text(encoding="utf-8")
    root = build()
    context = click.Context(root)
    for name in root.list_commands(context):
        assert f"`ionworks {name}" in text, name
    for option in root.params:
        assert any(f"`{each}`" in text for each in option.opts), option.opts


def fail(*_):
    raise ZeroDivisionError("by nothing, with iwk_a_secret_key")


def test_a_defect_is_one_line_and_a_traceback_only_on_demand(monkeypatch, capsys):
    monkeypatch.setattr("ionworks.cli.invocation.Invocation.client", fail)
    assert run(["whoami"]) == 70
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "please report it" in err
    assert "iwk_a_secret" not in err
    assert run(["whoami", "--json"]) == 70
    error = json.loads(capsys.readouterr().err)["error"]
    assert (error["type"], error["exit_status"]) == ("ZeroDivisionError", 70)
    assert run(["-v", "whoami"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_the_commands(capsys, arguments):
    assert run(arguments) == 0
    out = capsys.readouterr().out
    assert "download  Save a table or files of a measurement." in out
    assert "..." not in out.split("Commands:")[1]


def test_the_version(capsys):
    assert run(["--version"]) == 0
    assert re.fullmatch(r"ionworks, version \d[\w.]*\n", capsys.readouterr().out)


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["ls", "--nonsense"], ["-v"]])
def test_wrong_usage_is_explained_in_text_and_in_json(capsys, arguments):
    assert run(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "Try 'ionworks" in err
    assert run([*arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.err)["error"]["exit_status"] == 2
    assert captured.out == ""


def test_a_mistyped_command_gets_the_nearest_one(capsys):
    assert run(["uplaod", "x"]) == 2
    assert "No such command 'uplaod'. Did you mean 'upload'?" in capsys.readouterr().err


def test_a_stored_project_that_is_gone_says_where_it_comes_from(ionworks, key, monkeypatch):
    monkeypatch.setenv("IONWORKS_PROJECT_ID", "gone")
    done = ionworks("ls", "cells")
    assert (done.status, "give another one with --project" in done.err) == (3, True), done.err


def test_output_that_cannot_be_written_is_no_defect(key, monkeypatch, capsys):
    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        flush = isatty = reconfigure = fileno = lambda *_, **__: 0

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Full())
        patch.setattr("ionworks.cli.app._leave_output", lambda: None)
        assert run(["whoami"]) == 1
    assert "Free some space" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdout", None)  # closed by the caller
    assert run(["whoami"]) == 0


def test_attempts_are_logged_on_demand_and_no_longer_afterwards(ionworks, key):
    shown = ionworks("-v", "whoami")
    assert "log: whoami: GET http://127.0.0.1:" in shown.err
    assert key not in shown.err
    assert ionworks("whoami").err == ""
    assert json.loads(ionworks("whoami", "-v", "--json").err)["log"].startswith("whoami: GET")
