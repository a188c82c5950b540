"""`openmed release reconcile`: two heads of the ledger become one."""

from pathlib import Path

import click

from openmed.app.maintenance import reconcile as run_reconcile
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.domain.pages.phrases import sentence
from openmed.domain.records.run_note import RunNote
from openmed.domain.release.reconcile import ReconcilePlan
from openmed.errors import UsageError

_REASON = "two heads of the ledger became one"


@click.command(cls=Command)
@click.argument("head", default="")
@shared_options
@click.option("--abandon", is_flag=True, help="Drop the releases of HEAD, never its revocations.")
@click.option("--reason", default="", help="Why, for the ledger; --abandon needs it.")
@handle_errors
def reconcile(*, head: str, root: Path, as_json: bool, abandon: bool, reason: str) -> None:
    """Make one ledger of two heads of it.

    The entries of HEAD, or of every other head, are replayed on ours. What they quarantined or
    revoked is condemned here too. A slot that both moved stays as it is here and is named.

    Example: openmed release reconcile
    Example: openmed release reconcile 3fd7847c22c57752 --abandon --reason "an experiment"
    """
    if abandon and not (head and reason):
        msg = "--abandon needs HEAD and --reason"
        raise UsageError(msg, next_step="openmed release status")
    context = open_context(root, quiet=True)
    done = run_reconcile(context, head, is_abandoning=abandon, reason=reason or _REASON)
    leave_note(RunNote(tag=done[-1].entry.tag if done else "", is_idle=not done))
    if as_json:
        rows: list[Json] = [
            {"tag": plan.entry.tag, "left": list(plan.left), "changes": len(plan.entry.changes)}
            for plan in done
        ]
        emit_json("release reconcile", rows)
        return
    print_text(
        "\n".join(line for plan in done for line in _lines(plan)) or "The ledger has one head."
    )


def _lines(plan: ReconcilePlan) -> list[str]:
    lines = [f"ledger entry {plan.entry.tag}"]
    lines += [f"  {sentence(change)}" for change in plan.entry.changes]
    return [*lines, *(f"  not taken over: {slot}, moved here too" for slot in plan.left)]
