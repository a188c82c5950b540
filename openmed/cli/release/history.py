"""`openmed release list`, `history`, `show`: what is live, and what was."""

from collections.abc import Iterator
from pathlib import Path

import click

from openmed.app.history import MeasuredRevision, read_revisions, read_status, state_at
from openmed.cli.output import (
    columns,
    emit_json,
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
from openmed.domain.pages.phrases import sentence
from openmed.domain.slot import parse_slot
from openmed.domain.text.number_format import points, share_down, short_digest
from openmed.domain.wire import plain, pretty
from openmed.errors import UsageError


@click.command("list", cls=Command)
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@handle_errors
def list_command(*, root: Path, as_json: bool, tag: str) -> None:
    """List every slot and what it serves.

    Example: openmed release list --at 2026.11.24-1
    """
    state = _at(read_status(open_context(root, quiet=True)), tag)
    rows = [_Slot(state, slot) for slot, _ in state.counts]
    if as_json:
        emit_json("release list", [row.plain for row in rows])
        return
    headings = ("SLOT", "STATE", "GENERATION", "TAG", "SERVES", "ARTIFACT")
    if not rows:
        print_text(f"No release yet.\nnext: {program_name()} release run")
        return
    print_text("\n".join(table(headings, (row.cells for row in rows), width=columns())))


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@handle_errors
def history(*, slot: str, root: Path, as_json: bool) -> None:
    """List past changes, newest first.

    Example: openmed release history pii::tiny::onnx
    """
    context = open_context(root, quiet=True)
    if slot:
        _tell_revisions(read_revisions(context, slot), as_json=as_json)
        return
    found = [
        (entry, change)
        for entry in reversed(read_status(context).entries)
        for change in entry.changes
    ]
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


class _Slot:
    """One slot of the list."""

    def __init__(self, state: FleetState, slot: str) -> None:
        self._slot = slot
        self._live = state.live_in(slot)
        self._generation = state.generation_of(slot)
        self._is_frozen = state.freeze_of(slot) is not None

    @property
    def state(self) -> str:
        """In words: withdrawn, live or rolled back, perhaps frozen."""
        words = {"release": "live", "rollback": "rolled back"}
        word = words[self._live.kind] if self._live else "withdrawn"
        return f"{word}, frozen" if self._is_frozen else word

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
        }


def _tell_revisions(rows: tuple[MeasuredRevision, ...], *, as_json: bool) -> None:
    if as_json:
        emit_json("release history", [_revision_plain(row) for row in rows])
        return
    headings = ("REV", "TAG", "DATE", "STATE", "RECALL", "DELTA", "DIGEST", "REASON")
    print_text("\n".join(table(headings, map(_revision_cells, rows), width=columns())))


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
