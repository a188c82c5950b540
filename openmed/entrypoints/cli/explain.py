"""`openmed release explain`: why a slot's last verdict is what it is."""

from pathlib import Path

import click

from openmed.bootstrap import program_name
from openmed.domain.wire import plain
from openmed.entrypoints.cli.output import answer, answers, say, shared_options
from openmed.entrypoints.explain import explain_slot, explanation_text


@click.command()
@click.argument("slot")
@click.argument("gate", default="")
@shared_options
@answers
def explain(*, slot: str, gate: str, root: Path, as_json: bool) -> None:
    r"""Say why the last verdict on SLOT is what it is: each gate, or GATE alone.

    Rule, numbers, interval, sample size, where each limit comes from, and the leaked spans by
    document, offsets and label; ends with the command that measures the same again.

    \b
    Example: openmed release explain pii::tiny::onnx critical_leakage
    """
    explanation = explain_slot(root, slot=slot, gate=gate)
    if as_json:
        answer("release explain", plain(explanation))
        return
    say(explanation_text(explanation, program=program_name()))
