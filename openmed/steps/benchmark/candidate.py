"""The report of a staged candidate on one suite."""

from dataclasses import dataclass

from openmed.domain.attestation.measurement_statement import SignableMeasurement
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.evaluation.recount import require_same
from openmed.domain.evaluation.report import BenchmarkReport, Subject
from openmed.domain.frozen import Frozen
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.release.product import ErrorProduct, Recounted, Step, materials_digest
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text.labels import SCHEMA_VERSION
from openmed.domain.wire import plain
from openmed.errors import EvidenceError
from openmed.ports.storage import Products
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement


@dataclass(frozen=True)
class Benchmark(Step[BenchmarkReport]):
    """Measures one slot's staged candidate on one suite."""

    candidate: Candidate
    pin: SuitePin
    staged_product: str
    products: Products
    bench: BenchmarkRunner

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    def name(self) -> str:
        """Name of the product."""
        return self.pin.name

    @property
    def product_type(self) -> type[BenchmarkReport]:
        """What the product is."""
        return BenchmarkReport

    @property
    def task(self) -> str:
        """Task name."""
        return f"benchmark:{self.slot}:{self.name}"

    def inputs_digest(self) -> str:
        """The staged bytes, the suite, what is declared, what runs them and what counts."""
        staged = read_staged(self.products, self.slot, self.staged_product)
        profile = self.bench.store.profile(staged.artifact)
        return materials_digest(
            slot=staged.slot,
            repo_id=staged.repo_id,
            artifact=staged.artifact,
            suite=plain(self.pin),
            scope=plain(scope_of(self.candidate)),
            runtime=plain(self.bench.runners.runtime(profile.runner)),
            scorer=self.bench.scorer,
            linter=self.bench.linter,
            label_schema=SCHEMA_VERSION,
            # Not in the report, but another limit may be what a slow candidate needs.
            timeout=self.candidate.timeout_seconds,
            **self.bench.inputs.policy(self.slot).isolation_inputs,
        )

    def may_improve(self, value: Frozen) -> bool:
        """Whether a document was not answered: the next run may be luckier."""
        return isinstance(value, BenchmarkReport) and bool(value.failed_documents)

    def run(self) -> BenchmarkReport:
        """Predict what is not cached, then count."""
        return self.measured()

    def count_again(self, value: BenchmarkReport) -> Recounted[BenchmarkReport]:
        """What the report would be now; a document without an answer stays without one.

        A report that lacks answers is no evidence: every gate refuses it.
        """
        if value.failed_documents:
            return Recounted(value, predictions=None, documents=0)
        stands_in = self.bench.stand_in(self.measurement(), value)
        if stands_in is not None:
            return Recounted(
                value,
                predictions=stands_in.predictions,
                documents=value.suite.documents,
                measured=stands_in.measured,
            )
        report, predictions = self.bench.count_again(self.measurement(), value)
        return Recounted(report, predictions=predictions, documents=report.suite.documents)

    def signable(self, value: BenchmarkReport, *, now: str) -> SignableMeasurement:
        """What a statement says of the report, counted again from kept predictions.

        Raises:
            OpenMedError: bytes, suite or predictions are missing or not what they should be.
        """
        asked = self.measurement()
        again, predictions = self.bench.count_again(asked, None)
        require_same(value, again, name=self.name)
        documents = self.bench.chunk_keys(asked)[0].suite
        return SignableMeasurement(
            report=value, documents=documents, predictions=predictions, measured=now
        )

    def measured(self, *, has_backstop: bool = True) -> BenchmarkReport:
        """The report; without the backstop it is for comparison only."""
        return self.bench.measure(self.measurement(), has_backstop=has_backstop)

    def measurement(self) -> Measurement:
        """What is measured.

        Raises:
            EvidenceError: nothing is staged.
        """
        staged = read_staged(self.products, self.slot, self.staged_product)
        return Measurement(
            Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact),
            staged.files,
            pin=self.pin,
            scope=scope_of(self.candidate),
            task=self.task,
            log=self.products.log(self.slot, self.name),
            timeout=float(self.candidate.timeout_seconds),
        )


def read_staged(products: Products, slot: str, name: str) -> StagedCandidate:
    """What was staged for a slot.

    Raises:
        EvidenceError: nothing is.
    """
    made = products.read(slot, name, StagedCandidate)
    if made is None or isinstance(made.value, ErrorProduct):
        msg = "not measured: the candidate is not staged"
        raise EvidenceError(msg)
    return made.value
