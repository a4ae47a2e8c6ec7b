"""The contract of import-linter that states the layers: every module of the packages is in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from importlinter import ContractCheck
from importlinter.contracts.layers import LayersContract

if TYPE_CHECKING:
    from grimp import ImportGraph


class ExhaustiveLayers(LayersContract):
    """Layers of several root packages in one order, none of whose modules may be left out.

    `layers` of import-linter can be exhaustive only within one package, while here the generated
    package is between layers of the other.
    """

    type_name = "exhaustive_layers"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check the layers, and that each module is in one of them."""
        found = super().check(graph, verbose)
        listed = {tail.name for tail in self.all_module_tails}
        roots = self.session_options["root_packages"]
        undeclared = {each for root in roots for each in _undeclared(graph, root, listed)}
        return ContractCheck(
            kept=found.kept and not undeclared,
            warnings=found.warnings,
            metadata={**found.metadata, "undeclared_modules": undeclared},
        )


def _undeclared(graph: ImportGraph, package: str, listed: set[str]) -> Iterator[str]:
    """Yield the modules of a package that no layer holds, as high up as they can be named."""
    for module in graph.find_children(package):
        if any(each.startswith(f"{module}.") for each in listed):
            yield from _undeclared(graph, module, listed)
        elif module not in listed:
            yield module
