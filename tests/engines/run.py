"""Runs docs/engines.md, and searches everything that the engines leave behind for the key.

Usage: ``python tests/engines/run.py``, in an environment with what the page names.
"""

from __future__ import annotations

import os
import pickle
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "engines.md"
sys.path.insert(0, str(ROOT / "scripts"))


def execute() -> None:
    """Run the page in this folder with the fixed key of the environment, and keep its graphs."""
    import cloudpickle
    import pages
    from dask.distributed import LocalCluster

    from ionworks import sandbox

    key, own = os.environ.pop("ENGINES_KEY"), sandbox.Sandbox
    sandbox.Sandbox = lambda: own(api_key=key)  # type: ignore[misc, assignment]
    close = LocalCluster.close

    def close_with_logs(cluster: LocalCluster, *args: object, **options: object) -> object:
        if "logs" not in kept:
            kept["logs"] = repr(cluster.get_logs()).encode()
        return close(cluster, *args, **options)

    kept: dict[str, bytes] = {}
    LocalCluster.close = close_with_logs
    names: dict[str, object] = {"__name__": "__page__"}
    pages.run(PAGE, names)
    kept |= {
        "references": pickle.dumps(names["refs"]),
        "graph": cloudpickle.dumps(dict(names["mapped"].__dask_graph__())),  # type: ignore[attr-defined]
        "expression": cloudpickle.dumps(names["mapped"]),
        "partial": pickle.dumps(names["read"]),
        "client": pickle.dumps(names["client"]),
    }
    for name, content in kept.items():
        Path(f"kept-{name}").write_bytes(content)
    session = names["context"].address_info["session_dir"]  # type: ignore[attr-defined]
    Path("ray-logs").write_text(session, encoding="utf-8")


def texts(folder: Path, output: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield all that the run left behind."""
    yield "output", output
    logs = Path((folder / "ray-logs").read_text(encoding="utf-8"))
    for place in (folder, logs):
        for path in place.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()


def main() -> int:
    """Run the page in a process of its own, and search for its key."""
    key = f"engines-{secrets.token_hex(16)}"
    with tempfile.TemporaryDirectory(prefix="ionworks-engines-") as place:
        folder = Path(place)
        env = {**os.environ, "ENGINES_KEY": key, "HOME": place, "RAY_DEDUP_LOGS": "0"}
        command = [sys.executable, __file__, "--execute"]
        done = subprocess.run(
            command, cwd=place, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if done.returncode:
            print(done.stdout.decode(errors="replace")[-6000:])
            return 1
        searched = dict(texts(folder, done.stdout))
    wanted = {"kept-references", "kept-graph", "kept-expression", "kept-logs", "manifest.json"}
    assert wanted <= {Path(name).name for name in searched}, sorted(searched)
    found = [name for name, content in searched.items() if key.encode() in content]
    print(f"{PAGE.name}: all engines agree; {len(searched)} files searched for the key")
    for name in found:
        print(f"the key is in {name}")
    return 1 if found else 0


if __name__ == "__main__":
    if "--execute" in sys.argv:
        execute()
    else:
        sys.exit(main())
