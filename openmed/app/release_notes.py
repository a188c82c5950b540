"""`openmed release notes`: what one tag changed for whoever uses a model, on what evidence."""

from typing import NamedTuple

from openmed.context import Context
from openmed.domain.pages.notes.notes_of_entry import NotesMaker
from openmed.domain.pages.notes.release_notes import ReleaseNotes
from openmed.domain.records.run_record import RunRecord
from openmed.errors import UsageError


class TaggedNotes(NamedTuple):
    """The notes of one tag, and what is known of the run that made it.

    Attributes:
        notes: they.
        record: record of that run; None where none names the tag.
    """

    notes: ReleaseNotes
    record: RunRecord | None


def release_notes(world: Context, tag: str) -> TaggedNotes:
    """Make the notes of one ledger entry.

    Raises:
        UsageError: there is no such entry.
        IntegrityError: pointer and ledger disagree.
    """
    state = world.releases.shown_state()
    entry = next((one for one in state.entries if one.tag == tag), None)
    if entry is None:
        msg = f"no ledger entry {tag[:80]!r}"
        raise UsageError(msg, next_step="openmed release history")
    evidence = world.releases.evidence
    maker = NotesMaker(state, evidence=evidence, verify=world.verifiers.recorded(evidence))
    return TaggedNotes(maker.of(entry), _record(world, tag, entry.time))


def _record(world: Context, tag: str, time: str) -> RunRecord | None:
    """The record that names the tag, of its month or of the one after it."""
    for month in world.run_records.months():
        if month < time[:7]:
            continue
        for record in world.run_records.read(month):
            if record.tag == tag:
                return record
    return None
