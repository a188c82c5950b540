"""Which condemned artifact a candidate behaves like, by the evidence the ledger cites.

A copy of condemned bytes with one byte more is another artifact. What condemns is what it
redacts: so an artifact that predicts the same on every suite that measured both is refused too,
where a revocation or a gate over predictions was the cause (ADR 0037).
"""

from collections.abc import Callable
from typing import NamedTuple

from openmed.domain.evaluation.likeness import (
    Likeness,
    MeasuredBehaviour,
    likeness,
    measured_behaviour,
)
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, ReportReference
from openmed.domain.ledger.changes import Judgement, Quarantined, Revoked
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fleet_facts import QuarantineFact
from openmed.domain.wire import parse

NOT_OVER_PREDICTIONS = frozenset(
    {"calibration", "latency", "manifest_coherence", "memory", "reproducibility"}
)
"""Gates that fail for other reasons than what a model finds; those of plug-ins are not known to."""


class _Row(NamedTuple):
    """A condemnation, the entry it stands in, and sets of its artifact's own reports."""

    row: QuarantineFact
    place: int
    judged: tuple[tuple[ReportReference, ...], ...]


class Resemblance(NamedTuple):
    """A condemned artifact that a candidate behaves like.

    Attributes:
        row: why that one is condemned.
        likeness: where they are the same.
    """

    row: QuarantineFact
    likeness: Likeness

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        fact = self.row.fact
        word = "revoked" if isinstance(fact, Revoked) else "quarantined"
        causes = ", ".join(cause for cause, _ in self.row.causes)
        suites = ", ".join(self.likeness.suites)
        what = f"artifact {fact.artifact[:16]}, {word} since {self.row.tag} ({causes})"
        if self.likeness.is_by_counts:
            return (
                f"all that is counted on {suites} is as of {what}; "
                "what that one predicted was not recorded"
            )
        return f"predicts on {suites} the same as {what}"


def is_over_predictions(row: QuarantineFact) -> bool:
    """Whether the cause of a condemnation lies in what the artifact predicts."""
    match row.fact:
        case Revoked():
            return True
        case Quarantined():
            return bool(set(row.fact.gates) - NOT_OVER_PREDICTIONS - {CONDEMNED_BEHAVIOUR})


class CondemnedBehaviours:
    """What the condemned artifacts of the fleet did on suites; each report is read once."""

    def __init__(self, evidence: Callable[[str], bytes]) -> None:
        """Nothing is read yet.

        Args:
            evidence: gives an evidence file's bytes, checked against its name.
        """
        self._evidence = evidence
        self._known: dict[str, MeasuredBehaviour] = {}
        self._rows: tuple[str, tuple[_Row, ...]] = ("", ())

    def like(
        self,
        state: FleetState,
        reports: Callable[[], tuple[BenchmarkReport, ...]],
        *,
        slot: str,
        artifact: str,
    ) -> Resemblance | None:
        """The first condemned artifact that a candidate behaves like; None when there is none.

        What is live in its slot is not looked at, nor what was condemned before a waiver lifted
        the candidate's own quarantine.

        Args:
            state: the ledger.
            reports: gives the candidate's own; asked only where something is condemned.
            slot: slot it wants.
            artifact: the candidate.

        Raises:
            IntegrityError: evidence the ledger cites is missing or damaged.
        """
        live = state.live_in(slot)
        rows = self._rows_of(state)
        if not rows or (live is not None and live.release.artifact == artifact):
            return None
        own = reports()
        mine, is_counted = tuple(map(measured_behaviour, own)), False
        suites = frozenset(one.suite for one in mine)
        known = _lifted_until(state, artifact)
        for row, place, judged in rows:
            if row.fact.artifact == artifact or place <= known:
                continue
            for references in judged:
                theirs = tuple(
                    self._read(one.report) for one in references if one.suite_digest in suites
                )
                if not is_counted and not all(one.behaviour for one in theirs):
                    mine = tuple(measured_behaviour(report, is_counted=True) for report in own)
                    is_counted = True
                found = likeness(mine, theirs)
                if found is not None:
                    return Resemblance(row, found)
        return None

    def _rows_of(self, state: FleetState) -> tuple[_Row, ...]:
        """Condemnations that are about predictions, made once for a ledger."""
        head = state.entries[-1].digest if state.entries else ""
        if head != self._rows[0] or not head:
            places = _places(state)
            judged = _judged(state)
            rows = tuple(
                _Row(row, places[row.tag], _of(row, judged))
                for row in state.quarantines
                if is_over_predictions(row)
            )
            self._rows = (head, rows)
        return self._rows[1]

    def _read(self, digest: str) -> MeasuredBehaviour:
        if digest not in self._known:
            report = parse(BenchmarkReport, self._evidence(digest), what="recorded report")
            self._known[digest] = measured_behaviour(report)
        return self._known[digest]


def own_reports(references: tuple[ReportReference, ...]) -> tuple[ReportReference, ...]:
    """The suites' reports of the judged artifact itself."""
    return tuple(
        one
        for one in references
        if one.suite != PERFORMANCE and not one.suite.startswith(OF_OTHERS)
    )


def _lifted_until(state: FleetState, artifact: str) -> int:
    """The last entry a person knew of who lifted an artifact's own quarantine; 0 = nobody did."""
    places = _places(state)
    return max(
        (places[lift.tag] for lift in state.lifts if lift.fact.artifact == artifact), default=0
    )


def _places(state: FleetState) -> dict[str, int]:
    return {entry.tag: entry.sequence for entry in state.entries}


Judged = dict[str, list[tuple[ReportReference, ...]]]


def _judged(state: FleetState) -> Judged:
    """The own reports of every judgement, by artifact."""
    found: Judged = {}
    for entry in state.entries:
        for change in entry.changes:
            if isinstance(change, Judgement):
                found.setdefault(change.artifact, []).append(own_reports(change.reports))
    return found


def _of(row: QuarantineFact, judged: Judged) -> tuple[tuple[ReportReference, ...], ...]:
    """Sets of reports of a condemned artifact: of each time it was judged, and as it was left."""
    left = (row.fact.reports,) if isinstance(row.fact, Revoked) else ()
    return tuple(dict.fromkeys((*judged.get(row.fact.artifact, ()), *left)))
