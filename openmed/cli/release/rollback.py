"""`openmed release rollback`, `freeze`, `thaw`: undo is as easy as do."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from openmed.app import holds
from openmed.app.rollback import run_rollback
from openmed.cli.output import (
    columns,
    emit_json,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.rollback_summary import rollback_summary
from openmed.cli.runs.run_boundary import exit_with_report
from openmed.context import open_context, program_name
from openmed.domain.ledger.changes import LONGEST_REASON
from openmed.domain.ledger.entry import TAG_PATTERN
from openmed.domain.release.rollback_options import Request, Where
from openmed.domain.wire import plain
from openmed.errors import UsageError


@click.command(cls=Command)
@click.argument("family", default="")
@shared_options
@click.option("--tier", default="", help="Only slots of this tier.")
@click.option("--format", "format_", default="", help="Only slots of this format.")
@click.option("--line", default="", help="Only slots of this line; `none` for those without one.")
@click.option("--all-slots", is_flag=True, help="Several slots may match.")
@click.option("--to", "tag", default=None, help="Go to what was live after this ledger entry.")
@click.option("--generation", type=click.IntRange(min=1), help="Go to this generation.")
@click.option("--no-revoke", is_flag=True, help="Condemn nothing; freeze the slot instead.")
@click.option("--partial", is_flag=True, help="Move what can be moved if a slot is refused.")
@click.option("--withdraw", is_flag=True, help="Empty the slot; with --to, what is younger.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--reason", default="", help="Why; one line, shown on pages.")
@handle_errors
def rollback(  # noqa: PLR0913 - one argument per option
    *,
    family: str,
    root: Path,
    as_json: bool,
    tier: str,
    format_: str,
    line: str,
    all_slots: bool,
    tag: str | None,
    generation: int | None,
    no_revoke: bool,
    partial: bool,
    withdraw: bool,
    dry_run: bool,
    reason: str,
) -> None:
    """Restore the previous good release of FAMILY.

    Nothing is measured. Exit code 4: there is nothing to go back to, and nothing moved; then
    --withdraw empties the slot, so that what leaks is served no longer.

    Example: openmed release rollback pii --reason "leaks names in Dutch"
    Example: openmed release rollback pii --withdraw --reason "the first release leaks"
    Example: openmed release rollback --to 2026.11.24-1 --all-slots
    """
    checked = _checked_tag(tag)
    if not family and not checked:
        msg = "rollback needs a family or --to TAG"
        raise UsageError(msg, next_step="openmed release list")
    if generation is not None and checked:
        msg = "--generation and --to cannot be combined"
        raise UsageError(msg)
    if generation is not None and withdraw:
        msg = "--generation and --withdraw cannot be combined"
        raise UsageError(msg)
    request = Request(
        where=Where(
            family=_part(family),
            tier=_part(tier),
            format=_part(format_),
            line=_part(line),
            all_slots=all_slots,
        ),
        tag=checked or None,
        generation=generation,
        is_revoking=not no_revoke,
        is_partial=partial,
        is_withdrawing=withdraw,
        reason=checked_reason(reason or "asked for by hand"),
    )
    context = open_context(root, quiet=as_json)
    report = run_rollback(context, request, is_dry_run=dry_run)
    if as_json:
        emit_json("release rollback", plain(report))
    else:
        print_text(rollback_summary(report, program=program_name(), width=columns()))
    exit_with_report(report)


@click.command(cls=Command)
@click.argument("slot")
@shared_options
@click.option("--reason", required=True, help="Why; one line, shown on pages.")
@click.option("--until", default="", help="End of the freeze: a day, or a time in UTC.")
@handle_errors
def freeze(*, slot: str, root: Path, as_json: bool, reason: str, until: str) -> None:
    """Block releases of SLOT; rollbacks still work.

    With --until the slot is free again at that time; a day ends at its midnight, UTC. Given again,
    it moves the end.

    Example: openmed release freeze pii::tiny::onnx --reason "an audit"
    Example: openmed release freeze pii::tiny::onnx --reason "an audit" --until 2030-12-04
    """
    why = checked_reason(reason)
    context = open_context(root, quiet=True)
    done = holds.freeze(context, slot=slot, reason=why, until=_end_of(until))
    _tell_hold(slot, done, as_json=as_json, is_thaw=False)


@click.command(cls=Command)
@click.argument("slot")
@shared_options
@click.option("--reason", default="", help="Why; one line, shown on pages.")
@handle_errors
def thaw(*, slot: str, root: Path, as_json: bool, reason: str) -> None:
    """Allow releases of SLOT again.

    Example: openmed release thaw pii::tiny::onnx
    """
    why = checked_reason(reason or "asked for by hand")
    done = holds.thaw(open_context(root, quiet=True), slot=slot, reason=why)
    _tell_hold(slot, done, as_json=as_json, is_thaw=True)


def _tell_hold(slot: str, done: holds.HoldResult, *, as_json: bool, is_thaw: bool) -> None:
    tag, notice = done
    if as_json:
        command = "release thaw" if is_thaw else "release freeze"
        emit_json(command, {"slot": slot, "tag": tag, "frozen": not is_thaw, "notice": notice})
        return
    word = "thawed" if is_thaw else "frozen"
    print_text(f"{slot} is {word}; ledger entry {tag}" if tag else f"{slot} was {word} already")
    if notice:
        print_text(f"clock: {notice}")


def _checked_tag(tag: str | None) -> str:
    if tag is None:
        return ""
    # `$` would let a final newline pass.
    if not re.fullmatch(TAG_PATTERN.strip("^$"), tag):
        msg = f"{tag[:80]!r} is not a tag; a tag is YYYY.MM.DD-N"
        raise UsageError(msg, next_step="openmed release history")
    return tag


def _end_of(said: str) -> str | None:
    """The end of a freeze in UTC; None where none is said.

    Raises:
        UsageError: it is neither a day nor a time in UTC.
    """
    if not said:
        return None
    shape = "%Y-%m-%d" if len(said) == len("2030-12-04") else "%Y-%m-%dT%H:%M:%SZ"
    try:
        at = datetime.strptime(said, shape).replace(tzinfo=UTC)
        if shape == "%Y-%m-%d":
            at += timedelta(days=1)
    except (ValueError, OverflowError):
        msg = f"{said[:80]!r} is no end; wanted 2030-12-04 or 2030-12-04T18:00:00Z"
        raise UsageError(msg) from None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def checked_reason(reason: str) -> str:
    """A reason as the ledger takes it.

    Raises:
        UsageError: too long, or not one printable line.
    """
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        msg = f"the reason must be one printable line of at most {LONGEST_REASON} characters"
        raise UsageError(msg)
    return reason


def _part(text: str) -> str:
    return text.strip().lower().replace("_", "-")
