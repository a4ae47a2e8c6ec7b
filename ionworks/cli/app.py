"""The command as a whole: its commands, its global options, and what happens on an error."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final

import click
from click.shell_completion import shell_complete

from ionworks._redact import redact_text
from ionworks._suggest import suggest
from ionworks._version import __version__
from ionworks.cli.invocation import Invocation, global_options
from ionworks.cli.output import note
from ionworks.cli.status import Status, describe, message_of, status_of
from ionworks.errors import FileError, IonworksError

#: The commands. Each is the object `run` of the module of its name, imported on first use.
COMMANDS: Final = (
    *("login", "whoami", "ls", "show", "find"),
    *("read", "upload", "download", "export", "sandbox"),
)
_COMPLETE: Final = "_IONWORKS_COMPLETE"
_DEFECT: Final = (
    "unexpected {type}: {text}. This is a defect of the command: please report it;"
    " --verbose shows where it happened"
)


class Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            near = suggest(cmd_name, COMMANDS)
            if near is not None and not ctx.resilient_parsing:
                ctx.fail(f"No such command {cmd_name!r}. Did you mean {near!r}?")
            return None
        found = import_module(f"ionworks.cli.commands.{cmd_name}").run
        assert isinstance(found, click.Command)
        return found


def build() -> Commands:
    """Return the command with its global options."""
    root = Commands(
        name="ionworks",
        help="Work with the Ionworks battery-data API.",
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 no access, 5 unknown"
        " outcome. The page docs/cli.md describes them.",
        params=global_options(),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(__version__, prog_name="ionworks")(root)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments, and return its exit status."""
    root, invocation = build(), Invocation()
    instruction = os.environ.get(_COMPLETE)
    if instruction:
        return shell_complete(root, {}, "ionworks", _COMPLETE, instruction)
    arguments = list(arguments) or ["--help"]
    _use_any_encoding()
    with warnings.catch_warnings():
        _show_warnings(invocation)
        try:
            return _invoke(root, invocation, arguments)
        except BrokenPipeError:
            return _after_broken_pipe()
        except OSError as error:
            return _fail(_of_output(error), invocation, arguments)
        except Exception as error:
            return _fail(error, invocation, arguments)
        except KeyboardInterrupt as error:
            return _fail(error, invocation, arguments)


def _invoke(root: click.Group, invocation: Invocation, arguments: Sequence[str]) -> int:
    try:
        with (
            invocation.closing,
            root.make_context("ionworks", list(arguments), obj=invocation) as context,
        ):
            status = root.invoke(context)
            if sys.stdout is not None:  # it is None if the caller has closed it
                sys.stdout.flush()
            return int(status or Status.OK)
    except click.exceptions.Exit as error:  # of --help, --version, or a command that failed
        return error.exit_code


def _fail(error: BaseException, invocation: Invocation, arguments: Sequence[str]) -> int:
    """Write an error to standard error, and return its exit status."""
    status = status_of(error)
    # If the options themselves are wrong, they may not have been read.
    as_json = invocation.as_json or "--json" in arguments
    with suppress(OSError):  # standard error may be closed, or a full disk
        if status is Status.DEFECT and invocation.verbose:
            click.echo("".join(traceback.format_exception(error)), err=True)
        note("error", _document(error, status), as_json_line=as_json)
        if isinstance(error, click.UsageError) and error.ctx is not None and not as_json:
            click.echo(f"Try '{error.ctx.command_path} --help'.", err=True)
    return status


def _document(error: BaseException, status: Status) -> dict[str, object]:
    document = describe(error)
    if status is Status.DEFECT:
        text = redact_text(message_of(error).partition("\n")[0])
        document["message"] = _DEFECT.format(type=type(error).__name__, text=text)
    return document


def _of_output(error: OSError) -> OSError:
    """Return the error for output that cannot be written; another error is returned as it is."""
    if isinstance(error, IonworksError) or error.filename is not None:
        return error
    _leave_output()
    return FileError.of(error, "cannot be written", "standard output")


def _after_broken_pipe() -> int:
    """End quietly: the reader of the output, such as `head`, has ended."""
    _leave_output()
    return Status.BROKEN_PIPE


def _leave_output() -> None:
    with suppress(OSError, ValueError, AttributeError):
        # Otherwise Python reports the rest of the output, which it cannot write, at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _use_any_encoding() -> None:
    """Escape characters that the encoding of the terminal or the pipe does not have."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _show_warnings(invocation: Invocation) -> None:
    """Write warnings of this package as lines of text, without the place in the code."""

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if issubclass(category, UserWarning):
            invocation.warn(str(message))

    warnings.simplefilter("default")
    warnings.showwarning = show
