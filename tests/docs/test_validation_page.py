"""The page on validation has all codes, as the code has them."""

from __future__ import annotations

from pathlib import Path

from ionworks.validators.codes import CODES, Code

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
HEADINGS = "| code | severity | strict | found when | what to do |\n|---|---|---|---|---|\n"
TITLES = {
    "time_series_empty": "Columns and values",
    "time_does_not_start_at_zero": "Time",
    "step_count_does_not_start_at_zero": "Steps and cycles",
    "current_sign_reversed": "Sign of the current",
    "value_out_of_range": "Magnitudes and units",
    "cumulative_value_not_reset": "Capacities and energies",
    "eis_zim_sign_reversed": "Impedance",
}


def row(code: Code) -> str:
    default = code.default or "-"
    name = f"`{code.name}`"
    check = "cannot be skipped" if code.required else f"check `{code.check}`"
    return f"| {name}<br>{check} | {default} | {code.strict} | {code.when} | {code.fix} |\n"


def tables() -> str:
    """The tables of the page; copy them there after a change of the codes."""
    text = ""
    for name, code in CODES.items():
        if name in TITLES:
            text += f"\n### {TITLES[name]}\n\n{HEADINGS}"
        text += row(code)
    return text


def test_the_page_has_all_codes():
    text = PAGE.read_text(encoding="utf-8")
    found = text.split("## All codes\n", 1)[1].split("\n## ", 1)[0]
    assert found.strip() == tables().strip(), "write the result of tables() to docs/validation.md"


def test_each_code_is_one_that_a_rule_reports():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parents[2].glob("ionworks/validators/*.py")
        if path.name != "codes.py"
    )
    for pattern, names in {
        "{kind}": ("capacity", "energy"),
        "{name.split()[0].lower()}": ("discharge", "charge"),
        "{name}_in_future": ("start_time_in_future", "end_time_in_future"),
    }.items():
        source = "".join(source.replace(pattern, name) for name in names)
    assert [name for name in CODES if name not in source] == []
