"""Step `compare`: judge a candidate by its policy. Always makes a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from openmed.domain.attestation.statement import payload_of
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import digest_of, sha256_hex
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.recheck import CountedHere, Recheck, hold_reason
from openmed.domain.evaluation.recount import require_same
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Gate, MeasuredElsewhere
from openmed.domain.gates.order.floor import floor_digest
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import (
    BASELINE,
    OF_OTHERS,
    PARENT,
    PERFORMANCE,
    Decision,
    Verdict,
    judge,
)
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours
from openmed.domain.ledger.cited.suite_editions import MovedSuite, moved_suites
from openmed.domain.ledger.entry import entry_time
from openmed.domain.release.flip_preconditions import is_fresh
from openmed.domain.release.product import (
    VERDICT,
    BaselineReport,
    CountedStep,
    ErrorProduct,
    Made,
    Recounted,
    Step,
    VerdictProduct,
    fault_in,
    fault_of,
    marker_text,
    materials_digest,
    reports_in,
    value_in,
    values_in,
)
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import plain
from openmed.errors import EvidenceError, IntegrityError, OpenMedError, PolicyError, RefusedError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleaseStore, Signer
from openmed.ports.storage import ArtifactStore, Products

_REPORTS = frozenset({"reports", "baselines", "parents"})
Value = TypeVar("Value", bound=Frozen)
Counted = TypeVar("Counted", BenchmarkReport, BaselineReport)


class _Gathered(NamedTuple):
    """Products as they were read, by suite."""

    pins: tuple[SuitePin, ...]
    lent: tuple[SuitePin, ...]
    """Suites the parent is compared on."""
    moved: tuple[MovedSuite, ...]
    staged: Made[StagedCandidate] | None
    performance: Made[PerformanceReport] | None
    reports: tuple[Made[BenchmarkReport] | None, ...]
    baselines: tuple[Made[BaselineReport] | None, ...]
    parents: tuple[Made[BaselineReport] | None, ...]
    measured: tuple[tuple[str, MeasuredElsewhere], ...] = ()
    """Suites whose report a signed measurement stands for."""


@dataclass(frozen=True)
class Compare(Step[VerdictProduct]):
    """Judges one candidate.

    Attributes:
        benchmarks: the steps that made its reports.
        references: the steps that made those of what it is compared with.
        recheck: what was run again on another machine; None = nothing must be: it was measured
            where it is judged.
    """

    candidate: Candidate
    staged_product: str
    inputs: Inputs
    products: Products
    store: ArtifactStore
    releases: ReleaseStore
    signer: Signer
    benchmarks: tuple[CountedStep[BenchmarkReport], ...]
    references: tuple[CountedStep[BaselineReport], ...]
    recheck: Recheck | None
    gates: tuple[Gate, ...]
    gates_code: str
    condemned: CondemnedBehaviours
    engine_version: str
    now: str

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    def name(self) -> str:
        """Name of the product."""
        return VERDICT

    @property
    def product_type(self) -> type[VerdictProduct]:
        """What the product is."""
        return VerdictProduct

    @property
    def task(self) -> str:
        """Task name."""
        return f"compare:{self.slot}"

    def inputs_digest(self) -> str:
        """The evidence, the policy, what is live, the rules and the key."""
        policy = self.inputs.policy(self.slot)
        gathered = self._gathered(policy)
        reports = (*gathered.reports, *gathered.baselines, *gathered.parents)
        return materials_digest(
            # Reports by the digests they were read with: they are the bulk of the evidence.
            reports=[made.digest for made in reports if made and made.is_whole],
            evidence=digest_of(plain(self._evidence(gathered, policy), but=_REPORTS)),
            policy=policy.digest,
            floor=floor_digest(policy, self.inputs.floor()),
            gates=self.gates_code,
            key=self.signer.keyid,
            recheck=plain(self.recheck) if self.recheck else None,
        )

    def run(self) -> VerdictProduct:
        """Run every gate; sign; set the marker before a failing verdict is written."""
        verdict = self.judged()
        envelope = None
        if verdict.decision is not Decision.NOT_EVALUATED:
            payload = payload_of(
                verdict, engine_version=self.engine_version, verifier=self.signer.name
            )
            envelope = self.signer.sign(payload).decode()
        if verdict.decision is Decision.QUARANTINED:
            self.products.mark(self.slot, marker_text(verdict))
        return VerdictProduct(verdict=verdict, envelope=envelope)

    def judged(self) -> Verdict:
        """What every gate says, unsigned: needs no key.

        Every report is counted again first; one that does not come out again is replaced by the
        error, so it is measured anew. Bytes that are condemned get no second verdict that would
        let them pass.
        """
        policy = self.inputs.policy(self.slot)
        gathered = self._counted_again(self._gathered(policy))
        verdict = self._verdict(policy, self._evidence(gathered, policy))
        refused = self._refusal(verdict)
        if refused:
            verdict = self._verdict(policy, self._evidence(gathered, policy, refused=refused))
        return verdict

    def evidence(self, policy: Policy) -> Evidence:
        """What was measured, counted again, as a policy would be applied to it."""
        return self._evidence(self._counted_again(self._gathered(policy)), policy)

    def _verdict(self, policy: Policy, evidence: Evidence) -> Verdict:
        return judge(
            evidence,
            policy=policy,
            gates=self.gates,
            floor=self.inputs.floor(),
            now=self._moment(),
        )

    def is_current(self, value: Frozen) -> bool:
        """Whether verdict and marker agree, and the verdict is fresh or already used."""
        if not isinstance(value, VerdictProduct):
            return False
        verdict = value.verdict
        is_failing = verdict.decision is Decision.QUARANTINED
        if self.products.is_marked(self.slot) != is_failing:
            return False
        if self._is_pardoned(verdict) or self._may_count_now(verdict):
            return False
        if value.envelope is None:
            return True
        if self._refusal(verdict):
            return False
        spent = sha256_hex(value.envelope.encode()) in self.releases.state().spent
        policy = self.inputs.policy(self.slot)
        return spent or is_fresh(verdict, policy=policy, now=self._moment())

    def after_write(self, value: Frozen) -> None:
        """Remove the marker only after a verdict that does not fail is written."""
        if isinstance(value, VerdictProduct) and value.verdict.decision is not Decision.QUARANTINED:
            self.products.unmark(self.slot)

    def _moment(self) -> str:
        """The time a flip would go by: never before what is recorded."""
        return entry_time(self.releases.state().entries, now=self.now)

    def _is_pardoned(self, verdict: Verdict) -> bool:
        """Whether it was condemned by a quarantine that was lifted since: it is judged again."""
        is_refused = any(fault.error == RefusedError.__name__ for fault in verdict.faults)
        if verdict.artifact is None or not (is_refused or verdict.failing):
            return False
        state = self.releases.state()
        is_lifted = any(lift.fact.artifact == verdict.artifact for lift in state.lifts)
        return is_lifted and not state.is_quarantined(verdict.artifact)

    def _may_count_now(self, verdict: Verdict) -> bool:
        """Whether a report could not be counted again: predictions and suites may be here now."""
        faults = [row for row in verdict.faults if row.error != RefusedError.__name__]
        if not faults:
            return False
        policy = self.inputs.policy(self.slot)
        known = self._evidence(self._gathered(policy), policy).faults
        return any(row not in known for row in faults)

    def _refusal(self, verdict: Verdict) -> tuple[StepFault, ...]:
        if verdict.decision is not Decision.RELEASABLE or verdict.artifact is None:
            return ()
        refusal = self.releases.state().refusal(verdict.artifact, slot=self.slot)
        return (fault_of(RefusedError(refusal), step=self.task),) if refusal else ()

    def _gathered(self, policy: Policy) -> _Gathered:
        """Read each product once: what is judged is what was counted again."""
        read, slot = self.products.read, self.slot
        suites = self._pins(policy.suites, policy)
        lent = suites if self.candidate.parent else ()
        staged = read(slot, self.staged_product, StagedCandidate)
        frozen = value_in(staged, StagedCandidate)
        artifact = frozen.artifact if frozen else None
        moved = moved_suites(self.releases.state(), slot, suites, artifact=artifact)
        pins = (*suites, *(one.previous for one in moved if one.previous))
        return _Gathered(
            pins=pins,
            lent=lent,
            moved=moved,
            staged=staged,
            performance=read(slot, PERFORMANCE, PerformanceReport),
            reports=tuple(read(slot, pin.name, BenchmarkReport) for pin in pins),
            baselines=tuple(self._reference(f"{BASELINE}{pin.name}") for pin in pins),
            parents=tuple(self._reference(f"{PARENT}{pin.name}") for pin in lent),
        )

    def _reference(self, name: str) -> Made[BaselineReport] | None:
        """The report of another release, with the recorded one at hand where it is named."""
        made = self.products.read(self.slot, name, BaselineReport)
        if made is None or isinstance(made.value, ErrorProduct):
            return made
        try:
            return made._replace(value=made.value.opened(self.releases.evidence))
        except OpenMedError as error:
            return Made(made.materials, self._not_counted(error, name))

    def _counted_again(self, gathered: _Gathered) -> _Gathered:
        benchmarks = {step.name: step for step in self.benchmarks}
        references = {step.name: step for step in self.references}
        pins, lent = gathered.pins, gathered.lent
        measured: dict[str, MeasuredElsewhere] = {}
        counted = gathered._replace(
            reports=tuple(
                self._recount(one, pin.name, benchmarks, measured)
                for pin, one in zip(pins, gathered.reports, strict=True)
            ),
            baselines=tuple(
                self._recount(one, f"{BASELINE}{pin.name}", references, measured)
                for pin, one in zip(pins, gathered.baselines, strict=True)
            ),
            parents=tuple(
                self._recount(one, f"{PARENT}{pin.name}", references, measured)
                for pin, one in zip(lent, gathered.parents, strict=True)
            ),
        )
        return counted._replace(measured=tuple(sorted(measured.items())))

    def _recount(
        self,
        made: Made[Counted] | None,
        name: str,
        steps: Mapping[str, CountedStep[Counted]],
        measured: dict[str, MeasuredElsewhere],
    ) -> Made[Counted] | None:
        """The product, or the error that it does not come out again."""
        if made is None or isinstance(made.value, ErrorProduct):
            return made
        step = steps.get(name)
        try:
            if step is None:
                raise EvidenceError(f"report {name}: the policy changed during this run")
            again = step.count_again(made.value)
        except (OpenMedError, OSError) as error:
            return Made(made.materials, self._not_counted(error, name))
        try:
            require_same(_report(made.value), _report(again.value), name=name)
        except IntegrityError as error:
            failed = self._not_counted(error, name)
            self.products.write(self.slot, name, made.materials, failed)
            return Made(made.materials, failed)
        reason = self._hold(again, name)
        if reason:
            held = EvidenceError(reason, next_step="openmed release recheck, on another machine")
            return Made(made.materials, self._not_counted(held, name))
        if again.measured is not None:
            measured[name] = again.measured
        return made

    def _hold(self, again: Recounted[Counted], name: str) -> str:
        """Why a report may not be judged yet, where it must be re-checked; empty when it may."""
        if self.recheck is None or again.predictions is None:
            return ""
        counted = CountedHere(self.slot, name, again.predictions, again.documents)
        return hold_reason(self.recheck, counted, limits=self.inputs.policy(self.slot).recheck)

    def _not_counted(self, error: Exception, name: str) -> ErrorProduct:
        group = name.partition("-")[0] if name.startswith(OF_OTHERS) else "benchmark"
        return ErrorProduct(fault=fault_of(error, step=f"{group}:{self.slot}:{name}"), attempts=1)

    def _evidence(
        self, gathered: _Gathered, policy: Policy, *, refused: tuple[StepFault, ...] = ()
    ) -> Evidence:
        slot = self.slot
        pins, lent, moved, staged, performance, reports, baselines, parents, measured = gathered
        frozen, own = value_in(staged, StagedCandidate), values_in(reports, BenchmarkReport)
        state = self.releases.state()
        artifact = frozen.artifact if frozen else None
        before = state.compared(slot, artifact=artifact)
        return Evidence(
            candidate=self.candidate,
            staged=frozen,
            pins=pins,
            reports=own,
            measured=measured,
            against=state.against(slot, artifact=artifact),
            baselines=reports_in(baselines),
            parent=state.parent_of(self.candidate),
            parents=reports_in(parents),
            profile=self.store.profile_text(frozen.artifact) if frozen else None,
            listed=self.inputs.listed(self.candidate.repo_id),
            timed_on=self._pins((policy.performance_suite,), policy)[0],
            performance=value_in(performance, PerformanceReport),
            faults=(
                *fault_in(staged, step=f"stage:{slot}"),
                *_faults(reports, pins, step=f"benchmark:{slot}:"),
                *fault_in(performance, step=f"benchmark:{slot}:{PERFORMANCE}"),
                *_faults(baselines, pins, step=f"baseline:{slot}:{BASELINE}"),
                *_faults(parents, lent, step=f"parent:{slot}:{PARENT}"),
                *(_unpinned(one, step=self.task) for one in moved if one.fault),
                *refused,
            ),
            moved=tuple(
                (one.pin.name, "" if one.previous else one.pin.previous_missing)
                for one in moved
                if not one.fault
            ),
            alike=self._alike(frozen, own),
            before=before.release.candidate if before else None,
            served_in=state.other_slot_of(self.candidate.repo_id, slot=slot),
        )

    def _alike(self, staged: StagedCandidate | None, reports: tuple[BenchmarkReport, ...]) -> str:
        """Which condemned artifact these bytes behave like; empty when there is none."""
        if staged is None:
            return ""
        state, artifact = self.releases.state(), staged.artifact
        found = self.condemned.like(state, lambda: reports, slot=self.slot, artifact=artifact)
        return found.sentence if found else ""

    def _pins(self, names: tuple[str, ...], policy: Policy) -> tuple[SuitePin, ...]:
        pins = {pin.name: pin for pin in self.inputs.pins()}
        missing = [name for name in names if name not in pins]
        if missing:
            msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
            raise PolicyError(msg)
        return tuple(pins[name] for name in names)


def _unpinned(moved: MovedSuite, *, step: str) -> StepFault:
    return fault_of(EvidenceError(moved.fault, next_step=moved.next_step), step=step)


def _report(value: BenchmarkReport | BaselineReport) -> BenchmarkReport | None:
    return value.report if isinstance(value, BaselineReport) else value


def _faults(
    made: "Sequence[Made[Value] | None]", pins: tuple[SuitePin, ...], *, step: str
) -> tuple[StepFault, ...]:
    return tuple(
        fault
        for pin, one in zip(pins, made, strict=True)
        for fault in fault_in(one, step=f"{step}{pin.name}")
    )
