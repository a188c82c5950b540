"""`openmed release power`: what a suite can decide, before anything is measured."""

from pathlib import Path

import click

from openmed.app.power import read_power
from openmed.cli.output import columns, emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.render.power_text import power_text
from openmed.context import open_context
from openmed.domain.gates.decidable_thresholds import DISCORDANCE
from openmed.domain.wire import plain


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--suite", default="golden", show_default=True, help="A suite of gates/suites.toml.")
@click.option(
    "--policy",
    default="",
    help="A file of gates/policy, without .toml; default: the one of SLOT, else `default`.",
)
@click.option(
    "--discordance",
    type=click.FloatRange(0, 1),
    default=DISCORDANCE,
    show_default=True,
    help="Share of spans that change sides between two releases.",
)
@handle_errors
def power(  # noqa: PLR0913 - one argument per option
    *, slot: str, root: Path, as_json: bool, suite: str, policy: str, discordance: float
) -> None:
    """Show which thresholds a suite is large enough to decide.

    With SLOT: what its candidate declares, by its policy. Without: every label there is.

    Example: openmed release power --suite golden
    Example: openmed release power pii::tiny::onnx --json
    """
    context = open_context(root, quiet=True)
    found = read_power(context, slot=slot, suite=suite, policy=policy, discordance=discordance)
    if as_json:
        emit_json("release power", plain(found))
    else:
        print_text(power_text(found, width=columns()))
