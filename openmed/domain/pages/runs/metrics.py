"""The state as numbers for programs that watch: OpenMetrics text, a file and no server.

Everything is what the ledger and the run records say; ages are times, so that the bytes do not
depend on when they are read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from openmed.domain.gates.gate import Outcome
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.fleet_row import FleetInputs, FleetRow
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.phrases import held_slots
from openmed.domain.pages.runs.run_view import STAGES
from openmed.domain.records.run_history import expected_runs, last_runs, rollbacks, undelivered
from openmed.domain.records.run_record import RunRecord
from openmed.printable import printable

PATH: Final = "metrics.txt"
MOST_ROLLBACKS: Final = 20
_QUIET: Final = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})
"""Of every gate that is required by what is live."""

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


class MetricFamily(NamedTuple):
    """One metric.

    Attributes:
        name: without the prefix.
        help: what it is.
        samples: labels and value.
        unit: last part of its name; may be empty.
        is_info: whether only its labels count.
    """

    name: str
    help: str
    samples: Iterable[Sample]
    unit: str = ""
    is_info: bool = False


def render_metrics(inputs: FleetInputs) -> RenderedFile:
    """The file."""
    families = (*_of_slots(inputs), *_of_runs(inputs.runs))
    lines = [line for family in families for line in _lines(family)]
    return RenderedFile(path=PATH, content="\n".join([*lines, "# EOF"]) + "\n")


def _of_slots(inputs: FleetInputs) -> Iterator[MetricFamily]:
    rows, state = inputs.rows, inputs.state
    yield MetricFamily("live_release", "What a slot serves.", map(_release, rows), is_info=True)
    generations = (({"slot": slot}, count) for slot, count in state.counts)
    yield MetricFamily("slot_generation", "Newest generation of a slot.", generations)
    since = (({"slot": row.slot}, _epoch(row.time)) for row in rows)
    yield MetricFamily(
        "live_since_timestamp_seconds", "Since when it is live.", since, unit="seconds"
    )
    yield MetricFamily(
        "evidence_timestamp_seconds",
        "When the evidence of what is live was signed into the ledger.",
        _evidence(state),
        unit="seconds",
    )
    held = held_slots(state)
    yield MetricFamily("slot_held", "1 = the newest candidate was rejected.", _flags(state, held))
    frozen = {row.slot for row in state.freezes}
    yield MetricFamily("slot_frozen", "1 = a person froze the slot.", _flags(state, frozen))
    ends = (({"slot": row.slot}, _epoch(row.until)) for row in state.freezes if row.until)
    yield MetricFamily(
        "freeze_end_timestamp_seconds", "When a freeze ends by itself.", ends, unit="seconds"
    )
    condemned = {row.fact.slot for row in state.condemned}
    name = "slot_condemned"
    yield MetricFamily(name, "1 = today's policy condemns what is live.", _flags(state, condemned))
    yield from _of_gates(rows)


def _of_gates(rows: tuple[FleetRow, ...]) -> Iterator[MetricFamily]:
    read = [(row.slot, json.loads(row.gates)) for row in rows]

    def values(place: int) -> Iterator[Sample]:
        for slot, gates in read:
            for gate in gates:
                if gate[place] is not None:
                    yield (
                        {"slot": slot, "gate": gate[0], "suite": gate[2], "on": gate[3]},
                        gate[place],
                    )

    outcomes = (
        ({"slot": slot, "gate": gate[0], "outcome": gate[1]}, 1)
        for slot, gates in read
        for gate in gates
        if gate[1] not in _QUIET
    )
    help_ = "1 = an advisory gate did not pass when it was released."
    yield MetricFamily("gate_outcome", help_, outcomes)
    yield MetricFamily("gate_observed", "The number of a gate nearest to its limit.", values(4))
    yield MetricFamily("gate_limit", "What the policy asks of that number.", values(5))


def _of_runs(runs: tuple[RunRecord, ...]) -> Iterator[MetricFamily]:
    last = last_runs(runs)
    ended = (({"command": run.command}, _epoch(run.ended)) for run in last)
    yield MetricFamily("last_run_timestamp_seconds", "When it last ended.", ended, unit="seconds")
    codes = (({"command": run.command}, run.exit_code) for run in last)
    yield MetricFamily("last_run_exit_code", "Exit code of the last run.", codes)
    expected = (
        ({"command": run.command}, _epoch(run.next_by))
        for run in expected_runs(runs)
        if run.next_by
    )
    help_ = "When the next run is expected by."
    yield MetricFamily("next_run_timestamp_seconds", help_, expected, unit="seconds")
    yield MetricFamily(
        "rollback_seconds",
        "Seconds from the reason of a rollback until each stage.",
        _stages(rollbacks(runs)[:MOST_ROLLBACKS]),
        unit="seconds",
    )
    waiting: list[Sample] = [({}, undelivered(runs))] if runs else []
    yield MetricFamily(
        "undelivered_notices", "Messages not delivered at the end of a run.", waiting
    )


def _stages(runs: Iterable[RunRecord]) -> Iterator[Sample]:
    # The newest of those that ended in one second with one entry.
    found: dict[tuple[str, str, str, str], float] = {}
    for run in runs:
        for stage in STAGES:
            seconds: float | None = getattr(run.times, stage)
            if seconds is not None:
                found.setdefault((run.command, run.tag, run.ended, stage), seconds)
    names = ("command", "tag", "ended", "stage")
    yield from ((dict(zip(names, key, strict=True)), seconds) for key, seconds in found.items())


def _release(row: FleetRow) -> Sample:
    named = {"artifact": row.artifact, "tag": row.tag, "repo_id": row.repo_id}
    return {"slot": row.slot, **named, "grade": row.grade_word, "kind": row.kind}, 1


def _evidence(state: FleetState) -> Iterator[Sample]:
    """A rollback serves what was judged when it was released first."""
    signed: dict[str, str] = {}
    for row in state.history:
        signed.setdefault(row.release.verdict, row.time)
    for live in state.live:
        yield {"slot": live.release.slot}, _epoch(signed[live.release.verdict])


def _flags(state: FleetState, slots: set[str]) -> Iterator[Sample]:
    yield from (({"slot": slot}, int(slot in slots)) for slot, _ in state.counts)


def _lines(family: MetricFamily) -> Iterator[str]:
    name = f"openmed_{family.name}"
    samples = [
        f"{name}{'_info' if family.is_info else ''}{_sample(*one)}" for one in family.samples
    ]
    if not samples:
        return
    yield f"# TYPE {name} {'info' if family.is_info else 'gauge'}"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.help}"
    yield from samples


def _sample(labels: Labels, value: float) -> str:
    named = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
    return f"{{{named}}} {value!r}" if named else f" {value!r}"


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _epoch(time: str | None) -> int:
    return int(datetime.fromisoformat(time or "1970-01-01T00:00:00Z").timestamp())
