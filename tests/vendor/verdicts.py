"""Prints the codes that the vendor's validators find in series; run by the interpreter with them.

The argument is a folder with one Parquet file per series, `<name>.parquet`, its step table
`<name>.steps` if there is one, and `arguments.json`.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import polars as pl

from ionworks.validators import MeasurementValidationError, validate_measurement_data


def verdict(frame: pl.DataFrame, **arguments: Any) -> list[str]:
    """Return the codes of the errors, sorted; an error of another kind by its name."""
    try:
        validate_measurement_data(frame, **arguments)
    except MeasurementValidationError as error:
        return sorted({getattr(each.code, "value", each.code) for each in error.errors})
    except Exception as error:
        return [type(error).__name__]
    return []


def main(folder: Path) -> None:
    """Print the verdicts by name as JSON, without and with the strict rules."""
    warnings.simplefilter("ignore")
    arguments = json.loads((folder / "arguments.json").read_text())
    found = {}
    for path in sorted(folder.glob("*.parquet")):
        frame = pl.read_parquet(path)
        kind = arguments["data_types"].get(path.stem)
        strict = {"strict": True, **arguments["strict"]}
        steps = path.with_suffix(".steps")
        if steps.exists():
            strict["steps_df"] = pl.read_parquet(steps)
        found[path.stem] = [
            verdict(frame, data_type=kind),
            verdict(frame, data_type=kind, **strict),
        ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
