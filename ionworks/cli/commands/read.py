"""`ionworks read`: what a cycler's file has, what was done to it, and what is wrong with it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ionworks.cli.invocation import PATH, Invocation, command, pass_invocation
from ionworks.cli.output import emit, fields, say
from ionworks.cli.reading import (
    check_test,
    checking_options,
    findings_as_json,
    read_test,
    reading_options,
)
from ionworks.cli.status import Status
from ionworks.cli.wording import in_options

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ionworks.models import CyclerData
    from ionworks.validators import ValidationReport

_FORMATS: Final = (".png", ".svg", ".pdf")


def _check_plot(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in _FORMATS:
        raise click.BadParameter(f"{str(value)!r} must end with {', '.join(_FORMATS)}")
    return value


@command("read")
@click.argument("files", nargs=-1, required=True, type=PATH)
@reading_options
@checking_options
@click.option(
    "--plot",
    metavar="FILE",
    type=PATH,
    callback=_check_plot,
    help="Draw the test to a .png, .svg or .pdf file.",
)
@pass_invocation
def run(
    invocation: Invocation,
    /,
    files: tuple[Path, ...],
    strict: bool,
    skip_checks: tuple[str, ...],
    plot: Path | None,
    **options: Any,
) -> int:
    """Read and check the file of a cycler.

    No server is needed. Several FILES are the parts of one test. The exit status is 1 if an
    upload would refuse the data.
    """
    data = read_test(files, options)
    findings = check_test(data, strict=strict, skip_checks=skip_checks)
    if plot is not None:
        _draw(data, plot)
    if invocation.as_json:
        emit(_document(data, findings))
    else:
        say(in_options(_text(data, findings)))
    return Status.FAILED if findings.errors else Status.OK


def _text(data: CyclerData, findings: ValidationReport) -> str:
    frame = data.frame
    facts = [
        ("rows", f"{frame.height:,}"),
        ("steps", frame["Step count"].n_unique() if frame.height else 0),
        ("columns", ", ".join(frame.columns)),
        ("start", data.start_time or data.metadata.get("start_time_local")),
        ("data type", data.data_type),
    ]
    return "\n".join(
        [
            str(data.report),
            "Result:",
            *(f"  {line}" for line in fields(facts).splitlines()),
            "Findings:" if findings else "Findings: none",
            *(f"  {each.severity}: {each.code}: {each}" for each in findings),
        ]
    )


def _document(data: CyclerData, findings: ValidationReport) -> dict[str, object]:
    report = data.report
    return {
        "source": list(report.source),
        "maker": report.maker,
        "metadata": dict(data.metadata),
        "rows": data.frame.height,
        "steps": data.frame["Step count"].n_unique() if data.frame.height else 0,
        "columns": data.frame.columns,
        "uses": [
            {"source": each.source, "target": each.target, "unit": each.unit, "use": each.use}
            for each in report.columns
        ],
        "notes": [
            {"code": each.code, "severity": each.severity, "message": in_options(each.message)}
            for each in report.notes
        ],
        "findings": findings_as_json(findings),
    }


def _draw(data: CyclerData, target: Path) -> None:
    from ionworks._http.files import atomic_write

    image = io.BytesIO()
    _figure(data).savefig(image, format=target.suffix[1:].lower(), dpi=110)
    with atomic_write(target) as file:
        file.write(image.getvalue())


def _figure(data: CyclerData) -> Figure:
    """Return voltage and current over time, or the impedance of a test without a current."""
    from ionworks.errors import ConfigurationError
    from ionworks.plotting import plot_nyquist, plot_voltage_current

    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ConfigurationError(
            'plots need matplotlib: pip install "ionworks-client[plot]"'
        ) from None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    title = ", ".join(data.report.source)
    if data.cycling.height and "Current [A]" in data.cycling.columns:
        plot_voltage_current(data.cycling, ax=figure.subplots(), title=title)
    else:
        plot_nyquist(data.impedance, ax=figure.subplots(), title=title)
    return figure
