"""The checks of a series before its upload, with the ratings of its cell."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen
from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.api.cell_measurements import get_cell_measurement
from ionworks_openapi.api.cell_specifications import get_cell_specification

from ionworks._http.session import Session
from ionworks._workflows.energies import levels_to_the_user
from ionworks.validators.batches import Source
from ionworks.validators.options import Capacity, Options, Window
from ionworks.validators.report import MeasurementDataWarning
from ionworks.validators.rules import list_issues, raise_errors


@frozen
class Checks:
    """What an upload was asked to check.

    Attributes
    ----------
    options : Options
        The arguments of the call, checked.
    """

    options: Options = field(factory=Options)

    @classmethod
    def of(
        cls,
        cell: object = None,
        *,
        validate_strict: bool = False,
        rated_capacity: Capacity | None = None,
        voltage_window: Window | None = None,
        skip_checks: Iterable[str] | None = None,
    ) -> Checks:
        """Check the arguments; ratings that are not given are taken from `cell` if it has them.

        Raises
        ------
        PayloadError
            If an argument is not allowed.
        """
        known_capacity, known_window = ratings_of(cell)
        options = Options.of(
            strict=validate_strict,
            skip_checks=skip_checks,
            rated_capacity=known_capacity if rated_capacity is None else rated_capacity,
            voltage_window=known_window if voltage_window is None else voltage_window,
        )
        return cls(options)

    def with_ratings(
        self, session: Session, *, cell_id: str | None = None, measurement_id: str | None = None
    ) -> Checks:
        """Read the ratings that are missing from the specification, if the checks are strict."""
        missing = None in (self.options.rated_capacity, self.options.voltage_window)
        if not self.options.strict or not missing:
            return self
        if measurement_id is not None:
            cell_id = session.call(get_cell_measurement, measurement_id).cell_instance_id
        cell = session.call(get_cell_instance, str(cell_id))
        specification = session.call(get_cell_specification, cell.cell_specification_id)
        capacity, window = ratings_of(specification)
        found = Options.of(
            rated_capacity=self.options.rated_capacity or capacity,
            voltage_window=self.options.voltage_window or window,
        )
        return Checks(
            evolve(
                self.options,
                rated_capacity=found.rated_capacity,
                voltage_window=found.voltage_window,
            )
        )

    def run(
        self,
        source: Source,
        data_type: str | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        continued: bool = False,
    ) -> None:
        """Check a series; warn of what is probably wrong.

        Raises
        ------
        MeasurementValidationError
            If there are errors; `.errors` holds all of them.
        """
        times = metadata or {}
        given = Options.of(
            data_type,
            continued=continued,
            start_time=times.get("start_time"),
            end_time=times.get("end_time"),
        )
        options = evolve(
            given,
            strict=self.options.strict,
            # The service refuses an end before the start, with a message of its own.
            skipped=self.options.skipped | {"end_time_before_start_time"},
            rated_capacity=self.options.rated_capacity,
            voltage_window=self.options.voltage_window,
        )
        report = list_issues(source, options)
        raise_errors(report)
        if report:
            warnings.warn(MeasurementDataWarning(report), stacklevel=levels_to_the_user())


def ratings_of(record: object) -> tuple[Any, Any]:
    """Return the rated capacity and the voltage window that a record has, or its specification.

    Parameters
    ----------
    record : object
        A specification, or a record or a dictionary with `specification` or `cell_specification`.

    Returns
    -------
    tuple
        The capacity, and the lowest and highest voltage, as the record has them; None if not.
    """
    ratings = _field(record, "ratings")
    for name in ("specification", "cell_specification"):
        ratings = ratings or _field(_field(record, name), "ratings")
    low, high = _field(ratings, "voltage_min"), _field(ratings, "voltage_max")
    window = None if low is None or high is None else (low, high)
    return _field(ratings, "capacity"), window


def _field(record: object, name: str) -> Any:
    if isinstance(record, Mapping):
        return record.get(name)
    return getattr(record, name, None)
