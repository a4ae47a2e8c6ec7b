"""The options that say how a cycler's file is to be read, and the reading itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ionworks.cli.wording import in_options

if TYPE_CHECKING:
    from ionworks.ingest.raw import Note
    from ionworks.models import CyclerData
    from ionworks.validators import ValidationIssue, ValidationReport

F = TypeVar("F", bound=Callable[..., object])


def _units(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    units = {}
    for each in value:
        column, equals, unit = each.rpartition("=")
        if not equals or not column.strip() or not unit.strip():
            raise click.BadParameter(f"{each!r} is not COLUMN=UNIT, such as 'I=mA'")
        units[column.strip()] = unit.strip()
    return units


_OPTIONS: Final = (
    click.option("--maker", metavar="NAME", help="Maker of the cycler [recognised]."),
    click.option(
        "--current",
        type=click.Choice(["auto", "charge_positive", "discharge_positive"]),
        default="auto",
        help="Sign of the current in the file [recognised].",
    ),
    click.option("--timezone", metavar="NAME", help="Time zone of the cycler: Europe/Berlin."),
    click.option("--encoding", metavar="NAME", help="Encoding of a text file [recognised]."),
    click.option(
        "--dates",
        type=click.Choice(["auto", "month first", "day first"]),
        default="auto",
        help="Order of dates such as 03/04/2025 [recognised].",
    ),
    click.option("--data-type", type=click.Choice(["ocp", "eis"]), help="Kind of the test."),
    click.option(
        "--unit",
        "units",
        metavar="COLUMN=UNIT",
        multiple=True,
        callback=_units,
        help="Unit of a column; can be repeated.",
    ),
    click.option(
        "--repair", metavar="NAME", multiple=True, help='As "sort by time"; can be repeated.'
    ),
)


def reading_options(function: F) -> F:
    """Add the options of `ionworks.read_cycler` to a command, as its keyword arguments."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_test(paths: Path | Sequence[Path], options: dict[str, Any]) -> CyclerData:
    """Read the files of one test with these options."""
    from ionworks import read_cycler

    return read_cycler(paths, **options)


def checking_options(function: F) -> F:
    """Add the options of the validation to a command: `strict` and `skip_checks`."""
    strict = click.option(
        "--strict", is_flag=True, help="Treat warnings as errors, and apply additional rules."
    )
    skip = click.option(
        "--skip-check",
        "skip_checks",
        metavar="CODE",
        multiple=True,
        help="A finding that is not reported; can be repeated.",
    )
    return strict(skip(function))


def check_options(reading: Mapping[str, Any], skip_checks: Sequence[str]) -> None:
    """Check the options that do not depend on a file, before one is read.

    Raises
    ------
    PayloadError
        If one is not valid.
    """
    from ionworks.ingest.options import check_options
    from ionworks.ingest.readers import check_maker
    from ionworks.validators.options import Options

    given = {name: value for name, value in reading.items() if name not in ("maker", "encoding")}
    check_options(**given, keep=())
    check_maker(reading["maker"])
    Options.of(skip_checks=skip_checks)


def check_test(
    data: CyclerData, *, strict: bool, skip_checks: Sequence[str] = ()
) -> ValidationReport:
    """Return the findings that an upload would report."""
    from ionworks.validators import find_issues

    return find_issues(
        data.frame,
        data.data_type,
        strict=strict,
        skip_checks=skip_checks,
        start_time=data.start_time,
    )


def findings_as_json(findings: Iterable[ValidationIssue | Note]) -> list[dict[str, object]]:
    """Return findings, or the notes of a reader, as JSON."""
    return [
        {
            "code": each.code,
            "severity": each.severity,
            "message": in_options(each.message),
            "rows": list(each.rows),
            "count": each.count,
        }
        for each in findings
    ]
