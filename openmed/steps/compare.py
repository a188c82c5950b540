"""Step `compare`: judge a candidate by its policy. Always makes a verdict."""

from dataclasses import dataclass

from openmed.domain.candidate import Candidate, StagedCandidate
from openmed.domain.digest import sha256_hex
from openmed.domain.flip import against, is_fresh
from openmed.domain.frozen import Frozen
from openmed.domain.gate import Evidence, StepFault
from openmed.domain.gates import GATES
from openmed.domain.policy import Policy
from openmed.domain.product import ErrorProduct, Made, Step, VerdictProduct, materials_digest
from openmed.domain.report import BenchmarkReport
from openmed.domain.statement import payload_of
from openmed.domain.suite import SuitePin
from openmed.domain.verdict import Against, Decision, Verdict, judge
from openmed.domain.wire import digest_value, plain, pretty
from openmed.errors import PolicyError
from openmed.ports import Inputs, Products, ReleaseStore, Signer

PRODUCT = "verdict"


@dataclass(frozen=True)
class Compare(Step[VerdictProduct]):
    """Judges one candidate."""

    candidate: Candidate
    staged_product: str
    inputs: Inputs
    products: Products
    releases: ReleaseStore
    signer: Signer
    gates_code: str
    engine_version: str
    now: str

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    def name(self) -> str:
        """Name of the product."""
        return PRODUCT

    @property
    def product_type(self) -> type[VerdictProduct]:
        """What the product is."""
        return VerdictProduct

    @property
    def task(self) -> str:
        """Task name."""
        return f"compare:{self.slot}"

    def materials(self) -> str:
        """The evidence, the policy, what is live, the rules and the key."""
        policy = self.inputs.policy(self.slot)
        evidence = self._evidence(policy)
        return materials_digest(
            evidence=digest_value(evidence),
            policy=policy.digest,
            against=plain(self._against(evidence)),
            gates=self.gates_code,
            key=self.signer.keyid,
        )

    def make(self) -> VerdictProduct:
        """Run every gate; sign; set the marker before a failing verdict is written."""
        policy = self.inputs.policy(self.slot)
        evidence = self._evidence(policy)
        verdict = judge(
            evidence, policy=policy, gates=GATES, against=self._against(evidence), now=self.now
        )
        envelope = None
        if verdict.decision is not Decision.NOT_EVALUATED:
            payload = payload_of(verdict, engine_version=self.engine_version)
            envelope = self.signer.sign(payload).decode()
        if verdict.decision is Decision.QUARANTINED:
            self.products.mark(self.slot, marker_text(verdict))
        return VerdictProduct(verdict=verdict, envelope=envelope)

    def stands(self, value: Frozen) -> bool:
        """Whether verdict and marker agree, and the verdict is fresh or already used."""
        if not isinstance(value, VerdictProduct):
            return False
        verdict = value.verdict
        is_failing = verdict.decision is Decision.QUARANTINED
        if self.products.is_marked(self.slot) != is_failing:
            return False
        if value.envelope is None:
            return True
        spent = sha256_hex(value.envelope.encode()) in self.releases.state().spent
        return spent or is_fresh(verdict, policy=self.inputs.policy(self.slot), now=self.now)

    def settle(self, value: Frozen) -> None:
        """Remove the marker only after a verdict that does not fail is written."""
        if isinstance(value, VerdictProduct) and value.verdict.decision is not Decision.QUARANTINED:
            self.products.unmark(self.slot)

    def _evidence(self, policy: Policy) -> Evidence:
        pins = self._pins(policy)
        staged = self.products.read(self.slot, self.staged_product, StagedCandidate)
        made = [self.products.read(self.slot, pin.name, BenchmarkReport) for pin in pins]
        return Evidence(
            candidate=self.candidate,
            staged=None
            if staged is None or isinstance(staged.value, ErrorProduct)
            else staged.value,
            pins=pins,
            reports=tuple(
                m.value for m in made if m is not None and isinstance(m.value, BenchmarkReport)
            ),
            faults=(
                *_fault(staged, step=f"stage:{self.slot}"),
                *(
                    fault
                    for pin, m in zip(pins, made, strict=True)
                    for fault in _fault(m, step=f"benchmark:{self.slot}:{pin.name}")
                ),
            ),
        )

    def _pins(self, policy: Policy) -> tuple[SuitePin, ...]:
        pins = {pin.name: pin for pin in self.inputs.pins()}
        missing = [name for name in policy.suites if name not in pins]
        if missing:
            msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
            raise PolicyError(msg)
        return tuple(pins[name] for name in policy.suites)

    def _against(self, evidence: Evidence) -> Against:
        artifact = evidence.staged.artifact if evidence.staged else None
        return against(self.releases.state(), slot=self.slot, artifact=artifact)


def marker_text(verdict: Verdict) -> str:
    """What the quarantine marker says: a file for people; the fact is in the ledger."""
    content = {
        "slot": verdict.slot,
        "artifact": verdict.artifact,
        "time": verdict.time_verified,
        "gates": {gate.id: gate.message for gate in verdict.failing},
        "note": "Removing this file lifts nothing: the quarantine is a ledger fact.",
    }
    return pretty(content).decode()


def _fault(
    made: "Made[StagedCandidate] | Made[BenchmarkReport] | None", *, step: str
) -> tuple[StepFault, ...]:
    if made is None:
        message = f"{step} left no product"
        return (StepFault(step=step, error="missing", message=message, exit_code=5),)
    return (made.value.fault,) if isinstance(made.value, ErrorProduct) else ()
