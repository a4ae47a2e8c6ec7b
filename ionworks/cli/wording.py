"""Says in the options of the command what the library says in arguments of Python."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from ionworks.errors import PayloadError

#: The option, or the place of the value, that sets an argument of the library.
OPTIONS: Final[Mapping[str, str]] = {
    "api_url": "--api-url",
    "columns": "--columns",
    "current": "--current",
    "data_type": "--data-type",
    "dates": "--dates",
    "delete": "--delete",
    "encoding": "--encoding",
    "limit": "--limit",
    "maker": "--maker",
    "measurement.name": "--name",
    "measurement.notes": "--notes",
    "measurement.tags": "--tag",
    "name": "--name",
    "profile": "--profile",
    "project_id": "--project",
    "q": "TEXT",
    "repair": "--repair",
    "skip_checks": "--skip-check",
    "started_after": "--started-after",
    "started_before": "--started-before",
    "strict": "--strict",
    "tables": "--table",
    "tags": "--tag",
    "tags_all": "--tag",
    "timezone": "--timezone",
    "units": "--unit",
    "validate_strict": "--strict",
}
#: What a `PayloadError` about the content of a file calls it; no option has such a name.
OF_FILES: Final = ("path", "source", "frame")
_TEXT: Final = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_VALUE: Final = rf"{_TEXT}|[\[({{](?:{_TEXT}|[^'\"\[\](){{}}])*[\])}}]|True"
_ARGUMENT: Final = re.compile(rf"\b([a-z_]+)=({_VALUE})")
#: How the settings call the source of a value; a key is never an argument of the command.
_SOURCE: Final = re.compile(r"\bargument ([a-z_]+)\b")
_SOURCES: Final = {**OPTIONS, "api_key": "your input", "api_token": "your input"}
#: A remark for programs: in brackets, with an argument or a method.
_REMARK: Final = re.compile(r" \((?:or|if|use) (?:[^()]|\([^()]*\))*\)")
_CODE: Final = re.compile(r"\bclient\.|\b[a-z_]+=[\w'\"\[({.]|\b[a-z_]+\(\)")
_SAFE: Final = re.compile(r"[\w.,:/=+@%-]+")


def in_options(text: str) -> str:
    """Return a text with the options that set the arguments in it.

    Examples
    --------
    >>> in_options("pass repair='sort by time', or skip_checks=('time_gaps',)")
    'pass --repair "sort by time", or --skip-check time_gaps'
    >>> in_options("pass units={'I': 'mA'}; delete=True removes them")
    'pass --unit I=mA; --delete removes them'

    What no option sets is left out, if it is a remark in brackets.

    >>> in_options("set IONWORKS_API_KEY (or pass api_key='...')")
    'set IONWORKS_API_KEY'
    """
    text = _SOURCE.sub(lambda found: _SOURCES.get(found[1], found[0]), text)
    text = _ARGUMENT.sub(_option, text)
    return _REMARK.sub(lambda found: "" if _CODE.search(found[0]) else found[0], text)


def explain(error: PayloadError) -> str:
    """Return the message of an error about an argument, or about the content of a file.

    Examples
    --------
    >>> explain(PayloadError("units", "I", "is not a column of the data"))
    "--unit 'I': is not a column of the data."
    """
    text = str(error).removeprefix(f"{error.field} = ")
    if error.field in OF_FILES:
        return in_options(text.removeprefix("'DataFrame': "))
    option = OPTIONS.get(re.sub(r"[.\[]\d+\]?$", "", error.field))
    return in_options(f"{option} {text}" if option else str(error))


def _option(found: re.Match[str]) -> str:
    option = OPTIONS.get(found[1])
    if option is None:
        return found[0]
    try:
        value = ast.literal_eval(found[2])
    except (ValueError, SyntaxError):
        return found[0]
    return " ".join(
        option if each is True else f"{option} {_quoted(each)}" for each in _each(value)
    )


def _each(value: object) -> Iterator[str | bool]:
    """Yield the values of an option that is repeated."""
    if isinstance(value, Mapping):
        yield from (f"{name}={each}" for name, each in value.items())
    elif isinstance(value, list | tuple | set):
        yield from map(str, value)
    else:
        yield True if value is True else str(value)


def _quoted(value: str | bool) -> str:
    """Return a value as it is typed in a shell; double quotes, if they serve, suit all shells."""
    text = str(value)
    if _SAFE.fullmatch(text):
        return text
    return shlex.quote(text) if re.search(r"[\"\\$`!]", text) else f'"{text}"'
