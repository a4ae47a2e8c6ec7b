"""Puts new entries into YAML that was read for a round trip; comments stay where they were."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken


def append(target: CommentedMap | CommentedSeq, key: Any, value: Any) -> None:
    """Add an entry at the end; `key` is None for a list.

    A comment that follows the last entry belongs to what comes next, and is moved behind the new
    one.
    """
    tail = _take_tail(target)
    if isinstance(target, CommentedSeq):
        target.append(value)
    else:
        target[key] = value
    if tail is not None:
        holder, last = _last_leaf(target)
        slots = [None, None, tail, None] if isinstance(holder, CommentedMap) else [tail, None]
        holder.ca.items[last] = slots


def append_value(target: CommentedSeq, value: Any) -> None:
    """Add a plain value to a list, in its own style."""
    append(target, None, value)


def insert_path(paths: CommentedMap, path: str) -> None:
    """Add a path behind the last one that begins with the same word, or at the end."""
    family = [index for index, each in enumerate(paths) if _word(each) == _word(path)]
    position = family[-1] + 1 if family else len(paths)
    tail = _take_tail(paths) if position == len(paths) else None
    paths.insert(position, path, CommentedMap())
    blank_before(paths, path)
    if tail is not None:
        paths.ca.end = [tail]


def blank_before(target: CommentedMap, key: str) -> None:
    """Put an empty line before an entry."""
    blank = CommentToken("\n", CommentMark(0), None)
    target.ca.items[key] = [None, [blank], None, None]


def _word(path: str) -> str:
    return path.strip("/").partition("/")[0]


def _take_tail(target: CommentedMap | CommentedSeq) -> CommentToken | None:
    if not target:
        return None
    holder, last = _last_leaf(target)
    slot = 2 if isinstance(holder, CommentedMap) else 0
    slots = holder.ca.items.get(last)
    if not slots or slots[slot] is None:
        return None
    tail: CommentToken = slots[slot]
    slots[slot] = None
    return tail


def _last_leaf(target: Any) -> tuple[Any, Any]:
    """Return the innermost block that ends `target`, and the key of its last entry."""
    last = list(target)[-1] if isinstance(target, CommentedMap) else len(target) - 1
    inner = target[last]
    block = isinstance(inner, CommentedMap | CommentedSeq) and not inner.fa.flow_style()
    return _last_leaf(inner) if block and inner else (target, last)
