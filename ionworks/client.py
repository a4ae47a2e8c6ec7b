"""The client: a session with one property for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from ionworks_openapi.resources import GeneratedResources

from ionworks._http.session import Session
from ionworks._resource import Lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ionworks_openapi.filters import MeasurementFilters
    from ionworks_openapi.models import (
        Capabilities,
        CellInstanceId,
        CellMeasurement,
        CellMeasurementId,
        CellSpecificationId,
        DiscoverySchema,
        Health,
        ProjectId,
        User,
    )

    from ionworks.cell_instance import CellInstanceClient
    from ionworks.cell_measurement import CellMeasurementClient
    from ionworks.cell_specification import CellSpecificationClient
    from ionworks.datasets import Dataset
    from ionworks.job import JobClient
    from ionworks.material import MaterialClient
    from ionworks.raw_data import RawDataClient
    from ionworks.search import SearchClient


class Ionworks(Session, GeneratedResources):
    """Client for the Ionworks battery-data API.

    Parameters
    ----------
    api_key : str, optional
        The API key. Default: ``IONWORKS_API_KEY``, then the profile.
    api_url : str, optional
        The address of the service. Default: ``IONWORKS_API_URL``, then the profile, then the
        public service.
    dataframe_backend : {"polars", "pandas", "arrow"}, optional
        The kind of table that this client returns. Default: ``IONWORKS_DATAFRAME_BACKEND``, then
        the profile, then polars.
    timeout : float, optional
        Seconds for each wait on the server. Default: 60.
    max_retries : int, optional
        Maximum number of retries after a transient failure. Default: 3. A request that the server
        may have processed is retried only if repeating it is safe.
    api_token : str, optional
        A bearer token instead of a key. Default: ``IONWORKS_API_TOKEN``, then the profile.
    project_id : str or Project, optional
    organization_id : str, optional
        The default project, and the organization to act for. Default: ``IONWORKS_PROJECT_ID`` and
        ``IONWORKS_ORGANIZATION_ID``, then the profile.
    profile : str, optional
        The profile of the configuration file. Default: ``IONWORKS_PROFILE``, then ``default``.
    max_workers : int
        Maximum number of concurrent requests of one call. With 1, requests are sequential and
        recordings are reproducible.
    proxy : str, optional
        Proxy for every request. Default: the proxy of the environment.
    verify : bool, path or ssl.SSLContext
        Certificate authorities for the service, for storage and for a TLS proxy: True for the
        default ones, the path of a CA file, or a folder prepared by ``openssl rehash``.
    deadline : float, optional
        Seconds for one operation, including all retries and pauses. Default: 60, except table and
        file transfers, which have no deadline while data keeps arriving.
    on_attempt : callable, optional
        Called with an `ionworks.models.Attempt` after each request, also those of the views that
        `with_options` returns, in the thread that made the request. Its exceptions are logged. The
        callback may use the client; requests it makes are not reported to it.

    Raises
    ------
    ConfigurationError
        If there is no credential, or a setting is invalid.

    Examples
    --------
    >>> from ionworks import Ionworks
    >>> with Ionworks() as client:
    ...     names = [project.name for project in client.project.list()]
    """

    # The hand-written classes; every other resource has only its generated methods.
    cell_spec: Lazy[CellSpecificationClient] = Lazy(
        "ionworks.cell_specification", "CellSpecificationClient", "Cell specifications."
    )
    material: Lazy[MaterialClient] = Lazy(
        "ionworks.material", "MaterialClient", "Materials, and the components made of them."
    )
    cell_instance: Lazy[CellInstanceClient] = Lazy(
        "ionworks.cell_instance", "CellInstanceClient", "Cell instances."
    )
    cell_measurement: Lazy[CellMeasurementClient] = Lazy(
        "ionworks.cell_measurement", "CellMeasurementClient", "Cell measurements."
    )
    raw_data: Lazy[RawDataClient] = Lazy(
        "ionworks.raw_data", "RawDataClient", "Raw data files, as the instrument wrote them."
    )
    search: Lazy[SearchClient] = Lazy(
        "ionworks.search", "SearchClient", "Search over all named records."
    )
    job: Lazy[JobClient] = Lazy("ionworks.job", "JobClient", "Jobs that run on the service.")

    @property
    def measurement(self) -> CellMeasurementClient:
        """Alias of `cell_measurement`."""
        return self.cell_measurement

    def health_check(self) -> Health:
        """Return the state of the service; the key need not be valid.

        Examples
        --------
        >>> client.health_check()["status"]
        'ok'
        """
        from ionworks_openapi.api.health import health_check

        return self.call(health_check)

    def whoami(self) -> User:
        """Return the user and the organization that the key belongs to.

        Raises
        ------
        AuthenticationFailed
            If the service rejects the key.

        Examples
        --------
        >>> client.whoami().email
        'user@sandbox.example'
        """
        from ionworks_openapi.api.users import whoami

        return self.call(whoami)

    def capabilities(self) -> Capabilities:
        """Return the capabilities of the service, and where its data are described.

        Examples
        --------
        >>> sorted(client.capabilities().keys())
        ['authentication', 'domain_context', 'openapi_spec', 'schemas']
        """
        from ionworks_openapi.api.discovery import get_capabilities

        return self.call(get_capabilities)

    def schema(self, name: str) -> DiscoverySchema:
        """Return the schema of one kind of data; `capabilities` lists the names.

        Raises
        ------
        NotFound
            If there is no schema with this name.

        Examples
        --------
        >>> client.schema("cell_instance")["title"]
        'cell_instance'
        """
        from ionworks_openapi.api.discovery import get_discovery_schema

        return self.call(get_discovery_schema, name)

    def resolve_measurement(
        self,
        cell_specification: str,
        cell_instance: str,
        measurement: str,
        *,
        project_id: ProjectId | None = None,
    ) -> CellMeasurement:
        """Return a measurement by the names of its specification, its cell and itself.

        Parameters
        ----------
        cell_specification, cell_instance, measurement : str
            The exact names.
        project_id : str or Project, optional
            The project of the specification. Default: the client's project, else any project.

        Raises
        ------
        NotFound
            If no record has one of the names; the message gives the name.
        Conflict
            If specifications of several projects have the name.

        Examples
        --------
        >>> client.resolve_measurement("LG M50", "M50-007", "RPT 0").id == measurement_id
        True
        """
        from ionworks._workflows.resolve import resolve_measurement

        names = (cell_specification, cell_instance, measurement)
        return resolve_measurement(self, *names, project_id or self.settings.project_id)

    def dataset(
        self,
        measurements: Iterable[CellMeasurementId] | None = None,
        *,
        project_id: ProjectId | None = None,
        specifications: CellSpecificationId | Iterable[CellSpecificationId] | None = None,
        cells: CellInstanceId | Iterable[CellInstanceId] | None = None,
        **filters: Unpack[MeasurementFilters],
    ) -> Dataset:
        """Select measurements of many cells, to export them or to read them in several processes.

        Only records are read here. With no selection, the dataset has all measurements of the
        client's project. Give at most one of the first four arguments.

        Parameters
        ----------
        measurements : iterable of str or CellMeasurement, optional
            The measurements, as ids or as records.
        project_id : str, optional
            The project.
        specifications, cells : optional
            The specifications, or the cells, whose measurements are selected: one or several, as
            ids or as records.
        **filters
            As for `client.cell_measurement.list`, for example `tags_all`, `tags_any`, `name`,
            `started_after`.

        Raises
        ------
        PayloadError
            If two selections are given, or a filter is not valid.
        ConfigurationError
            If nothing is given, and the client has no project.

        Examples
        --------
        >>> dataset = client.dataset(specifications=spec_id, tags_any=["formation", "rpt"])
        >>> len(dataset), [cell.name for cell in dataset.cells.values()]
        (1, ['M50-007'])
        """
        from ionworks.datasets import Dataset
        from ionworks.datasets.selection import Criteria, Lists, select

        criteria = Criteria(measurements, project_id, specifications, cells, filters)
        lists = Lists(self.cell_spec, self.cell_instance, self.cell_measurement)
        return Dataset(self, select(self, lists, criteria))
