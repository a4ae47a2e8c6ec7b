"""Projects: the top-level containers of all other records."""

from ionworks_openapi.resources.projects import ProjectClient

__all__ = ["ProjectClient"]
