"""What happened, as one stream for programs: changes of the ledger and runs, by month.

One JSON object a line, oldest first; a line that was written stays what it was. A change is named
by its entry and its place there; in full it stands in `gates/ledger/`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Digest, Frozen, Timestamp, is_absent
from openmed.domain.ledger.entry import Entry, Tag
from openmed.domain.pages.fleet_row import FleetInputs
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.phrases import sentence
from openmed.domain.records.run_record import Count, RunRecord
from openmed.domain.wire import dump
from openmed.printable import printable, printable_json

SCHEMA: Final = "openmed.stream-event/1"
FOLDER: Final = "status/events"


class LedgerEvent(Frozen):
    """One change that the ledger records.

    Attributes:
        tag: its entry.
        entry: digest of that entry.
        index: its place in the entry, from 0.
        event: kind of change, as in the ledger.
        slot: whose; empty = the fleet.
        generation: of the slot, where the change makes or judges one.
        artifact: tree digest, where it is about one.
        said: the change in one sentence.
    """

    tag: Tag
    entry: Digest
    index: Count
    event: str
    slot: str
    generation: Count | None = Field(default=None, exclude_if=is_absent)
    artifact: Digest | None = Field(default=None, exclude_if=is_absent)
    said: str


class StreamEvent(Frozen):
    """One line of the stream: a change or a run, never both.

    Attributes:
        at: when it happened; of a run, when it ended.
        change: what changed.
        run: what ran.
    """

    schema_: Literal["openmed.stream-event/1"] = Field(default=SCHEMA, alias="schema")
    at: Timestamp
    change: LedgerEvent | None = Field(default=None, exclude_if=is_absent)
    run: RunRecord | None = Field(default=None, exclude_if=is_absent)


def render_events(inputs: FleetInputs) -> Iterator[RenderedFile]:
    """One file for each month in which something happened."""
    months: dict[str, list[StreamEvent]] = defaultdict(list)
    for event in sorted(_events(inputs), key=lambda one: one.at):  # Stable: the ledger first.
        months[event.at[:7]].append(event)
    for month in sorted(months):
        lines = (printable_json(dump(one).decode()) for one in months[month])
        content = "\n".join(lines) + "\n"
        yield RenderedFile(path=f"{FOLDER}/{month}.jsonl", content=content)


def _events(inputs: FleetInputs) -> Iterator[StreamEvent]:
    yield from _changes(inputs.state.entries)
    yield from (StreamEvent(at=run.ended, run=run) for run in inputs.runs)


def _changes(entries: Sequence[Entry]) -> Iterator[StreamEvent]:
    for entry in entries:
        for index, change in enumerate(entry.changes):
            facts: dict[str, Json] = {
                name: value
                for name in ("generation", "artifact")
                if (value := getattr(change, name, None)) is not None
            }
            event = LedgerEvent.model_validate(
                {
                    "tag": entry.tag,
                    "entry": entry.digest,
                    "index": index,
                    "event": change.event,
                    "slot": getattr(change, "slot", ""),
                    "said": printable(sentence(change)),
                    **facts,
                }
            )
            yield StreamEvent(at=entry.time, change=event)
