"""Step `flip`: move what is releasable in one commit, record what is condemned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from openmed.domain.attestation.measurement_rules import (
    key_fault,
    recorded_fault,
    stood_in,
)
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.waiver_rules import check_lifted
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, Verdict
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours, own_reports
from openmed.domain.ledger.cited.suite_editions import NEXT_STEP, SuiteEditions
from openmed.domain.ledger.entry import Entry, entry_time
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.inputs import drawn_summary
from openmed.domain.release.flip import FlipPlan, plan_flip
from openmed.domain.release.flip_preconditions import (
    Proposal,
    has_nothing_to_record,
    is_adopting,
    is_moving,
)
from openmed.domain.release.flip_record import FlipRecord, is_same_outcome, record_of
from openmed.domain.release.policy_change import AllowedChange, allowed, policy_change
from openmed.domain.release.product import (
    BaselineReport,
    ErrorProduct,
    Step,
    VerdictProduct,
    fault_of,
    materials_digest,
)
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.slot_result import Result
from openmed.domain.release.served import Unserved, unserved_row, with_unserved
from openmed.domain.wire import dump
from openmed.errors import IntegrityError, OpenMedError
from openmed.ports.inputs import Inputs
from openmed.ports.publishing import Registries, public_registry
from openmed.ports.releasing import (
    Measurements,
    ReleasedBytes,
    ReleaseStore,
    Verifiers,
    Waivers,
)
from openmed.ports.storage import ArtifactStore, Products
from openmed.steps.flip.preparation import Preparation, Prepared

PRODUCT = "flip"
SLOT = ""
"""The flip belongs to the fleet, not to one slot."""


class _Offer(NamedTuple):
    """A proposal, and the bytes its verdict was verified from: no file is read twice."""

    proposal: Proposal
    evidence: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Flip(Step[FlipRecord]):
    """Flips every selected slot that may move, under one tag.

    What is live in the selected slots, and in slots without a candidate, is published again where
    the registry lost it. A public repository is only prepared here: it follows the pointer.

    Attributes:
        kept: slots of which nothing moved since they had nothing to do; not asked again.
        registry_settings: digest of what the registry was opened from.
        may_build: whether a source may be staged again for bytes that are lost.
    """

    slots: tuple[str, ...]
    verdict_product: str
    inputs: Inputs
    products: Products
    store: ArtifactStore
    releases: ReleaseStore
    registry: Registries
    verifiers: Verifiers
    released: ReleasedBytes
    condemned: CondemnedBehaviours
    editions: SuiteEditions
    waivers: Waivers
    measurements: Measurements
    gates: tuple[Gate, ...]
    registry_settings: str
    may_build: bool
    now: str
    kept: Mapping[str, KeptSlot] = field(default_factory=dict)

    @property
    def slot(self) -> str:
        """The fleet."""
        return SLOT

    @property
    def name(self) -> str:
        """Name of the product."""
        return PRODUCT

    @property
    def product_type(self) -> type[FlipRecord]:
        """What the product is."""
        return FlipRecord

    @property
    def task(self) -> str:
        """Task name."""
        return "flip"

    def inputs_digest(self) -> str:
        """The selection and its verdicts; what is live is looked at by `stands`."""
        return materials_digest(verdicts={slot: self.verdict_digest(slot) for slot in self.slots})

    def run(self) -> FlipRecord:
        """Have public repositories ready, then plan under the lock, publish, commit."""
        ready = self._prepared()
        with self.releases.lock():
            state = self.releases.state()
            offers = self._offers(state)
            proposals = tuple(offer.proposal for offer in offers)
            plan = plan_flip(state, self._published(state, proposals, ready), now=self.now)
            if plan.entry is not None and plan.pointer is not None:
                # Whatever the entry names and is not among them, the store refuses.
                evidence = _named(plan.entry, offers)
                self.releases.commit(plan.entry, plan.pointer, evidence=evidence)
            lost = self._served_again(self.releases.state())
            return record_of(self._with_kept(plan, with_unserved(state, plan.results, lost)))

    def is_current(self, value: Frozen) -> bool:
        """Whether a flip would change nothing now."""
        if not isinstance(value, FlipRecord):
            return False
        plan = self.planned()
        is_same = plan.entry is None and is_same_outcome(value, record_of(plan))
        return is_same and not self._unserved(self.releases.state())

    def planned(self) -> FlipPlan:
        """What a flip would write now, from the verdicts there are; nothing is written."""
        state = self.releases.state()
        proposals = tuple(offer.proposal for offer in self._offers(state))
        plan = plan_flip(state, proposals, now=self.now)
        return self._with_kept(plan, plan.results)

    def verdict_digest(self, slot: str) -> str:
        """Digest of a slot's verdict product; `none` where there is none."""
        if slot in self.kept:
            return self.kept[slot].verdict
        made = self.products.read(slot, self.verdict_product, VerdictProduct)
        return "none" if made is None else made.digest

    def _with_kept(self, plan: FlipPlan, results: tuple[Result, ...]) -> FlipPlan:
        known = {slot: row.result for slot, row in self.kept.items()} | {r.slot: r for r in results}
        order = dict.fromkeys((*self.slots, *known))  # Not served: perhaps without a candidate.
        return plan.with_results(tuple(known[slot] for slot in order))

    def _unserved(self, state: FleetState) -> tuple[tuple[LiveRelease, Unserved], ...]:
        """What is live here, is not served, and must be or can be: with what is wrong."""
        left = {row.slot for row in self.inputs.queue()} - set(self.slots) | self.kept.keys()
        asked = (
            live
            for live in state.live
            if live.release.slot not in left
            and public_registry(self.registry, live.release) is None
        )
        return tuple(
            (live, row)
            for live, row in ((live, self.released.unserved(live)) for live in asked)
            if row is not None and (row.is_lost or self.released.is_staged(live.release))
        )

    def _served_again(self, state: FleetState) -> tuple[Unserved, ...]:
        """Publish what the pointer says and the registry lost; what could not be."""
        lost: list[Unserved] = []
        for live, row in self._unserved(state):
            if state.is_quarantined(row.artifact):
                lost.append(row)
                continue
            try:
                self.released.serve(live.release, may_build=self.may_build and row.is_lost)
            except (OpenMedError, OSError) as error:
                reason = fault_of(error, step=self.task).message
                lost.append(unserved_row(live, reason=reason, is_lost=row.is_lost))
        return tuple(lost)

    def _offers(self, state: FleetState) -> tuple[_Offer, ...]:
        queue = {candidate.slot: candidate for candidate in self.inputs.queue()}
        has_same_registry = self.inputs.registry_settings() == self.registry_settings
        pins, floor = self.inputs.pins(), self.inputs.floor()
        bare = tuple(
            Proposal(
                slot=slot,
                candidate=queue.get(slot),
                policy=None,
                floor=floor,
                verdict=None,
                signed=None,
                pins=pins,
                has_same_registry=has_same_registry,
            )
            for slot in self.slots
            if slot not in self.kept
        )
        rebound = self.editions.fault(state, pins)
        if rebound:
            fault = fault_of(IntegrityError(rebound, next_step=NEXT_STEP), step=self.task)
            return tuple(_Offer(proposal.failed(fault)) for proposal in bare)
        return tuple(self._offer(state, proposal) for proposal in bare)

    def _offer(self, state: FleetState, bare: Proposal) -> _Offer:
        """A proposal with its verdict, and the bytes of that verdict and its reports."""
        made = self.products.read(bare.slot, self.verdict_product, VerdictProduct)
        if made is None:
            return _Offer(bare)
        if isinstance(made.value, ErrorProduct):
            return _Offer(bare.failed(made.value.fault))
        product = made.value
        try:
            policy = self.inputs.policy(bare.slot)
            signed = self._signed(product)
            self._check_lifts(state, product)
            if signed is not None:
                self._check_measured(state, policy, signed)
            evidence = (
                () if has_nothing_to_record(state, product.verdict) else self._evidence_of(product)
            )
            is_recorded = is_moving(state, product.verdict) or is_adopting(state, product.verdict)
            if is_recorded and product.verdict.artifact is not None:
                self.store.verify(product.verdict.artifact, product.verdict.files)
            alike = self._alike(state, product.verdict)
            weaker = self._weaker(state, policy, signed, slot=bare.slot)
        except OpenMedError as error:
            judged = bare.judged(product.verdict, policy=None, signed=None)
            return _Offer(judged.failed(fault_of(error, step=f"flip:{bare.slot}")))
        judged = bare.judged(product.verdict, policy=policy, signed=signed, alike=alike)
        proposal = judged.under(weaker.change, weaker.statement, why_not=weaker.why_not)
        if not (evidence and is_moving(state, product.verdict)):
            return _Offer(proposal, (*evidence, *weaker.envelopes))
        files = {sha256_hex(data): data for data in evidence}
        summary = dump(drawn_summary(product.verdict, evidence=files.__getitem__))
        proposal = proposal.summarised(sha256_hex(summary))
        return _Offer(proposal, (*evidence, policy.content, summary, *weaker.envelopes))

    def _weaker(
        self, state: FleetState, policy: Policy, judge: SignedVerdict | None, *, slot: str
    ) -> AllowedChange:
        """What the policy demands less than the one of the slot's release, and who allowed it."""
        evidence = self.releases.evidence
        change = policy_change(
            state,
            policy,
            slot=slot,
            gates=self.gates,
            evidence=evidence,
            recorded=self.verifiers.recorded(evidence),
        )
        if change is None or not change.weaker:
            return AllowedChange(change)
        now = entry_time(state.entries, now=self.now)
        found = self.verifiers.policy_statements(self.waivers.files())
        return allowed(state, change, found, judge=judge, now=now)

    def _alike(self, state: FleetState, verdict: Verdict) -> str:
        """Which condemned artifact a verdict's reports behave like; empty when there is none."""
        if verdict.artifact is None:
            return ""

        def reports() -> tuple[BenchmarkReport, ...]:
            made = (
                self.products.read(verdict.slot, row.suite, BenchmarkReport)
                for row in own_reports(verdict.reports)
            )
            values = (one.value for one in made if one is not None)
            return tuple(value for value in values if isinstance(value, BenchmarkReport))

        found = self.condemned.like(state, reports, slot=verdict.slot, artifact=verdict.artifact)
        return found.sentence if found else ""

    def _signed(self, product: VerdictProduct) -> SignedVerdict | None:
        if product.envelope is None:
            return None
        return self.verifiers.verify(product.envelope.encode())

    def _check_lifts(self, state: FleetState, product: VerdictProduct) -> None:
        """What lifted a quarantine of these bytes must be a waiver that counts today."""
        for row in state.lifts:
            if row.fact.artifact == product.verdict.artifact:
                check_lifted(
                    state,
                    row.fact,
                    waived=lambda name: self.verifiers.verify_waiver(self.releases.evidence(name)),
                    judged=self._judged,
                )

    def _check_measured(self, state: FleetState, policy: Policy, signed: SignedVerdict) -> None:
        """What stands in for a count must still be by a key that counts."""
        for name, row, _ in stood_in(signed.verdict):
            data = self.measurements.get(name)
            if data is None:
                continue  # Where it is needed as evidence, it is missed there.
            said = self.verifiers.verify_measurement(data)
            keys = policy.measurers(row.suite)
            fault = key_fault(state, said, keys=keys, judge=signed) or recorded_fault(
                said, row, artifact=signed.verdict.artifact
            )
            if fault:
                raise IntegrityError(f"gates/measurements/{name}: {fault}")

    def _judged(self, digest: str) -> SignedVerdict:
        evidence = self.releases.evidence
        return self.verifiers.recorded(evidence)(evidence(digest))

    def _prepared(self) -> Mapping[Prepared, StepFault | None]:
        """Have public repositories ready for what would move now; why some are not.

        No lock is held: a rollback must not wait for uploads. What may move is decided again.
        """
        if not self.registry.has_public:
            return {}
        try:
            state = self.releases.state()
            proposals = tuple(offer.proposal for offer in self._offers(state))
        except OpenMedError:
            return {}  # The same is found under the lock, and said there.
        plan = plan_flip(state, proposals, now=self.now)
        return Preparation(self.registry, state).ahead(plan, proposals)

    def _published(
        self,
        state: FleetState,
        proposals: tuple[Proposal, ...],
        ready: Mapping[Prepared, StepFault | None],
    ) -> tuple[Proposal, ...]:
        """Publish what would move; a slot whose bytes cannot be served is held back alone."""
        plan = plan_flip(state, proposals, now=self.now)
        return Preparation(self.registry, state).applied(plan, proposals, ready)

    def _evidence_of(self, product: VerdictProduct) -> tuple[bytes, ...]:
        if product.envelope is None:
            return ()
        verdict, envelope = product.verdict, product.envelope.encode()
        key = self.verifiers.recorded_form(self.verifiers.keyid_of(envelope))
        return (
            envelope,
            *([key] if key else []),
            *(self._report_bytes(verdict.slot, row.suite, row.report) for row in verdict.reports),
            *self._statements(verdict),
        )

    def _statements(self, verdict: Verdict) -> Iterator[bytes]:
        """The signed measurements a verdict rests on, checked as on the day of the verdict."""
        for name, _, statement in stood_in(verdict):
            data = self.measurements.get(name)
            if data is None or sha256_hex(data) != statement:
                msg = f"gates/measurements/{name} is not the one the verdict was made from"
                raise IntegrityError(msg)
            yield data

    def _report_bytes(self, slot: str, suite: str, digest: str) -> bytes:
        data = self._report_content(slot, suite)
        if sha256_hex(data) != digest:
            msg = f"{slot}: the report of suite {suite} is not the one the verdict was made from"
            raise IntegrityError(msg)
        return data

    def _report_content(self, slot: str, name: str) -> bytes:
        if name.startswith(OF_OTHERS):
            made = self.products.read(slot, name, BaselineReport)
            value = made.value if made else None
            if not isinstance(value, BaselineReport):
                return b""
            report = value.opened(self.releases.evidence).report
            return dump(report) if report else b""
        kind = PerformanceReport if name == PERFORMANCE else BenchmarkReport
        product = self.products.read(slot, name, kind)
        return dump(product.value) if product else b""


def _named(entry: Entry, offers: tuple[_Offer, ...]) -> tuple[bytes, ...]:
    """Evidence of the verdicts an entry names, and keys that travel with them.

    An envelope comes first in its offer.
    """
    names = frozenset(entry.evidence)
    used = (o for o in offers if o.evidence and sha256_hex(o.evidence[0]) in names)
    return tuple(dict.fromkeys(data for offer in used for data in offer.evidence))
