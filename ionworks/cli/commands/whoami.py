"""`ionworks whoami`: the user and the organization of the key."""

from __future__ import annotations

from ionworks.cli.invocation import Invocation, command, pass_invocation
from ionworks.cli.output import emit, fields, say


@command("whoami")
@pass_invocation
def run(invocation: Invocation) -> None:
    """Show the user of the key, and where the key was found."""
    client = invocation.client()
    user, settings = client.whoami(), client.settings
    if invocation.as_json:
        emit(user.to_dict())
        return
    organization = user.authorized_organization
    say(
        fields(
            [
                ("user", user.email),
                ("organization", organization.name if organization else None),
                ("address", settings.api_url),
                ("key", settings.key_source),
                ("project", settings.project_id),
            ]
        )
    )
