"""Which slots still stand after something moved: a run asks the steps of the others only.

A slot stands while no file of it moved, its row and what the catalogue says of it are the same,
no entry of the ledger since may touch it, and its time is not over. In any doubt none stands.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from openmed.context import Context
from openmed.context.path_owners import PathOwners
from openmed.context.watch import Seen, Watch, is_unfinished, new_paths
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.ledger.entry import entry_time
from openmed.domain.release.results.kept_slot import KeptSlot, KeptSlots, entries_since, touched
from openmed.domain.wire import digest_value
from openmed.errors import OpenMedError
from openmed.pipeline.standing.answers import PLANS, QUESTION, SLOTS

_QUEUE: Final = "gates/candidates.toml"
_CATALOGUE: Final = "models.jsonl"


def standing_slots(context: Context, seen: Seen, watch: Watch | None) -> Mapping[str, KeptSlot]:
    """Slots of the queue that stand; none in any doubt, also where something cannot be read.

    Args:
        context: the release repository.
        seen: what was kept, and what moved since.
        watch: what goes on from there; None = nothing is to be kept.
    """
    try:
        kept = KeptSlots.model_validate_json(seen.standing.answers.get(SLOTS, b""))
        return _standing_slots(context, kept, seen, watch)
    except (OpenMedError, OSError, ValidationError):
        return {}  # Whoever asks every step says what is wrong.


def standing_lines(context: Context) -> tuple[Mapping[str, KeptSlot], Mapping[str, bytes]]:
    """Slots that stand, and what a plan says of each, as JSON; for who only looks."""
    seen = context.standing.look(QUESTION, now=context.now)
    kept = standing_slots(context, seen, None) if seen else {}
    if seen is None or not kept:
        return {}, {}
    rows = KeptSlots.model_validate_json(seen.standing.answers[SLOTS]).slots
    lines = seen.standing.answers[PLANS].split(b"\n")
    return kept, {row.slot: line for row, line in zip(rows, lines, strict=True)}


def _standing_slots(
    context: Context, kept: KeptSlots, seen: Seen, watch: Watch | None
) -> Mapping[str, KeptSlot]:
    if seen.witness.contents is None:  # Read before anything else is.
        return {}
    queue = {row.slot: row for row in context.inputs.queue()}
    owners = PathOwners(
        kept.slots,
        queue.values(),
        root=context.root,
        artifacts=context.artifacts,
        witness=context.memory.folder,
        extends=context.inputs.policy_files(),
    )
    owned = owners.of(seen.moved)
    if owned is None:
        return {}
    place = context.memory.folder
    new = new_paths(seen, root=context.root, artifacts=context.artifacts, witness=place)
    if watch is not None:
        watch.go_on(seen, new)
    more = owners.of(new)
    state = context.releases.state()
    entries = entries_since(state, kept.head)
    touch = None if entries is None else touched(state, entries)
    if more is None or entries is None or touch is None:
        return {}
    if is_unfinished((*seen.moved, *new)):
        return {}  # A run that asks everything removes it.
    # Files of ledger and evidence only came, and only those that entries since name.
    named = {name for entry in entries for name in (entry.digest, *entry.evidence)}
    if owners.recorded(seen.moved) or not owners.recorded(new) <= named:
        return {}
    now = entry_time(state.entries, now=context.now)
    rows = frozenset(_changed_rows(context, queue, kept, owners, frozenset(seen.moved)))
    return {
        one.slot: one
        for one in kept.slots
        if one.slot in queue
        and one.slot not in owned | more | rows
        and not touch.holds(one)
        and now < one.until
    }


def _changed_rows(
    context: Context,
    queue: Mapping[str, Candidate],
    kept: KeptSlots,
    owners: PathOwners,
    moved: frozenset[str],
) -> Iterator[str]:
    """Slots whose row, or what the catalogue says of them, is another one."""
    if owners.is_in(_QUEUE, moved):
        known = (one for one in kept.slots if one.slot in queue)
        yield from (one.slot for one in known if queue[one.slot].row != one.row)
    if owners.is_in(_CATALOGUE, moved):
        listed = context.inputs.listed
        rows = ((one, listed(one.repo_id)) for one in kept.slots)
        yield from (one.slot for one, row in rows if digest_value(row) != one.listed)
