"""What is live, what needs a person and what to run next, as lines; slot by slot."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, TypeVar

from openmed.app.status import MOST_TREES, CandidateStages, SlotStages
from openmed.cli.render.layout import MOST_CAUSES, counted, folded, named, table
from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.verdict import PERFORMANCE, Decision, Verdict
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.headline import declared_rows
from openmed.domain.pages.phrases import headline
from openmed.domain.release.product import ErrorProduct, Made, VerdictProduct
from openmed.domain.release.served import Unserved
from openmed.domain.text.number_format import share_down, short_digest, size

Value = TypeVar("Value", bound=Frozen)


class Mark(StrEnum):
    """How a stage stands: the sign shown."""

    DONE = "✓"
    HELD = "◆"
    FAILED = "✗"
    MISSING = "·"


def status_text(  # noqa: PLR0913 - every part of the page is named
    state: FleetState,
    slots: tuple[SlotStages, ...],
    unserved: tuple[Unserved, ...] = (),
    *,
    slot: str,
    program: str,
    width: int,
    notes: tuple[str, ...] = (),
) -> str:
    """Lines for a person.

    Args:
        state: the fleet.
        slots: stages of the slots meant; none of an earlier state.
        unserved: live releases whose bytes are not served from here.
        slot: the one slot meant; empty = all.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
        notes: lines about what nobody else has, and what could not be checked here.
    """
    lines = [*folded(headline(state), width=width), ""]
    lines += _slots(state, slots, slot, width=width)
    lines += fact_lines(state, slot, width=width)
    for row in unserved:
        lines += folded(f"{row.slot}: {row.sentence}", width=width)
    for line in notes:
        lines += folded(line, width=width)
    made = ((row.slot, row.candidate.judged) for row in slots if row.candidate)
    rejected = (name for name, one in made if one and _judged(one)[0] is not Mark.DONE)
    waits = not state.marks or any(row.candidate and not row.is_done for row in slots)
    todo = StatusAdvice(unserved, rejected=next(rejected, ""), is_waiting=waits, slot=slot)
    lines += end_lines(state, todo, program=program, width=width)
    return "\n".join(lines) + "\n"


def _slots(state: FleetState, slots: tuple[SlotStages, ...], key: str, *, width: int) -> list[str]:
    if slots and len(slots) <= MOST_TREES:
        return [line for row in slots for line in _tree(row, width=width)]
    live = [row for row in state.live if key in ("", row.release.slot)]
    return [*table(HEADINGS, map(live_row, live), width=width), ""] if live else []


def _tree(row: SlotStages, *, width: int) -> Iterator[str]:
    yield from folded(f"{row.slot}: {_serves(row)}", width=width)
    stages = list(_stages(row, row.candidate)) if row.candidate else []
    for mark, name, detail in stages:
        yield from folded(f"  {mark} {name:<9}  {detail}", width=width)
    yield ""


def _serves(row: SlotStages) -> str:
    live, frozen = row.live, ", frozen" if row.is_frozen else ""
    if live is None and row.adopted is not None:
        what = f"artifact {short_digest(row.adopted.release.artifact)}"
        return f"not released{frozen}; adopted {what} at {row.adopted.time} ({row.adopted.tag})"
    if live is None:
        return f"nothing is live{frozen}"
    preview = " (preview)" if live.release.policy.grade is Grade.PREVIEW else ""
    word = "rolled back" if live.kind == "rollback" else "live"
    if row.is_condemned:
        word = f"CONDEMNED by today's policy, {word}"
    return (
        f"{word}{preview}{frozen}, {live.release.candidate.repo_id} generation "
        f"{live.generation} since {live.time} ({live.tag})"
    )


def _stages(row: SlotStages, found: CandidateStages) -> Iterator[tuple[Mark, str, str]]:
    live = row.live
    yield (_mark(found.staged), "stage", _staged(found.staged))
    if _mark(found.staged) is Mark.DONE:
        yield _measured(found)
    else:
        yield (Mark.MISSING, "benchmark", "not measured")
    yield _judged(found.judged)
    value = found.staged.value if found.staged else None
    artifact = None if value is None or isinstance(value, ErrorProduct) else value.artifact
    if live is not None and live.release.artifact == artifact:
        yield (Mark.DONE, "flip", f"live as generation {live.generation} ({live.tag})")
    elif row.adopted is not None and found.row.adopted:
        yield (Mark.DONE, "flip", f"adopted, not released ({row.adopted.tag})")
    else:
        yield (Mark.MISSING, "flip", "this candidate is not live")


def _staged(made: Made[StagedCandidate] | None) -> str:
    if made is None:
        return "not staged"
    if isinstance(made.value, ErrorProduct):
        return made.value.fault.message
    return f"{short_digest(made.value.artifact)}, {size(made.value.size)}"


def _measured(found: CandidateStages) -> tuple[Mark, str, str]:
    if found.policy_fault:
        return Mark.FAILED, "benchmark", found.policy_fault
    told = [(_mark(made), f"{name} {_recall(found, made)}") for name, made in found.suites]
    timed = found.timed
    told.append((_mark(timed), f"{PERFORMANCE} {_why(timed) or 'measured'}"))
    marks = {mark for mark, _ in told}
    worst = next((mark for mark in (Mark.FAILED, Mark.MISSING) if mark in marks), Mark.DONE)
    return worst, "benchmark", "; ".join(text for _, text in told)


def _recall(found: CandidateStages, made: Made[BenchmarkReport] | None) -> str:
    if made is None or isinstance(made.value, ErrorProduct):
        return _why(made)
    rows = [one.counts for one in declared_rows(found.row.labels, made.value)]
    covered, support = sum(one.covered for one in rows), sum(one.support for one in rows)
    return f"recall {share_down(covered, support)}"


def _judged(made: Made[VerdictProduct] | None) -> tuple[Mark, str, str]:
    if made is None:
        return Mark.MISSING, "compare", "not judged"
    if isinstance(made.value, ErrorProduct):
        return Mark.FAILED, "compare", made.value.fault.message
    verdict = made.value.verdict
    return _MARKS[verdict.decision], "compare", _verdict(verdict)


_MARKS = {
    Decision.RELEASABLE: Mark.DONE,
    Decision.QUARANTINED: Mark.HELD,
    Decision.NOT_EVALUATED: Mark.FAILED,
    Decision.ADOPTED: Mark.DONE,
}


def _verdict(verdict: Verdict) -> str:
    decision = verdict.decision.value.replace("_", " ")
    gates = tuple(gate.id for gate in verdict.deciding)
    required = sum(1 for row in verdict.results if row.blocking)
    if not gates and verdict.decision is Decision.RELEASABLE:
        return f"{decision} at {verdict.time_verified}: all {required} required gates passed"
    why = f"{len(gates)} of {required} required gates did not pass: {named(gates)}"
    return f"{decision} at {verdict.time_verified}" + (f": {why}" if gates else "")


def fact_lines(state: FleetState, key: str, *, width: int) -> list[str]:
    """What the ledger says besides what is live: of one slot, or of all."""
    quarantines = [row for row in state.quarantines if key in ("", row.fact.slot)]
    lines = []
    for row in quarantines[-MOST_CAUSES:]:
        causes = tuple(cause for cause, _ in row.causes)
        text = (
            f"quarantined: candidate {short_digest(row.fact.artifact)} of {row.fact.slot} by "
            f"{named(causes)} ({row.tag})"
        )
        said = dict(row.causes).get(CONDEMNED_BEHAVIOUR, "")
        lines += folded(f"{text}: {said}" if said else text, width=width)
    more = len(quarantines) - MOST_CAUSES
    if more > 0:
        lines += folded(f"and {counted(more, 'older quarantine')}: gates/quarantine/", width=width)
    for condemned in state.condemned:
        fact = condemned.fact
        if key in ("", fact.slot):
            text = (
                f"condemned: {fact.slot} serves generation {fact.generation}, which fails policy "
                f"{fact.policy.name}: {named(fact.gates)} ({condemned.tag})"
            )
            lines += folded(text, width=width)
    for lift in state.lifts:
        if key in ("", lift.fact.slot):
            text = (
                f"lifted: {short_digest(lift.fact.artifact)} may be judged again until "
                f"{lift.fact.expires}: {lift.fact.reason} ({lift.tag})"
            )
            lines += folded(text, width=width)
    return lines


class StatusAdvice(NamedTuple):
    """What may need a person.

    Attributes:
        unserved: live releases whose bytes are not served from here.
        rejected: the first slot whose candidate was rejected; empty = none was.
        is_waiting: whether a candidate has no release yet.
        slot: the one slot meant; empty = all.
    """

    unserved: tuple[Unserved, ...]
    rejected: str
    is_waiting: bool
    slot: str = ""


def end_lines(state: FleetState, todo: StatusAdvice, *, program: str, width: int) -> list[str]:
    """The last lines of a page: which state it shows, and what to run next."""
    last = state.last
    lines = folded(f"ledger entry {last.tag}", width=width) if last else []
    return [*lines, *folded(f"next: {program} {_next(todo)}", width=width)]


def _next(todo: StatusAdvice) -> str:
    """The command that helps most: serve, look at what was rejected, finish, or look."""
    if any(row.is_lost for row in todo.unserved):
        return "publish"
    if todo.rejected:
        return f"release explain {todo.rejected}"
    if todo.is_waiting:
        return "release run"
    return f"release history {todo.slot}" if todo.slot else "release plan"


def _mark(made: Made[Value] | None) -> Mark:
    if made is None:
        return Mark.MISSING
    return Mark.FAILED if isinstance(made.value, ErrorProduct) else Mark.DONE


def _why(made: Made[Value] | None) -> str:
    if made is None:
        return "not measured"
    return f"failed: {made.value.fault.message}" if isinstance(made.value, ErrorProduct) else ""


HEADINGS = ("SLOT", "LIVE", "GENERATION", "SINCE", "TAG", "ARTIFACT")


def live_row(live: LiveRelease) -> tuple[str, ...]:
    """What one slot serves, as a row under `HEADINGS`."""
    release = live.release
    is_preview = release.policy.grade is Grade.PREVIEW
    return (
        release.slot,
        f"{release.candidate.repo_id}{' (preview)' if is_preview else ''}",
        str(live.generation),
        live.time,
        live.tag,
        short_digest(release.artifact),
    )
