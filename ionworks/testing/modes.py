"""Which mode of recording applies, and whether a run is one of continuous integration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

#: Variables that services of continuous integration set; tox and others pass on only some of them.
CI_VARIABLES: Final = (
    "CI",
    "CONTINUOUS_INTEGRATION",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "BUILDKITE",
    "CIRCLECI",
    "TRAVIS",
    "APPVEYOR",
    "DRONE",
    "BITBUCKET_BUILD_NUMBER",
    "CODEBUILD_BUILD_ID",
    "BUILD_NUMBER",
)
#: Folders in which their runners check projects out, known even without any variable.
_CHECKOUTS: Final = (
    ("runner", "work"),
    ("vsts", "work"),
    ("__w",),
    ("jenkins",),
    ("jenkins_home",),
    ("atlassian", "pipelines"),
)
_OFF: Final = ("", "0", "false")


def find_ci_sign(environment: Mapping[str, str], root: Path) -> str | None:
    """Return what shows that the tests run in continuous integration; None if nothing does."""
    for name in CI_VARIABLES:
        if environment.get(name, "").lower() not in _OFF:
            return f"{name} is set"
    if environment.get("CI", "").lower() in _OFF[1:]:  # switched off
        return None
    text = f"/{root.as_posix()}/"
    places = (f"{'/'.join(each)}/" for each in _CHECKOUTS)
    place = next((each for each in places if f"/{each}" in text), None)
    return f"the project is in a folder {place}" if place else None


def choose_mode(option: str | None, setting: str, root: Path) -> tuple[str, str]:
    """Return the mode of recording, and where it comes from."""
    if option:
        return option, "--ionworks-record"
    if setting:
        return setting, "ionworks_record"
    sign = find_ci_sign(os.environ, root)
    return ("none", sign) if sign else ("once", "the default")
