"""Write the golden files again: `python -m tests.scripts.codegen.rewrite`; then read the diff."""

from __future__ import annotations

import tempfile
from pathlib import Path

from scripts.codegen.generate import generate, install
from scripts.codegen.manifest import NAME

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "small_api"
        generate(HERE / "small.yaml", fresh)
        (fresh / NAME).unlink()  # it changes with every source, and test_generate.py covers it
        print(*install(fresh, GOLDEN), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
