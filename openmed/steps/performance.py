"""Step `performance`: how fast and large a candidate is, and whether it answers twice the same."""

from collections.abc import Callable
from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.evaluation.performance import Host, PerformanceReport, milliseconds
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import Subject
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.evaluation.timing import timed
from openmed.domain.frozen import Frozen
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.release.product import ErrorProduct, Step, materials_digest
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import plain
from openmed.errors import EvidenceError
from openmed.ports.execution import Runners
from openmed.ports.inputs import Inputs
from openmed.ports.storage import ArtifactStore, Products

PRODUCT = "performance"


@dataclass(frozen=True)
class Performance(Step[PerformanceReport]):
    """Measures one slot's staged candidate alone, one document at a time."""

    candidate: Candidate
    pin: SuitePin
    staged_product: str
    inputs: Inputs
    products: Products
    store: ArtifactStore
    runners: Runners
    host: Host
    timer: Callable[[], float]
    measuring_code: str

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    def name(self) -> str:
        """Name of the product."""
        return PRODUCT

    @property
    def product_type(self) -> type[PerformanceReport]:
        """What the product is."""
        return PerformanceReport

    @property
    def task(self) -> str:
        """Task name."""
        return f"benchmark:{self.slot}:{PRODUCT}"

    def inputs_digest(self) -> str:
        """The staged bytes, the documents, and what runs and times them; not the hour."""
        staged = self._staged()
        profile = self.store.profile(staged.artifact)
        return materials_digest(
            slot=staged.slot,
            repo_id=staged.repo_id,
            artifact=staged.artifact,
            suite=plain(self.pin),
            scope=plain(scope_of(self.candidate)),
            runtime=plain(self.runners.runtime(profile.runner)),
            code=self.measuring_code,
            timeout=self.candidate.timeout_seconds,
            **self.inputs.policy(self.slot).isolation_inputs,
        )

    def may_improve(self, value: Frozen) -> bool:
        """Whether a document was not answered: the next run may be luckier."""
        return isinstance(value, PerformanceReport) and bool(value.failed_documents)

    def run(self) -> PerformanceReport:
        """Answer all documents at once, then one by one against the clock; compare."""
        staged = self._staged()
        self.store.verify(staged.artifact, staged.files)
        scope = scope_of(self.candidate)
        documents = in_scope(self.inputs.suite(self.pin), scope)
        if not documents:
            msg = f"suite {self.pin.name} has no documents in {', '.join(scope.languages)}"
            raise EvidenceError(msg)
        profile = self.store.profile(staged.artifact)
        start = self.timer()
        with self.runners.open(
            self.store.path(staged.artifact),
            profile,
            log=self.products.log(self.slot, PRODUCT),
            timeout=float(self.candidate.timeout_seconds),
            isolation_waiver=self.inputs.policy(self.slot).isolation_reason,
        ) as session:
            cold = self.timer() - start
            timing = timed(
                documents,
                # What a release does with a text: the time of the rules counts too.
                answer=lambda some: redactions(
                    some, session.predict(some), rules=profile.rules, scope=scope
                ),
                timer=self.timer,
            )
            peak = session.peak_memory()
            isolation = session.isolation
        return PerformanceReport(
            suite=self.pin.digest,
            subject=Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact),
            runtime=self.runners.runtime(profile.runner),
            documents=len(documents),
            failed_documents=timing.failed,
            differing_documents=timing.differing,
            latency=timing.latency,
            cold_start=milliseconds(cold),
            peak_rss=peak,
            model_bytes=staged.size,
            host=self.host,
            isolation=isolation,
        )

    def _staged(self) -> StagedCandidate:
        made = self.products.read(self.slot, self.staged_product, StagedCandidate)
        if made is None or isinstance(made.value, ErrorProduct):
            msg = "not measured: the candidate is not staged"
            raise EvidenceError(msg)
        return made.value
