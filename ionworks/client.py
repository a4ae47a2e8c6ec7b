"""The client: a session with one property for each resource."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ionworks._http.session import Session

if TYPE_CHECKING:
    from ionworks_openapi.models import Capabilities, CellMeasurement, DiscoverySchema, Health, User

    from ionworks.cell_batch import CellBatchClient
    from ionworks.cell_instance import CellInstanceClient
    from ionworks.cell_measurement import CellMeasurementClient
    from ionworks.cell_specification import CellSpecificationClient
    from ionworks.job import JobClient
    from ionworks.material import MaterialClient
    from ionworks.project import ProjectClient
    from ionworks.raw_data import RawDataClient
    from ionworks.search import SearchClient


class Ionworks(Session):
    """Client for the Ionworks battery-data API.

    Parameters
    ----------
    api_key : str, optional
        The key; by default from ``IONWORKS_API_KEY``, then from a profile.
    api_url : str, optional
        The service's address; by default from ``IONWORKS_API_URL``, then from a profile, else
        the public service.
    dataframe_backend : {"polars", "pandas", "arrow"}, optional
        The kind of table that this client returns; by default from
        ``IONWORKS_DATAFRAME_BACKEND``, then from a profile, else polars.
    timeout : float, optional
        Seconds for each wait on the server, 60 by default.
    max_retries : int, optional
        How often a request is sent again after a failure that may pass, 3 by default. What may
        have been done already is sent again only where a second time does no harm.
    api_token : str, optional
        A bearer token instead of a key; by default from ``IONWORKS_API_TOKEN``.
    project_id, organization_id : str, optional
        The project that new specifications go to, and the organization to act for.
    profile : str, optional
        The profile of the configuration file.
    max_workers : int
        How many requests a composed call may have under way; 1 makes it sequential, and so
        recordings of it always the same.
    proxy : str, optional
        Proxy for every request; by default the environment's.
    verify : bool, path or ssl.SSLContext
        Certificate authorities, for the service, for storage and for a proxy with TLS: True for
        the usual ones, or the path of a CA file, or of a folder made by ``openssl rehash``.
    deadline : float, optional
        Seconds for one operation with all its attempts and waits. By default 60 for everything
        but tables and files, which may take as long as they take while they come.
    on_attempt : callable, optional
        Is given an `ionworks.models.Attempt` after each request, for tracing; it is called in the
        thread that made the request, for the views of `with_options` too. What it raises is
        logged. It may use the client; of these requests it is not told.

    Raises
    ------
    ConfigurationError
        If there is no key, or a setting is wrong; says what to do.

    Examples
    --------
    >>> from ionworks import Ionworks
    >>> with Ionworks() as client:
    ...     names = [project.name for project in client.project.list()]
    """

    @cached_property
    def project(self) -> ProjectClient:
        """Projects."""
        from ionworks.project import ProjectClient

        return ProjectClient(self)

    @cached_property
    def cell_spec(self) -> CellSpecificationClient:
        """Cell specifications."""
        from ionworks.cell_specification import CellSpecificationClient

        return CellSpecificationClient(self)

    @cached_property
    def material(self) -> MaterialClient:
        """Materials, and the components that are made of them."""
        from ionworks.material import MaterialClient

        return MaterialClient(self)

    @cached_property
    def cell_instance(self) -> CellInstanceClient:
        """Cell instances."""
        from ionworks.cell_instance import CellInstanceClient

        return CellInstanceClient(self)

    @cached_property
    def cell_measurement(self) -> CellMeasurementClient:
        """Cell measurements."""
        from ionworks.cell_measurement import CellMeasurementClient

        return CellMeasurementClient(self)

    @cached_property
    def cell_batch(self) -> CellBatchClient:
        """Cell batches."""
        from ionworks.cell_batch import CellBatchClient

        return CellBatchClient(self)

    @cached_property
    def raw_data(self) -> RawDataClient:
        """Raw data, files as the instrument wrote them."""
        from ionworks.raw_data import RawDataClient

        return RawDataClient(self)

    @cached_property
    def search(self) -> SearchClient:
        """Search over everything that has a name."""
        from ionworks.search import SearchClient

        return SearchClient(self)

    @cached_property
    def job(self) -> JobClient:
        """Jobs that the service computes."""
        from ionworks.job import JobClient

        return JobClient(self)

    @property
    def measurement(self) -> CellMeasurementClient:
        """The same as `cell_measurement`."""
        return self.cell_measurement

    def health_check(self) -> Health:
        """Ask whether the service is up; needs no right key.

        Examples
        --------
        >>> client.health_check()["status"]
        'ok'
        """
        from ionworks_openapi.api.health import health_check

        return self.call(health_check)

    def whoami(self) -> User:
        """Return the user and the organization that the key stands for.

        Raises
        ------
        AuthenticationFailed
            If the service does not know the key.

        Examples
        --------
        >>> client.whoami().email
        'user@sandbox.example'
        """
        from ionworks_openapi.api.users import whoami

        return self.call(whoami)

    def capabilities(self) -> Capabilities:
        """Ask what the service can do, and how its data are described.

        Examples
        --------
        >>> sorted(client.capabilities().keys())
        ['authentication', 'domain_context', 'openapi_spec', 'schemas']
        """
        from ionworks_openapi.api.discovery import get_capabilities

        return self.call(get_capabilities)

    def schema(self, name: str) -> DiscoverySchema:
        """Get the description of one kind of data, by a name that `capabilities` tells.

        Raises
        ------
        NotFound
            If the service knows none of this name.

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
        project_id: str | None = None,
    ) -> CellMeasurement:
        """Get a measurement by the exact names of its specification, its cell and itself.

        Parameters
        ----------
        cell_specification, cell_instance, measurement : str
            The names.
        project_id : str, optional
            The project of the specification; by default the client's, or any.

        Raises
        ------
        NotFound
            If there is none; says which of the names is not there.
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
