"""`openmed release explain`: why a slot's last verdict is what it is."""

from pathlib import Path

import click

from openmed.app.explain import explain_slot, explanation_text
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.context import open_context, program_name
from openmed.domain.wire import plain


@click.command()
@click.argument("slot")
@click.argument("gate", default="")
@shared_options
@handle_errors
def explain(*, slot: str, gate: str, root: Path, as_json: bool) -> None:
    r"""Say why the last verdict on SLOT is what it is: each gate, or GATE alone.

    Rule, numbers, interval, sample size, where each limit comes from, and the leaked spans by
    document, offsets and label; ends with the command that measures the same again.

    \b
    Example: openmed release explain pii::tiny::onnx critical_leakage
    """
    explanation = explain_slot(open_context(root, quiet=True), slot=slot, gate=gate)
    if as_json:
        emit_json("release explain", plain(explanation))
        return
    print_text(explanation_text(explanation, program=program_name()))
