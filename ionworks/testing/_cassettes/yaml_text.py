"""Reads cassettes that others wrote, within a bounded time: no bombs, no cycles, no depth."""

from __future__ import annotations

import binascii
import os
import re
from pathlib import Path
from typing import Any, Final

import yaml

SAFE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NODES: Final = 200_000  # of what aliases repeat; no cassette that vcrpy writes comes near
_DEEPEST: Final = 200
_ALIAS: Final = re.compile(r"(?:^|[\s\[{,:-])\*\S", re.MULTILINE)
_LFS: Final = "version https://git-lfs.github.com/spec/"
_CONFLICT: Final = re.compile(r"^<{7} ", re.MULTILINE)


class RecordingError(RuntimeError):
    """A recording is missing, or does not match the requests; the message says what to do."""

    __module__ = "ionworks.testing"


class HostileYamlError(yaml.YAMLError):  # type: ignore[misc] # PyYAML has no types
    """A file whose content would grow without bounds while it is read."""


def read_text(path: Path) -> str:
    """Return the text of a cassette.

    Raises
    ------
    RecordingError
        If it is a pointer of git-lfs, has a conflict of git, or is empty.
    """
    text = path.read_text(encoding="utf-8")
    if text.startswith(_LFS):
        raise RecordingError(
            f"{path} is a pointer of git-lfs, not the cassette itself: fetch it with"
            " `git lfs pull`, and let CI check out with lfs"
        )
    if _CONFLICT.search(text):
        raise RecordingError(
            f"the cassette {path} has a merge conflict of git: take one side whole"
            " (`git checkout --theirs` or `--ours`), or record it again"
        )
    if not text.strip():
        raise RecordingError(f"the cassette {path} is empty; record it again")
    return text


def compose_yaml(text: str, loader: Any = SAFE) -> yaml.Node | None:
    """Return the nodes of a text.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML, or grows without bounds.
    """
    reader = loader(text)
    try:
        return _compose(reader, text)
    finally:
        reader.dispose()


def load_yaml(text: str, loader: Any = SAFE) -> Any:
    """Return the content of a text.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML, or grows without bounds.
    """
    reader = loader(text)
    try:
        root = _compose(reader, text)
        return None if root is None else reader.construct_document(root)
    except RecursionError:
        raise HostileYamlError("it is nested too deeply") from None
    finally:
        reader.dispose()


def _compose(reader: Any, text: str) -> yaml.Node | None:
    try:
        root = reader.get_single_node()
    except RecursionError:
        raise HostileYamlError("it is nested too deeply") from None
    if root is not None and _ALIAS.search(text):
        _count(root, {}, 0)
    return root


def _count(node: yaml.Node, sizes: dict[int, int], depth: int) -> int:
    """Return how many nodes there are when each alias is written out."""
    known = sizes.get(id(node))
    if known == 0:
        raise HostileYamlError("an anchor of it contains itself")
    if known is not None:
        return known
    if depth > _DEEPEST:
        raise HostileYamlError(f"it is nested more than {_DEEPEST} levels deep")
    sizes[id(node)] = 0
    total = 1
    for each in node.value if not isinstance(node, yaml.ScalarNode) else ():
        for child in each if isinstance(each, tuple) else (each,):
            total += _count(child, sizes, depth + 1)
    if total > _MOST_NODES:
        raise HostileYamlError("its aliases repeat more content than a cassette has")
    sizes[id(node)] = total
    return total


def read_metadata(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the metadata of a cassette.

    Raises
    ------
    RecordingError
        If the file is not a cassette.
    """
    try:
        read = load_yaml(read_text(Path(path)))
        kept: dict[str, Any] = dict(read.get("metadata") or {})
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError) as error:
        raise damaged_error(Path(path), error) from None
    return kept


def damaged_error(path: Path, error: Exception) -> RecordingError:
    """Return the error that says why a cassette cannot be read."""
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, binascii.Error):
        reason = f"a body in base64 is cut off ({reason})"
    elif isinstance(error, KeyError | TypeError | AttributeError):
        reason = f"its parts are not those of a cassette ({reason})"
    return RecordingError(f"the cassette {path} cannot be read: {reason}; record it again")
