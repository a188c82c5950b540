"""`openmed release sign-head`: the nightly word on how far the ledger is."""

from pathlib import Path

import click

from openmed.app.head import sign_head as run_sign_head
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.wire import plain


@click.command(cls=Command)
@shared_options
@handle_errors
def sign_head(*, root: Path, as_json: bool) -> None:
    """Sign how far the ledger is, for who downloads.

    Each release and rollback does so by itself, where the key is. A statement expires (96 hours,
    or `hours` in gates/head.toml), and `openmed fetch` refuses what nobody has vouched for since:
    run this every night.

    Example: openmed release sign-head
    """
    head = run_sign_head(open_context(root, quiet=True))
    if as_json:
        emit_json("release sign-head", plain(head))
        return
    print_text(f"Signed: {head.size} entries up to {head.tag}. Good until {head.expires}.")
