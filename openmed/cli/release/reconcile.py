"""`openmed release reconcile`: two heads of the ledger become one."""

from pathlib import Path

import click

from openmed.app.maintenance import reconcile as run_reconcile
from openmed.app.sync import shared
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.domain.digest import Json
from openmed.domain.pages.phrases import sentence
from openmed.domain.release.reconcile import ReconcilePlan
from openmed.errors import UsageError

_REASON = "two heads of the ledger became one"


@click.command()
@click.argument("head", default="")
@shared_options
@click.option("--abandon", is_flag=True, help="Drop the releases of HEAD, never its revocations.")
@click.option("--reason", default="", help="Why, for the ledger; --abandon wants one.")
@handle_errors
def reconcile(*, head: str, root: Path, as_json: bool, abandon: bool, reason: str) -> None:
    r"""Replay the entries of another head of the ledger on ours; every head without HEAD.

    What it quarantined or revoked is condemned here too. A slot that both moved stays as it is
    here and is named.

    \b
    Example: openmed release reconcile
    Example: openmed release reconcile 3fd7847c22c57752 --abandon --reason "an experiment"
    """
    if abandon and not (head and reason):
        msg = "--abandon wants HEAD and --reason"
        raise UsageError(msg, next_step="openmed release status")
    done = shared(
        root,
        lambda: run_reconcile(root, head, is_abandoning=abandon, reason=reason or _REASON),
        is_repairing=True,
        is_repeatable=False,
    )
    if as_json:
        rows: list[Json] = [
            {"tag": plan.entry.tag, "left": list(plan.left), "changes": len(plan.entry.changes)}
            for plan in done
        ]
        emit_json("release reconcile", rows)
        return
    print_text("\n".join(line for plan in done for line in _lines(plan)) or "there is one head")


def _lines(plan: ReconcilePlan) -> list[str]:
    lines = [f"ledger entry {plan.entry.tag}"]
    lines += [f"  {sentence(change)}" for change in plan.entry.changes]
    return [*lines, *(f"  not taken over: {slot}, moved here too" for slot in plan.left)]
