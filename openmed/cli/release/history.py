"""`openmed release list`, `history`, `show`, `notes`: what is live, and what was."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from openmed.app.history import MeasuredRevision, read_revisions, read_runs, read_status, state_at
from openmed.app.release_notes import release_notes
from openmed.app.status import unserved
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_document,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import aligned, table
from openmed.context import open_context, program_name
from openmed.domain.digest import Json
from openmed.domain.ledger.changes import Change
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.notes.notes_text import notes_markdown
from openmed.domain.pages.phrases import sentence
from openmed.domain.pages.runs.run_view import run_row
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.served import Unserved
from openmed.domain.slot import parse_slot
from openmed.domain.text.number_format import points, share_down, short_digest
from openmed.domain.wire import plain, pretty
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode


@click.command("list", cls=Command)
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@handle_errors
def list_command(*, root: Path, as_json: bool, tag: str) -> None:
    """List every slot and what it serves.

    Example: openmed release list --at 2026.11.24-1
    """
    context = open_context(root, quiet=True)
    state = _at(read_status(context), tag)
    lost = {row.slot: row for row in (() if tag else unserved(context, state))}
    clock = state.last.time if tag and state.last else context.now
    rows = [_Slot(state, slot, lost.get(slot), clock=clock) for slot, _ in state.counts]
    is_lost = any(row.is_lost for row in lost.values())
    code = ExitCode.INTEGRITY if is_lost else ExitCode.DONE
    if as_json:
        emit_json("release list", [row.plain for row in rows])
        exit_with(code)
    headings = ("SLOT", "STATE", "GENERATION", "TAG", "SERVES", "ARTIFACT")
    if not rows:
        print_text(f"No release yet.\nnext: {program_name()} release run")
        return
    lines = table(headings, (row.cells for row in rows), width=columns())
    if is_lost:
        lines.append(f"next: {program_name()} publish")
    print_text("\n".join(lines))
    exit_with(code)


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--limit", type=click.IntRange(min=1), help="Only so many, the newest.")
@click.option("--runs", is_flag=True, help="Runs instead, also those that changed nothing.")
@handle_errors
def history(*, slot: str, root: Path, as_json: bool, limit: int | None, runs: bool) -> None:
    """List past changes, newest first.

    With --runs, what ran and how it ended, as far as gates/runs/ has it.

    Example: openmed release history pii::tiny::onnx
    Example: openmed release history --limit 20
    Example: openmed release history --runs
    """
    if runs and slot:
        msg = "--runs and SLOT cannot be combined; a run is of the fleet"
        raise UsageError(msg, next_step="openmed release history")
    context = open_context(root, quiet=True)
    if runs:
        _tell_runs(tuple(islice(read_runs(context), limit)), as_json=as_json)
        return
    if slot:
        _tell_revisions(read_revisions(context, slot)[:limit], as_json=as_json)
        return
    state = read_status(context)
    changes = ((entry, change) for entry in state.newest_entries() for change in entry.changes)
    found = list(islice(changes, limit))
    if as_json:
        rows = [{"tag": e.tag, "time": e.time, "change": plain(c)} for e, c in found]
        emit_json("release history", rows)
        return
    lines = aligned((_happened(entry, change) for entry, change in found), width=columns())
    print_text("\n".join(lines) or f"No release yet.\nnext: {program_name()} release run")


@click.command(cls=Command)
@click.argument("what")
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@handle_errors
def show(*, what: str, root: Path, as_json: bool, tag: str) -> None:
    """Show one ledger entry, or what a slot serves, in full.

    Example: openmed release show 2026.11.24-1
    Example: openmed release show pii::tiny::onnx --at 2026.11.24-1
    """
    state = _at(read_status(open_context(root, quiet=True)), tag)
    found = _named(state, what)
    if as_json:
        emit_json("release show", plain(found))
        return
    print_document(pretty(found).decode())


@click.command(cls=Command)
@click.argument("tag")
@shared_options
@handle_errors
def notes(*, tag: str, root: Path, as_json: bool) -> None:
    """Write the release notes of TAG.

    Spans lost and gained, gates, waivers, files, who and why: Markdown, or one JSON document.

    Example: openmed release notes 2026.11.25-1
    """
    found = release_notes(open_context(root, quiet=True), tag)
    if as_json:
        emit_json("release notes", plain(found.notes))
        return
    trigger = found.record.trigger if found.record else ""
    print_document(notes_markdown(found.notes, trigger=trigger))


class _Slot:
    """One slot of the list."""

    def __init__(
        self, state: FleetState, slot: str, unserved: Unserved | None, *, clock: str
    ) -> None:
        self._slot = slot
        self._clock = clock
        self._unserved = unserved
        self._is_condemned = state.condemned_in(slot) is not None
        self._live = state.live_in(slot)
        self._generation = state.generation_of(slot)
        self._freeze = state.freeze_of(slot)
        self._is_frozen = state.freeze_in_force(slot, clock=clock) is not None

    @property
    def state(self) -> str:
        """In words: withdrawn, live or rolled back; frozen, condemned, not served."""
        words = {"release": "live", "rollback": "rolled back"}
        parts = [words[self._live.kind] if self._live else "withdrawn"]
        if self._freeze is not None and (self._is_frozen or self._freeze.until):
            until = f" {self._freeze.said(clock=self._clock)}" if self._freeze.until else ""
            parts.append(f"{'frozen' if self._is_frozen else 'freeze'}{until}")
        if self._is_condemned:
            parts.append("CONDEMNED")
        if self._unserved is not None:
            parts.append("NOT SERVED" if self._unserved.is_lost else "not served from here")
        return ", ".join(parts)

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row for a person."""
        live = self._live
        return (
            self._slot,
            self.state,
            str(self._generation),
            live.tag if live else "-",
            live.release.candidate.repo_id if live else "-",
            short_digest(live.release.artifact) if live else "-",
        )

    @property
    def plain(self) -> dict[str, str | int | bool | None]:
        """As JSON."""
        live = self._live
        return {
            "slot": self._slot,
            "state": self.state,
            "generation": self._generation,
            "tag": live.tag if live else None,
            "repo_id": live.release.candidate.repo_id if live else None,
            "artifact": live.release.artifact if live else None,
            "frozen": self._is_frozen,
            "condemned": self._is_condemned,
            "lost": self._unserved is not None and self._unserved.is_lost,
        }


