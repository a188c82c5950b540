"""`openmed release explain`: why a slot's last verdict is what it is."""

from pathlib import Path

import click

from openmed.app.explain import explain_slot
from openmed.cli.output import columns, emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.explanation_text import explanation_text
from openmed.cli.render.help_format import Command
from openmed.context import open_context, program_name
from openmed.domain.wire import plain


@click.command(cls=Command)
@click.argument("slot")
@click.argument("gate", default="")
@shared_options
@click.option("--all", "shows_all", is_flag=True, help="Gates that passed too, and every row.")
@handle_errors
def explain(*, slot: str, gate: str, root: Path, as_json: bool, shows_all: bool) -> None:
    """Show why SLOT's last verdict is what it is.

    Rule, numbers, interval, sample size, where each limit comes from, and the leaked spans by
    document, offsets and label; ends with the command that measures the same again.

    Example: openmed release explain pii::tiny::onnx critical_leakage
    """
    explanation = explain_slot(open_context(root, quiet=True), slot=slot, gate=gate)
    if as_json:
        emit_json("release explain", plain(explanation))
        return
    text = explanation_text(
        explanation, program=program_name(), width=columns(), shows_all=shows_all
    )
    print_text(text)
