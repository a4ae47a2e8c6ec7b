"""Which methods of the vendor's client there are, and which are left out for what reason."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

from ionworks import Ionworks, Navigator

CELL_DATA = (
    "project",
    "cell_spec",
    "cell_batch",
    "cell_instance",
    "cell_measurement",
    "raw_data",
    "material",
    "search",
    "job",
)
ALIASES = {"measurement": "cell_measurement"}
OTHER_NOUNS = {
    "lab's equipment, not cell data": ("channel", "cycler", "lab", "planned_measurement", "site"),
    "accounts and links to pages, not cell data": ("organization", "urls"),
    "modelling, not cell data": (
        "analysis",
        "ecm",
        "electrolyte",
        "material_property_dataset",
        "model",
        "model_builder",
        "optimization",
        "parameterized_model",
        "pipeline",
        "protocol",
        "simple_pipeline",
        "simulation",
        "study",
    ),
}
LEFT_OUT = {
    "roles and members are not in the contract": (
        "project.roles",
        "project.add_member",
        "project.invite_member",
        "project.update_member",
        "project.remove_member",
    ),
    "modelling, not cell data": (
        "pybamm_models",
        "validate_pybamm_model_config",
        "job.get_metadata",
        "job.get_parameter_trace",
        "job.get_plot_data",
        "job.get_posterior_samples",
        "job.get_series",
        "job.get_series_channels",
    ),
    "deprecated: the service answers 410 to every submission": ("job.create",),
    "no operation of the contract takes a form": ("post_multipart", "upload_multipart"),
}


def sub_clients(client: Ionworks) -> list[str]:
    """Return the names of the client's parts, one for each noun."""
    package = type(client).__module__.partition(".")[0]
    return [
        name
        for name, value in vars(client).items()
        if not name.startswith("_") and type(value).__module__.partition(".")[0] == package
    ]


def public_methods(kind: type) -> Iterator[str]:
    """Give the names of the public methods of a class."""
    for name, _ in inspect.getmembers(kind, callable):
        if not name.startswith("_"):
            yield name


def methods(client: Ionworks) -> set[str]:
    """Return every public method of the client, of the navigator and of the cell-data nouns."""
    found = set(public_methods(type(client)))
    found |= {f"Navigator.{name}" for name in public_methods(Navigator)}
    for noun in CELL_DATA:
        found |= {f"{noun}.{name}" for name in public_methods(type(getattr(client, noun)))}
    return found


def problems(client: Ionworks, exercised: Iterable[str]) -> list[str]:
    """Return what is neither exercised nor left out with a reason, and what no longer exists."""
    covered = list(exercised)
    excused = [method for group in LEFT_OUT.values() for method in group]
    known = methods(client)
    nouns = {*CELL_DATA, *ALIASES, *(noun for group in OTHER_NOUNS.values() for noun in group)}
    there = set(sub_clients(client))
    return [
        *(f"{name} is neither exercised nor left out" for name in known - {*covered, *excused}),
        *(f"{name} is exercised twice" for name in set(covered) if covered.count(name) > 1),
        *(f"{name} is exercised and left out" for name in {*covered} & {*excused}),
        *(f"{name} does not exist" for name in {*covered, *excused} - known),
        *(f"the noun {name} is not placed" for name in there - nouns),
        *(f"the noun {name} does not exist" for name in nouns - there),
        *(
            f"{alias} is no alias of {noun}"
            for alias, noun in ALIASES.items()
            if type(getattr(client, alias, None)) is not type(getattr(client, noun))
        ),
    ]
