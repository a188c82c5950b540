"""What a gate is: one named pure rule over evidence, with five possible outcomes."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Protocol, runtime_checkable

from pydantic import Field

from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.policy import GateId, GatePolicy
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.near_names import did_you_mean
from openmed.domain.slot import SlotKey
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError, PolicyError

CONDEMNED_BEHAVIOUR = "condemned_behaviour"
"""A result no policy asks for and none leaves out: it behaves like a condemned artifact."""


class Outcome(StrEnum):
    """What one gate says."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INCONCLUSIVE = "INCONCLUSIVE"
    """Measured, but the evidence cannot decide; the message says how much would."""
    ERROR = "ERROR"
    """Could not be measured."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """The policy says so, with its reason, or no declared label is one the gate judges; never
    because evidence is missing."""


class Against(Frozen):
    """What a candidate is compared with; generation 0 = the slot never had a release.

    Attributes:
        generation: of the slot, when comparison started.
        artifact: what was live; at generation 0 what was adopted, None where nothing was.
    """

    generation: Annotated[int, Field(ge=0)]
    artifact: Digest | None


class ParentEvidence(Frozen):
    """The live release of the slot a candidate was reduced from.

    Attributes:
        slot: the parent's slot, as the row declares it.
        generation: of that slot, when comparison started.
        artifact: what is live there.
        grade: what the policy it passed entitled it to.
        condemned: entry that condemned its bytes; empty when none did.
    """

    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest
    grade: Grade
    condemned: str = ""


class MeasuredElsewhere(Frozen):
    """A signed measurement that stands in for a count: its suite's text is not here.

    Attributes:
        verifier: name of the key that signed it.
        statement: evidence file with the statement.
    """

    verifier: str
    statement: Digest


class Evidence(Frozen):
    """Everything a gate may look at.

    Attributes:
        candidate: the row.
        staged: what was staged for it; None when staging failed.
        pins: the suites the policy names, as pinned now.
        reports: one per suite that could be measured.
        against: what it is compared with.
        baselines: the reports of that, on the same suites by the same code.
        parent: what is live in the slot the row names as `parent`; None = nothing is.
        parents: the reports of that, on the same suites by the same code.
        profile: text of the staged runner profile; None when there is none to read.
        listed: what the catalogue says of the repository.
        timed_on: the suite the policy names for speed and determinism, as pinned now.
        performance: how fast and large it is; None when it could not be measured.
        faults: steps that failed.
        alike: which condemned artifact it behaves like; empty when there is none.
        before: the row of what it is compared with, as the ledger has it; None = nothing is.
        served_in: another slot that serves its repository; empty when there is none.
        moved: suites with other documents than the live release was measured on, each with why
            it is not measured on those, too; empty = it is.
        measured: suites whose report was not counted again here, each with what stands in.
    """

    candidate: Candidate
    staged: StagedCandidate | None
    pins: tuple[SuitePin, ...]
    reports: tuple[BenchmarkReport, ...]
    against: Against
    baselines: tuple[BenchmarkReport, ...]
    parent: ParentEvidence | None
    parents: tuple[BenchmarkReport, ...]
    profile: str | None
    listed: Listed
    timed_on: SuitePin
    performance: PerformanceReport | None
    faults: tuple[StepFault, ...]
    alike: str = ""
    before: Candidate | None = None
    served_in: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    measured: tuple[tuple[str, MeasuredElsewhere], ...] = ()


class Measure(Frozen):
    """One number a gate looked at.

    Attributes:
        suite: suite it was measured on.
        name: label, language or quantity.
        observed: measured value; None = no data.
        limit: what the policy wants.
        support: gold spans or documents behind it.
        families: template families behind it.
        bound: what the evidence proves with 95 % confidence, one-sided; None = nothing.
        upper: the other end, where a gate needs both; None elsewhere.
        lost: gold spans that what it is compared with covers and the candidate does not.
        gained: the other way round.
        outcome: what this number alone says.
    """

    suite: str
    name: str
    observed: float | None
    limit: float
    support: Annotated[int, Field(ge=0)]
    families: Annotated[int, Field(ge=0)]
    bound: float | None
    outcome: Outcome
    upper: float | None = None
    lost: Annotated[int, Field(ge=0)] | None = None
    gained: Annotated[int, Field(ge=0)] | None = None


class GateResult(Frozen):
    """What one gate said, and the numbers it said it from.

    Attributes:
        id: gate.
        outcome: its outcome.
        blocking: whether it decides.
        message: what, got, wanted.
        measures: every number it looked at.
    """

    id: GateId
    outcome: Outcome
    blocking: bool
    message: str
    measures: tuple[Measure, ...] = ()


class Finding(Frozen):
    """What a rule found, before the policy's `blocking` is put on it."""

    outcome: Outcome
    message: str
    measures: tuple[Measure, ...] = ()


class Gate(Protocol):
    """One rule. Pure; a failure is a value, not an error; missing evidence is never a pass."""

    @property
    def id(self) -> str:
        """Module name, policy key, docs heading, test module and cases folder."""

    @property
    def table(self) -> type[Frozen]:
        """What the gate's table holds, for the JSON Schema of policies."""

    def check(self, settings: str) -> None:
        """Read the gate's table.

        Raises:
            EvidenceError: the table is not the one this gate knows.
        """

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """Apply the rule to complete evidence."""


@runtime_checkable
class LabelGate(Protocol):
    """A rule about some labels only: who declares none of them has nothing it could judge."""

    def about(self, settings: str) -> Collection[str]:
        """The labels, by the gate's table."""


def is_idle(rule: object, settings: str, *, declared: Collection[str]) -> bool:
    """Whether a gate is about labels only, and none of the declared ones is among them.

    Args:
        rule: the gate; None = it is not known.
        settings: its table.
        declared: labels that somebody declares.
    """
    return isinstance(rule, LabelGate) and frozenset(declared).isdisjoint(rule.about(settings))


def worst(outcomes: tuple[Outcome, ...]) -> Outcome:
    """The outcome of several parts together: the most severe one; no parts is an ERROR."""
    severity = (Outcome.FAILED, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASSED)
    return next((outcome for outcome in severity if outcome in outcomes), Outcome.ERROR)


def check_tables(name: str, tables: tuple[GatePolicy, ...], gates: tuple[Gate, ...]) -> None:
    """Refuse tables that this engine does not know.

    Args:
        name: of the policy they stand in.
        tables: tables of gates.
        gates: every gate there is.

    Raises:
        PolicyError: names the policy, the gate and the key.
    """
    known = {gate.id: gate for gate in gates}
    for table in tables:
        gate = known.get(table.id)
        if gate is None:
            near = did_you_mean(table.id, known) or f"known: {', '.join(sorted(known))}"
            msg = f"policy {name}: unknown gate {table.id}; {near}"
            raise PolicyError(msg)
        if table.not_applicable is not None:
            continue
        try:
            gate.check(table.settings)
        except EvidenceError as error:
            msg = f"policy {name}: gates.{table.id}: {error.message}"
            raise PolicyError(msg) from None
