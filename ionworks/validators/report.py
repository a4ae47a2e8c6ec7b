"""The findings of a validation of measurement data."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen


@frozen
class ValidationIssue:
    """One finding: a stable code, a sentence, the severity, and the numbers behind it."""

    code: str
    message: str
    severity: Literal["error", "warning"] = "error"
    payload: dict[str, Any] = field(factory=dict)

    def __str__(self) -> str:
        return self.message


class ValidationReport(list[ValidationIssue]):
    """The findings in measurement data: a list of `ValidationIssue`, empty if there are none."""

    def __str__(self) -> str:
        return "\n".join(f"{each.severity}: {each}" for each in self) or "no findings"

    def _repr_html_(self) -> str:
        from ionworks._html import html_table

        rows = [(each.severity, each.code, each.message) for each in self]
        title = f"{len(self)} findings" if self else "no findings"
        return html_table(("severity", "code", "finding"), rows, title)