def _tell_revisions(rows: tuple[MeasuredRevision, ...], *, as_json: bool) -> None:
    if as_json:
        emit_json("release history", [_revision_plain(row) for row in rows])
        return
    headings = ("REV", "TAG", "DATE", "STATE", "RECALL", "DELTA", "DIGEST", "REASON")
    print_text("\n".join(table(headings, map(_revision_cells, rows), width=columns())))


def _tell_runs(rows: tuple[RunRecord, ...], *, as_json: bool) -> None:
    if as_json:
        emit_json("release history", [plain(row) for row in rows])
        return
    headings = ("ENDED", "COMMAND", "BY", "EXIT", "TAG", "DETAIL")
    lines = table(headings, map(_run_cells, rows), width=columns()) if rows else []
    print_text("\n".join(lines) or f"No run yet.\nnext: {program_name()} release run")


def _run_cells(run: RunRecord) -> tuple[str, ...]:
    row = run_row(run)
    detail = str(row["detail"]) or str(row["meaning"])
    return run.ended, run.command, run.trigger, str(run.exit_code), run.tag or "-", detail


def _revision_cells(row: MeasuredRevision) -> tuple[str, ...]:
    revision, headline = row.revision, row.headline
    recall = share_down(headline.covered, headline.support) if headline else "-"
    return (
        "-" if revision.generation is None else str(revision.generation),
        revision.tag,
        revision.time[:10],
        revision.state.value,
        recall,
        points(row.delta),
        short_digest(revision.artifact) or "-",
        revision.reason or "-",
    )


def _revision_plain(row: MeasuredRevision) -> Json:
    revision, headline = row.revision, row.headline
    return {
        "generation": revision.generation,
        "tag": revision.tag,
        "time": revision.time,
        "kind": revision.kind,
        "state": revision.state.value,
        "repo_id": revision.repo_id,
        "artifact": revision.artifact,
        "reason": revision.reason,
        "headline": None
        if headline is None
        else {
            "suite": headline.suite,
            "covered": headline.covered,
            "support": headline.support,
            "recall": headline.recall,
            "delta": row.delta,
        },
    }


def _happened(entry: Entry, change: Change) -> tuple[str, str, str]:
    return entry.tag, entry.time, sentence(change)


def _at(state: FleetState, tag: str) -> FleetState:
    return state_at(state, tag) if tag else state


def _named(state: FleetState, what: str) -> Entry | LiveRelease:
    entry = next((entry for entry in state.entries if entry.tag == what), None)
    if entry is not None:
        return entry
    if "::" not in what:
        raise _unknown(what)
    slot = parse_slot(what).key
    live = state.live_in(slot)
    if live is None:
        msg = f"Nothing is live in slot {slot}. Live: {', '.join(_live(state)) or 'none'}."
        raise UsageError(msg, next_step="openmed release list")
    return live


def _live(state: FleetState) -> Iterator[str]:
    return (row.release.slot for row in state.live)


def _unknown(tag: str) -> UsageError:
    msg = f"No ledger entry {tag[:80]!r}."
    return UsageError(msg, next_step="openmed release history")
