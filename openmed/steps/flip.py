"""Step `flip`: move what is releasable in one commit, record what is condemned."""

from dataclasses import dataclass

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.waiver_rules import check_lifted
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, Decision
from openmed.domain.ledger.changes import Promoted, Quarantined
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.flip import FlipPlan, FlipRecord, is_same_outcome, plan_flip, record_of
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.release.product import (
    BaselineReport,
    ErrorProduct,
    Step,
    VerdictProduct,
    fault_of,
    materials_digest,
)
from openmed.domain.wire import digest_value, dump
from openmed.errors import IntegrityError, OpenMedError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import Registry, ReleaseStore, Verifiers
from openmed.ports.storage import ArtifactStore, Products

PRODUCT = "flip"
SLOT = ""
"""The flip belongs to the fleet, not to one slot."""


@dataclass(frozen=True)
class Flip(Step[FlipRecord]):
    """Flips every selected slot that may move, under one tag."""

    slots: tuple[str, ...]
    verdict_product: str
    inputs: Inputs
    products: Products
    store: ArtifactStore
    releases: ReleaseStore
    registry: Registry
    verifiers: Verifiers
    now: str

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
        verdicts = {slot: self._verdict_digest(slot) for slot in self.slots}
        return materials_digest(verdicts=verdicts)

    def run(self) -> FlipRecord:
        """Plan under the lock, publish, commit."""
        with self.releases.lock():
            state = self.releases.state()
            proposals = self._proposals(state)
            plan = plan_flip(state, self._published(state, proposals), now=self.now)
            if plan.entry is not None and plan.pointer is not None:
                evidence = self._evidence_of(plan.entry)
                self.releases.commit(plan.entry, plan.pointer, evidence=evidence)
        return record_of(plan)

    def is_current(self, value: Frozen) -> bool:
        """Whether a flip would change nothing now."""
        if not isinstance(value, FlipRecord):
            return False
        plan = self.planned()
        return plan.entry is None and is_same_outcome(value, record_of(plan))

    def planned(self) -> FlipPlan:
        """What a flip would write now, from the verdicts there are; nothing is written."""
        state = self.releases.state()
        return plan_flip(state, self._proposals(state), now=self.now)

    def _verdict_digest(self, slot: str) -> str:
        made = self.products.read(slot, self.verdict_product, VerdictProduct)
        return "none" if made is None else digest_value(made.value)

    def _proposals(self, state: FleetState) -> tuple[Proposal, ...]:
        queue = {candidate.slot: candidate for candidate in self.inputs.queue()}
        return tuple(self._proposal(state, slot, queue.get(slot)) for slot in self.slots)

    def _proposal(self, state: FleetState, slot: str, candidate: Candidate | None) -> Proposal:
        made = self.products.read(slot, self.verdict_product, VerdictProduct)
        if made is None or isinstance(made.value, ErrorProduct):
            error = made.value if made and isinstance(made.value, ErrorProduct) else None
            fault = error.fault if error else None
            return Proposal(
                slot=slot, candidate=candidate, policy=None, verdict=None, signed=None, fault=fault
            )
        product = made.value
        try:
            policy = self.inputs.policy(slot)
            signed = self._signed(product)
            self._check_lifts(state, product)
            is_moving = (
                product.verdict.decision is Decision.RELEASABLE
                and product.verdict.artifact is not None
                and not _is_live(state, slot, product.verdict.artifact)
            )
            if is_moving and product.verdict.artifact is not None:
                self.store.verify(product.verdict.artifact, product.verdict.files)
        except OpenMedError as error:
            fault = fault_of(error, step=f"flip:{slot}")
            return Proposal(
                slot=slot,
                candidate=candidate,
                policy=None,
                verdict=product.verdict,
                signed=None,
                fault=fault,
            )
        return Proposal(
            slot=slot,
            candidate=candidate,
            policy=policy,
            verdict=product.verdict,
            signed=signed,
        )

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

    def _judged(self, digest: str) -> SignedVerdict:
        evidence = self.releases.evidence
        return self.verifiers.recorded(evidence)(evidence(digest))

    def _published(
        self, state: FleetState, proposals: tuple[Proposal, ...]
    ) -> tuple[Proposal, ...]:
        """Publish what would move; a slot whose bytes cannot be served is held back alone."""
        plan = plan_flip(state, proposals, now=self.now)
        moving = {c.slot: c for c in _promotions(plan)}
        return tuple(
            self._publish(proposal, moving[proposal.slot]) if proposal.slot in moving else proposal
            for proposal in proposals
        )

    def _publish(self, proposal: Proposal, promoted: Promoted) -> Proposal:
        try:
            self.registry.put(promoted.artifact, promoted.files)
        except (OpenMedError, OSError) as error:
            return Proposal(
                slot=proposal.slot,
                candidate=proposal.candidate,
                policy=proposal.policy,
                verdict=proposal.verdict,
                signed=proposal.signed,
                fault=fault_of(error, step=f"flip:{proposal.slot}"),
            )
        return proposal

    def _evidence_of(self, entry: Entry) -> tuple[bytes, ...]:
        files: list[bytes] = []
        for change in entry.changes:
            if not isinstance(change, (Promoted, Quarantined)):
                continue
            made = self.products.read(change.slot, self.verdict_product, VerdictProduct)
            if made is None or isinstance(made.value, ErrorProduct) or not made.value.envelope:
                msg = f"{change.slot}: the verdict disappeared during the flip"
                raise IntegrityError(msg)
            envelope = made.value.envelope.encode()
            key = self.verifiers.recorded_form(self.verifiers.keyid_of(envelope))
            files += [envelope, *([key] if key else [])]
            files += [
                self._report_bytes(change.slot, reference.suite, reference.report)
                for reference in change.reports
            ]
        return tuple(files)

    def _report_bytes(self, slot: str, suite: str, digest: str) -> bytes:
        data = self._report_content(slot, suite)
        if sha256_hex(data) != digest:
            msg = f"{slot}: the report of suite {suite} is not the one the verdict was made from"
            raise IntegrityError(msg, next_step="openmed release run")
        return data

    def _report_content(self, slot: str, name: str) -> bytes:
        if name.startswith(OF_OTHERS):
            made = self.products.read(slot, name, BaselineReport)
            value = made.value if made else None
            report = value.report if isinstance(value, BaselineReport) else None
            return dump(report) if report else b""
        kind = PerformanceReport if name == PERFORMANCE else BenchmarkReport
        product = self.products.read(slot, name, kind)
        return dump(product.value) if product else b""


def _is_live(state: FleetState, slot: str, artifact: str) -> bool:
    live = state.live_in(slot)
    return live is not None and live.release.artifact == artifact


def _promotions(plan: FlipPlan) -> tuple[Promoted, ...]:
    changes = plan.entry.changes if plan.entry else ()
    return tuple(change for change in changes if isinstance(change, Promoted))
