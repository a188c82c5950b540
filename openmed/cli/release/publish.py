"""`openmed release publish`: serve again what the pointer says and a registry lost."""

from pathlib import Path

import click

from openmed.app.maintenance import publish as run_publish
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.domain.records.run_note import RunNote
from openmed.domain.release.served import way_to_serve
from openmed.domain.slot import parse_slot
from openmed.exit_codes import ExitCode
from openmed.steps.publish import Published


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@handle_errors
def publish(*, slot: str, root: Path, as_json: bool) -> None:
    """Publish again what is live and no longer served.

    The bytes come from what is staged here, from the registry, or from the source in the ledger;
    they count only at the digest that was released. Exit code 7: they are nowhere to be had.

    Example: openmed release publish
    Example: openmed release publish pii::tiny::onnx
    """
    done = run_publish(open_context(root, quiet=True), slot=parse_slot(slot).key if slot else "")
    if as_json:
        emit_json("release publish", published_table(done))
    else:
        whole = f"{counted(len(done.whole), 'live release')} served as released"
        print_text("\n".join([*published_lines(done), whole, *published_advice(done)]))
    code = published_code(done)
    leave_note(RunNote(is_idle=code == ExitCode.DONE and not done.again))
    exit_with(code)


def published_code(done: Published) -> int:
    """What `openmed` exits with: bytes that are lost are a fault."""
    is_lost = any(row.is_lost for row in done.unserved)
    return ExitCode.INTEGRITY if is_lost else ExitCode.DONE


def published_lines(done: Published) -> list[str]:
    """What was published again and what is not served, a line each."""
    return [
        *(f"{row.release.slot} generation {row.generation} is served again" for row in done.again),
        *(f"{row.slot} {row.sentence}" for row in done.unserved),
    ]


def published_advice(done: Published) -> list[str]:
    """What helps, if bytes are lost."""
    lost = [row.slot for row in done.unserved if row.is_lost]
    return [f"next: {way_to_serve(lost[0])}"] if lost else []


def published_table(done: Published) -> Json:
    """The same for programs."""
    return {
        "whole": [row.release.slot for row in done.whole],
        "again": [row.release.slot for row in done.again],
        "unserved": [
            {
                "slot": row.slot,
                "generation": row.generation,
                "artifact": row.artifact,
                "lost": row.is_lost,
                "reason": row.reason,
            }
            for row in done.unserved
        ],
    }
