"""The service that data come from, without credentials."""

from __future__ import annotations

from ionworks.settings import Settings, origin_of


def origin_text(settings: Settings) -> str:
    """Return the origin of the service as text: scheme, host and port."""
    scheme, host, port = origin_of(settings.api_url)
    shown = f"[{host}]" if host and ":" in host else host
    return f"{scheme}://{shown}:{port}" if port else f"{scheme}://{shown}"
