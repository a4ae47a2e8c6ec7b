"""Finds a class by the short name that docstrings and annotations call it."""
# ruff: noqa: ARG001 - Sphinx calls its handlers with more than each of them needs

from __future__ import annotations

import builtins
import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import find_pending_xref_condition, make_refnode

KINDS = ("class", "exception", "data", "type")
# A word in single backticks may be a value or an expression. One in this form names a class, and
# one that no page describes should be found.
CLASS_NAME = re.compile(r"(?:\w+\.)*(?:[A-Z][a-z]+){2,}")


def find_by_last_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Node | None:
    """Resolve a reference to the one class of this last name, wherever it stands."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"].lstrip("~.")
    home, _, last = target.rpartition(".")
    foreign = bool(home) and not home.startswith("ionworks")  # pint, too, has a Quantity
    places = {
        (name, entry.docname, entry.node_id)
        for name, entry in env.domains.python_domain.objects.items()
        if name.rpartition(".")[2] == last and entry.objtype in KINDS
    }
    if len(places) == 1 and not foreign:
        ((name, page, anchor),) = places
        return make_refnode(app.builder, node["refdoc"], page, anchor, content, name)
    if node["reftype"] == "obj" and (foreign or not CLASS_NAME.fullmatch(target)):
        return content
    return None


def forget_internal_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Forget under which name a class is defined: the site knows its public name alone."""
    objects = env.domains.python_domain.objects
    for name in [name for name, entry in objects.items() if entry.aliased]:
        del objects[name]


def leave_builtins(app: Sphinx, doctree: nodes.document) -> None:
    """Leave names of Python without a link: `list` would lead to a method of this name."""
    for node in [*doctree.findall(pending_xref)]:
        if node["reftype"] == "class" and hasattr(builtins, node["reftarget"]):
            short = find_pending_xref_condition(node, "resolved")
            node.replace_self(node.children if short is None else short.children)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", leave_builtins)
    app.connect("env-updated", forget_internal_names)
    app.connect("missing-reference", find_by_last_name)
    return {"parallel_read_safe": True}
