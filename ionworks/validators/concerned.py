"""Which steps and rows a finding on steps concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ionworks.validators.tally import KEPT

if TYPE_CHECKING:
    import polars


def step_name(steps: polars.DataFrame) -> str:
    """Return how a message calls the first of some steps."""
    number = steps["step"][0] if "step" in steps.columns else None
    return "the series" if number is None else f"step {number:g}"


def step_numbers(steps: polars.DataFrame) -> dict[str, Any]:
    """Return the numbers of the first steps as a payload; nothing if the series has no steps."""
    return {"steps": steps["step"][:KEPT].to_list()} if "step" in steps.columns else {}


def first_rows(steps: polars.DataFrame) -> tuple[int, ...]:
    """Return the first row of each of the first steps."""
    return tuple(int(row) for row in steps["row"][:KEPT])
