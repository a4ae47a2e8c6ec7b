"""What all commands share: the global options, and the client that they ask for."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from attrs import define, field

from ionworks.cli.output import note
from ionworks.cli.wording import in_options

if TYPE_CHECKING:
    from ionworks import Ionworks

_WITHOUT_VALUE: Final = re.compile(r"--[a-z-]+=")
F = TypeVar("F", bound=Callable[..., object])


@define
class Invocation:
    """One run of the command: its global options, and what is closed at its end."""

    profile: str | None = None
    project: str | None = None
    as_json: bool = False
    verbose: bool = False
    closing: ExitStack = field(factory=ExitStack, repr=False)

    def client(self) -> Ionworks:
        """Return a client with the profile and the project of the options."""
        from ionworks.cli.lookup import find_project

        if self.project is None:
            return self.open_client(profile=self.profile)
        # The project may be given by its name, which only a client can look up.
        project = find_project(self.open_client(profile=self.profile), self.project)
        return self.open_client(profile=self.profile, project_id=project.id)

    def open_client(self, **options: Any) -> Ionworks:
        """Return a client with these arguments; it is closed at the end."""
        from ionworks.client import Ionworks

        self._log_attempts()
        return self.closing.enter_context(Ionworks(**options))

    def warn(self, message: str, kind: str = "warning") -> None:
        """Write a warning to standard error."""
        note(kind, in_options(message), as_json_line=self.as_json)

    def _log_attempts(self) -> None:
        """Write each attempt to standard error, if the options ask for it."""
        logger = logging.getLogger("ionworks")
        if not self.verbose or any(isinstance(each, _LogHandler) for each in logger.handlers):
            return
        handler, level = _LogHandler(partial(self.warn, kind="log")), logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        self.closing.callback(logger.setLevel, level)
        self.closing.callback(logger.removeHandler, handler)


class _LogHandler(logging.Handler):
    """Passes the lines of the log to a function."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; those of a sandbox in this process have a logger of their own."""
        if record.name == "ionworks":
            self._write(record.getMessage())


#: A path; whether it can be read or written is seen, and explained, when it is used.
PATH: Final = click.Path(path_type=Path, readable=False)
#: Passes the `Invocation` of this run to a command, as its first argument.
pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


class Command(click.Command):
    """A command that accepts the global options too, behind its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += global_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an empty argument: a path without text is the current folder."""
        options = args[: args.index("--")] if "--" in args else args
        if "" in args or any(_WITHOUT_VALUE.fullmatch(each) for each in options):
            raise click.UsageError("an argument is empty: give a value, or leave it out", ctx)
        return super().parse_args(ctx, args)


def command(name: str, **settings: Any) -> Callable[[Callable[..., object]], click.Command]:
    """Return a decorator that makes a function a command with the global options."""
    return click.command(name, cls=Command, **settings)


def global_options() -> list[click.Parameter]:
    """Return the options that the command accepts before and behind the name of a command."""
    return [
        _option("--profile", metavar="NAME", help="Profile of the configuration file."),
        _option("--project", metavar="NAME_OR_ID", help="Project of the calls."),
        _option("--json", "as_json", is_flag=True, help="Write one JSON document."),
        _option("--verbose", "-v", is_flag=True, help="Log each request; show tracebacks."),
    ]


def _option(*names: str, **settings: Any) -> click.Option:
    # Eager, so that an error in another option is already written as JSON.
    return click.Option(names, expose_value=False, is_eager=True, callback=_store, **settings)


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep a given value; an option that is not given does not undo one before the command."""
    if value in (None, False):
        return
    if isinstance(value, str) and not value.strip():
        raise click.BadParameter("is empty: give a value, or leave it out")
    setattr(context.ensure_object(Invocation), str(parameter.name), value)
