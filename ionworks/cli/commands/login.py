"""`ionworks login`: stores a key as a profile."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import click

from ionworks._redact import Secret
from ionworks.cli.invocation import Invocation, command, pass_invocation
from ionworks.cli.lookup import find_project
from ionworks.cli.output import emit, say
from ionworks.errors import AuthenticationFailed, ConfigurationError
from ionworks.settings import DEFAULT_API_URL

#: Longer input is no key: perhaps a file was given by mistake.
_LONGEST: Final = 10_000


@command("login")
@click.argument("unexpected", nargs=-1, type=click.UNPROCESSED, metavar="")
@click.option("--api-url", metavar="URL", help="Address of the service.")
@click.option("--token", is_flag=True, help="Store a bearer token instead of a key.")
@click.option("--no-check", is_flag=True, help="Store the key without checking it.")
@pass_invocation
def run(
    invocation: Invocation,
    unexpected: tuple[str, ...],
    api_url: str | None,
    token: bool,
    no_check: bool,
) -> None:
    """Store a key as a profile.

    The command prompts for the key, or reads it from standard input: `ionworks login < key.txt`.
    It checks the key, and stores it in the configuration file as the profile --profile or
    "default". --project sets the project of the profile.
    """
    if unexpected:  # perhaps the key itself, so it is not shown
        raise click.UsageError(
            "login takes no argument: give the key at the prompt, or on standard input"
        )
    from ionworks.cli.profiles import read_profile, write_profile
    from ionworks.settings import config_path, has_credential, resolve_settings

    path, profile = config_path(), _profile_name(invocation)
    if path is None:
        raise ConfigurationError("no home folder found: set IONWORKS_CONFIG_FILE to a path")
    kept = read_profile(path, profile)
    given = _arguments(kept, api_url, "token" if token else "key")
    settings = resolve_settings(**given, environ={})
    if no_check:
        user, project = None, invocation.project
        resolve_settings(**given, environ={}, project_id=project)  # raises if it is no id
    else:
        user, project = _check(invocation, given)
    changed = settings.api_url != (kept.get("api_url") or DEFAULT_API_URL)
    values = {
        "api_key": settings.api_key,
        "api_token": settings.api_token,
        "api_url": settings.api_url if changed else None,
        "project_id": project,
    }
    write_profile(path, profile, {key: value for key, value in values.items() if value})
    if has_credential():
        invocation.warn("a key in the environment takes precedence over the profile: unset it")
    if invocation.as_json:
        emit({"profile": profile, "file": str(path), "api_url": settings.api_url, "user": user})
    else:
        whose = f"{user} at {settings.api_url}" if user else settings.api_url
        say(f"profile {profile!r} is stored in {path} for {whose}")


def _arguments(kept: Mapping[str, str], api_url: str | None, kind: str) -> dict[str, Any]:
    """Return the arguments of a client with the new credential, which is asked for."""
    return {
        f"api_{kind}": _read_secret(kind),
        "api_url": api_url or os.environ.get("IONWORKS_API_URL") or kept.get("api_url") or None,
        "organization_id": kept.get("organization_id") or None,
    }


def _profile_name(invocation: Invocation) -> str:
    from ionworks._profiles import DEFAULT_PROFILE

    return invocation.profile or os.environ.get("IONWORKS_PROFILE", "").strip() or DEFAULT_PROFILE


def _read_secret(kind: str) -> str:
    """Ask for a secret without showing it, or read it from standard input if that is no terminal.

    Raises
    ------
    click.UsageError
        If there is none.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        text = click.prompt(f"API {kind}", hide_input=True, err=True)
    else:
        try:
            text = "" if sys.stdin is None else sys.stdin.read(_LONGEST)
        except UnicodeDecodeError:
            text = "\n"
    secret = Secret(text.strip())
    if not secret:
        raise click.UsageError(f"no {kind} on standard input: `ionworks login < {kind}.txt`")
    return secret


def _check(
    invocation: Invocation, given: Mapping[str, str | None]
) -> tuple[str | None, str | None]:
    """Try the credential; return the user, and the id of the project of the options."""
    with _without_profiles():
        client = invocation.open_client(**given)
    try:
        user = client.whoami()
    except AuthenticationFailed as error:
        error.key_hint = "your input"  # and not from an argument, as the client says
        raise
    project = invocation.project and find_project(client, invocation.project).id
    return user.email or user.id, project


@contextmanager
def _without_profiles() -> Iterator[None]:
    """Hide the configuration file: the profile may not exist yet, and others do not matter."""
    kept = dict(os.environ)
    os.environ.pop("IONWORKS_PROFILE", None)
    os.environ["IONWORKS_CONFIG_FILE"] = os.devnull
    try:
        yield
    finally:
        for name in ("IONWORKS_PROFILE", "IONWORKS_CONFIG_FILE"):
            os.environ.pop(name, None)
            if name in kept:
                os.environ[name] = kept[name]
