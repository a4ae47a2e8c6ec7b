"""`ionworks sandbox`: the local server."""

from __future__ import annotations

import click


@click.command("sandbox", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def run(options: tuple[str, ...]) -> int:
    """Run a local server that needs no account."""
    from ionworks.sandbox.__main__ import main

    try:
        return main(options, program="ionworks sandbox")
    except SystemExit as error:  # of argparse: after --help, or for a wrong option
        return error.code if isinstance(error.code, int) else 1
