"""References to tables: they can be pickled, sent to other processes, and read there."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, Literal, cast, overload

from attrs import frozen
from ionworks_openapi.api.cell_measurements import get_cell_measurement

from ionworks._http.session import Session
from ionworks._workflows.combine import rename_own, table_of_measurements
from ionworks._workflows.create import check_on_difference
from ionworks._workflows.energies import levels_to_the_user
from ionworks.datasets.export import checked_table
from ionworks.datasets.fetch import ID_COLUMNS, own_name, version_of
from ionworks.datasets.origin import origin_text
from ionworks.errors import ConfigurationError, PayloadError, RecordDiffers
from ionworks.frames.concat import pick
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.frames.selection import Selection
from ionworks.settings import has_credential

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.models import CellMeasurement

    from ionworks._workflows.create import OnDifference
    from ionworks._workflows.views import Part
    from ionworks.frames.convert import DataFrame

_SESSION_OF: Final = "a reference has no key: the process that reads it takes its own"


class MeasurementChangedWarning(UserWarning):
    """Issued when a measurement changed after its reference was created."""


@frozen
class MeasurementRef:
    """A reference to one table of a measurement, without data and without a key.

    It can be pickled and sent to other processes and machines. `read` takes the key from the
    environment or a profile of the process that calls it.

    Attributes
    ----------
    origin : str
        The service: scheme, host and port. Requests are sent only to this service.
    profile : str or None
        The name of the profile that the key came from, if it did.
    organization_id : str or None
        The organization that the client acted for.
    cell_instance_id, measurement_id : str
        The ids.
    table : {"time_series", "steps", "cycles"}
        The table.
    version : str
        The last change of the record before the reference was created.
    """

    origin: str
    profile: str | None
    organization_id: str | None
    cell_instance_id: str
    measurement_id: str
    table: Part
    version: str

    @overload
    def read(
        self,
        columns: Iterable[str] | None = ...,
        *,
        as_: Literal["polars"] | None = ...,
        on_difference: OnDifference = ...,
        client: Session | None = ...,
    ) -> polars.DataFrame: ...
    @overload
    def read(
        self,
        columns: Iterable[str] | None = ...,
        *,
        as_: Literal["pandas"],
        on_difference: OnDifference = ...,
        client: Session | None = ...,
    ) -> pandas.DataFrame: ...
    @overload
    def read(
        self,
        columns: Iterable[str] | None = ...,
        *,
        as_: Literal["arrow"],
        on_difference: OnDifference = ...,
        client: Session | None = ...,
    ) -> pyarrow.Table: ...
    @overload
    def read(
        self,
        columns: Iterable[str] | None = ...,
        *,
        as_: Backend | None,
        on_difference: OnDifference = ...,
        client: Session | None = ...,
    ) -> DataFrame: ...
    def read(
        self,
        columns: Iterable[str] | None = None,
        *,
        as_: Backend | None = None,
        on_difference: OnDifference = "warn",
        client: Session | None = None,
    ) -> DataFrame:
        """Read the table.

        Parameters
        ----------
        columns : iterable of str, optional
            The columns in this order; by default `cell_instance_id`, `measurement_id` and all
            columns of the table.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default that of the client.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the record changed after the reference was created; "ignore" saves the
            request for the record.
        client : Ionworks, optional
            The client; by default a new one with the settings of this process, for each call.

        Raises
        ------
        ConfigurationError
            If this process has no key for the service of the reference.
        NotFound
            If the measurement was deleted.
        RecordDiffers
            If it changed, and `on_difference` is "raise".
        PayloadError
            If the table does not have a column.

        Examples
        --------
        >>> ref, *_ = client.dataset().refs("cycles")
        >>> ref.read(columns=["measurement_id", "Cycle count"]).shape
        (1, 2)
        """
        check_on_difference(on_difference)
        if client is not None:
            self._check_origin(client)
            return self._read(client, columns, as_, on_difference)
        with self._connect() as session:
            return self._read(session, columns, as_, on_difference)

    def _connect(self) -> Session:
        """Return a session with the key of this process."""
        # A key in the environment takes precedence, as in a client.
        profile = None if has_credential() else self.profile
        try:
            session = Session(profile=profile, organization_id=self.organization_id)
        except ConfigurationError as error:
            named = f"the profile {self.profile!r}" if self.profile else "a profile"
            raise ConfigurationError(
                f"no key for {self.origin} in this process; {_SESSION_OF}. Set IONWORKS_API_KEY"
                f" and IONWORKS_API_URL where it is read, or create {named} there. ({error})"
            ) from None
        self._check_origin(session)
        return session

    def _check_origin(self, session: Session) -> None:
        own = origin_text(session.settings)
        if own != self.origin:
            raise ConfigurationError(
                f"the reference is to {self.origin}, and the client here is of {own} (from"
                f" {session.settings.url_source}); its key is not sent to another service. Set"
                " IONWORKS_API_URL and IONWORKS_API_KEY for the service of the reference"
            )

    def _read(
        self,
        session: Session,
        columns: Iterable[str] | None,
        as_: Backend | None,
        on_difference: OnDifference,
    ) -> DataFrame:
        import polars as pl

        backend = check_backend(as_ or session.dataframe_backend)
        # Engines that only count rows ask for no columns.
        wanted = () if columns in ([], ()) else Selection.of(columns).columns
        if on_difference != "ignore":
            self._compare(session, on_difference)
        frame = rename_own(self._table(session, wanted), ID_COLUMNS)
        ids = zip(ID_COLUMNS, (self.cell_instance_id, self.measurement_id), strict=True)
        literals = [pl.lit(value).alias(name) for name, value in ids]
        whole = pick(frame.with_columns(literals), [*ID_COLUMNS, *frame.columns])
        return from_polars(whole if wanted is None else pick(whole, wanted), backend)

    def _table(self, session: Session, wanted: Sequence[str] | None) -> polars.DataFrame:
        own = [own_name(name) for name in wanted or () if name not in ID_COLUMNS]
        return cast(
            "polars.DataFrame",
            table_of_measurements(
                session,
                self.measurement_id,
                self.table,
                selection=Selection.of(own or None),
                backend="polars",
                progress=False,
            ),
        )

    def _compare(self, session: Session, on_difference: OnDifference) -> None:
        record = session.call(get_cell_measurement, self.measurement_id)
        version = version_of(record)
        if version == self.version:
            return
        text = (
            f"measurement {self.measurement_id} changed at {version}, after its reference was"
            f" created for the version of {self.version}; create the references again"
        )
        if on_difference == "raise":
            raise RecordDiffers(text, 409, operation="MeasurementRef.read")
        warnings.warn(text, MeasurementChangedWarning, stacklevel=levels_to_the_user())


@overload
def read_measurement(
    ref: MeasurementRef,
    columns: Iterable[str] | None = ...,
    *,
    as_: Literal["polars"] | None = ...,
    on_difference: OnDifference = ...,
) -> polars.DataFrame: ...
@overload
def read_measurement(
    ref: MeasurementRef,
    columns: Iterable[str] | None = ...,
    *,
    as_: Literal["pandas"],
    on_difference: OnDifference = ...,
) -> pandas.DataFrame: ...
@overload
def read_measurement(
    ref: MeasurementRef,
    columns: Iterable[str] | None = ...,
    *,
    as_: Literal["arrow"],
    on_difference: OnDifference = ...,
) -> pyarrow.Table: ...
@overload
def read_measurement(
    ref: MeasurementRef,
    columns: Iterable[str] | None = ...,
    *,
    as_: Backend | None,
    on_difference: OnDifference = ...,
) -> DataFrame: ...
def read_measurement(
    ref: MeasurementRef,
    columns: Iterable[str] | None = None,
    *,
    as_: Backend | None = None,
    on_difference: OnDifference = "warn",
) -> DataFrame:
    """Read the table of a reference: a function that can be pickled, for engines.

    Parameters
    ----------
    ref : MeasurementRef
        The reference.
    columns, as_, on_difference : optional
        As for `MeasurementRef.read`.

    Examples
    --------
    >>> from ionworks import read_measurement
    >>> refs = client.dataset().refs("cycles")
    >>> frames = [read_measurement(ref) for ref in refs]  # or dask.dataframe.from_map
    >>> frames[0].columns[:2]
    ['cell_instance_id', 'measurement_id']
    """
    if not isinstance(ref, MeasurementRef):
        raise PayloadError(
            "ref", ref, "is not a reference", "Give one of client.dataset(...).refs()"
        )
    return ref.read(columns, as_=as_, on_difference=on_difference)


def make_refs(
    session: Session, measurements: Iterable[CellMeasurement], table: str
) -> list[MeasurementRef]:
    """Return references to a table of measurements that are ready."""
    kind = checked_table(table)
    settings = session.settings
    profile = settings.profile if settings.key_is_of_profile else None
    origin = origin_text(settings)
    return [
        MeasurementRef(
            origin,
            profile,
            settings.organization_id,
            each.cell_instance_id,
            each.id,
            kind,
            version_of(each),
        )
        for each in measurements
    ]
