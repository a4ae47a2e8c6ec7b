"""Handlers of health_check and whoami."""

from __future__ import annotations

from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler


def health_check(_backend: Backend, _call: Call) -> Answer:
    """Say that the sandbox is up."""
    return Answer({"status": "ok", "service": "ionworks sandbox"})


def whoami(backend: Backend, _call: Call) -> Answer:
    """Return the one user and the one organization of the sandbox."""
    account = backend.account
    organization = {"id": account.organization_id, "name": account.organization_name}
    return Answer(
        {
            "id": account.user_id,
            "email": account.email,
            "authorized_organization": organization,
            "organizations": [organization],
        }
    )


HANDLERS: Mapping[str, Handler] = {"health_check": health_check, "whoami": whoami}
