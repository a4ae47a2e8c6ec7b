"""The findings of a validation of measurement data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import field, frozen

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ionworks.frames.convert import Backend, DataFrame

Severity = Literal["error", "warning"]


class MeasurementDataWarning(UserWarning):
    """Data that were uploaded are probably wrong; `report` has the findings."""

    def __init__(self, report: ValidationReport) -> None:
        self.report = report
        several = f"{len(report)} findings" if len(report) > 1 else "1 finding"
        lines = "\n".join(f"- {each.code}: {each}" for each in report)
        super().__init__(f"the measurement data have {several}:\n{lines}")


@frozen
class ValidationIssue:
    """One finding in measurement data.

    Attributes
    ----------
    code : str
        The stable name of the finding, as in `docs/validation.md`.
    message : str
        What is wrong, and what to do.
    severity : {"error", "warning"}
        With an error the data are wrong and are not uploaded; with a warning they are probably
        wrong.
    payload : dict
        The numbers of this kind of finding, by name.
    rows : tuple of int
        The numbers of the first affected rows (at most 5), from 0.
    count : int
        The number of affected rows; 0 if the finding is not about single rows.
    values : tuple of float
        The values in `rows`.
    """

    code: str
    message: str
    severity: Literal["error", "warning"] = "error"
    payload: dict[str, Any] = field(factory=dict)
    rows: tuple[int, ...] = ()
    count: int = 0
    values: tuple[float, ...] = ()

    def __str__(self) -> str:
        return self.message


class ValidationReport(list[ValidationIssue]):
    """The findings in measurement data: a list of `ValidationIssue`, empty if there are none."""

    @property
    def errors(self) -> list[ValidationIssue]:
        """The findings that prevent an upload."""
        return [each for each in self if each.severity == "error"]

    @property
    def warnings(self) -> list[ValidationIssue]:
        """The findings that do not prevent an upload."""
        return [each for each in self if each.severity == "warning"]

    def __str__(self) -> str:
        return "\n".join(f"{each.severity}: {each}" for each in self) or "no findings"

    def _repr_html_(self) -> str:
        from ionworks._html import html_table

        rows = [(each.severity, each.code, each.message) for each in self]
        title = f"{len(self)} findings" if self else "no findings"
        return html_table(("severity", "code", "finding"), rows, title)

    @overload
    def to_frame(self, *, as_: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["arrow"]) -> pyarrow.Table: ...
    @overload
    def to_frame(self, *, as_: Backend) -> DataFrame: ...
    def to_frame(self, *, as_: Backend = "polars") -> DataFrame:
        """Return the findings as a table, one row per finding.

        Parameters
        ----------
        as_ : {"polars", "pandas", "arrow"}
            The kind of table.

        Returns
        -------
        DataFrame
            The columns `severity`, `code`, `message`, `count`, `rows` and `values`.

        Raises
        ------
        ConfigurationError
            If `as_` is unknown, or its library is not installed.

        Examples
        --------
        >>> from ionworks.sandbox import SyntheticCell
        >>> from ionworks.validators import find_issues
        >>> time_series = SyntheticCell(seed=7).cycling(cycles=1)
        >>> late = time_series.with_columns(time_series["Time [s]"] + 5)
        >>> find_issues(late).to_frame()["code"].to_list()
        ['time_does_not_start_at_zero']
        """
        import polars as pl

        from ionworks.frames.convert import check_backend, from_polars

        backend = check_backend(as_)
        schema: dict[str, Any] = {
            "severity": pl.String,
            "code": pl.String,
            "message": pl.String,
            "count": pl.Int64,
            "rows": pl.List(pl.Int64),
            "values": pl.List(pl.Float64),
        }
        data = [
            (x.severity, x.code, x.message, x.count, list(x.rows), list(x.values)) for x in self
        ]
        return from_polars(pl.DataFrame(data, schema=schema, orient="row"), backend)
