"""What the drills share: the distributions, built once, and environments that have only them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import build.env
import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Built:
    """The distributions of this source tree, and what each of them holds by path."""

    root: Path
    wheel_path: Path
    wheel: Mapping[str, bytes]
    sdist: Mapping[str, bytes]
    wheel_of_sdist: Mapping[str, bytes]
    editable: Mapping[str, bytes]


@dataclass(frozen=True)
class Environment:
    """A virtual environment apart from that of the tests."""

    folder: Path
    home: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / "python"

    @property
    def variables(self) -> dict[str, str]:
        """Nothing of this machine but where its programs are: no settings, no PYTHONPATH."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        return kept | {"HOME": str(self.home), "USERPROFILE": str(self.home)}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start its Python, far from the project, with warnings as errors."""
        return subprocess.Popen(
            [self.python, "-W", "error", *arguments],
            cwd=self.home,
            env=self.variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Run its Python and return the exit status and what it said on both channels."""
        with self.start(*arguments, **variables) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out.strip(), err.strip()

    def copy(self, name: str) -> Environment:
        """Return an environment of this name beside it, which begins with the same.

        By links, because it is large; what pip adds are new files, so this one stays as it is.
        """
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder, symlinks=True, copy_function=os.link)
        return Environment(folder, self.home)

    def install(self, what: str) -> None:
        """Install with the pip of the tests, which keeps its own settings."""
        pip = [sys.executable, "-m", "pip", "--python", self.folder]
        quietly = ["--quiet", "--disable-pip-version-check", "--no-input"]
        done = subprocess.run(
            [*pip, "install", *quietly, what], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def of_zip(path: Path) -> dict[str, bytes]:
    """Return the files in a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_tar(path: Path) -> dict[str, bytes]:
    """Return the files in an sdist, by their path below its one folder."""
    held = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is not None:
                held[member.name.partition("/")[2]] = content.read()
    return held


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build all distributions as a publisher does: with the declared backend, apart from here."""
    out = tmp_path_factory.mktemp("distributions")
    with build.env.DefaultIsolatedEnv() as env:
        builder = build.ProjectBuilder.from_isolated_env(env, ROOT, runner=quiet)
        env.install(builder.build_system_requires)
        env.install(builder.get_requires_for_build("editable"))
        wheel = Path(builder.build("wheel", out / "wheel"))
        editable = Path(builder.build("editable", out / "editable"))
        sdist = Path(builder.build("sdist", out))
        with tarfile.open(sdist) as archive:
            archive.extractall(out, filter="data")
        unpacked = out / sdist.name.removesuffix(".tar.gz")
        second = build.ProjectBuilder.from_isolated_env(env, unpacked, runner=quiet)
        wheel_of_sdist = Path(second.build("wheel", out / "again"))
    return Built(
        root=ROOT,
        wheel_path=wheel,
        wheel=of_zip(wheel),
        sdist=of_tar(sdist),
        wheel_of_sdist=of_zip(wheel_of_sdist),
        editable=of_zip(editable),
    )


def quiet(
    command: list[str] | tuple[str, ...],
    cwd: str | None = None,
    extra_environ: Mapping[str, str] | None = None,
) -> None:
    """Run a step of the build; what it said is in the error, if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(extra_environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def bare(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with the wheel, without extras, and nothing else: not even pip."""
    folder = tmp_path_factory.mktemp("bare")
    home = tmp_path_factory.mktemp("home")
    quiet([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
    environment = Environment(folder / "venv", home)
    environment.install(str(built.wheel_path))
    return environment


@pytest.fixture(scope="session")
def with_sandbox(built: Built, bare: Environment) -> Environment:
    """Return a copy of the bare environment to which the extra was added afterwards."""
    environment = bare.copy("with-sandbox")
    environment.install(f"{built.wheel_path}[sandbox]")
    return environment
