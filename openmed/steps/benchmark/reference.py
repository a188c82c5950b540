"""The report of another release that a candidate is compared with, on one suite."""

from abc import abstractmethod
from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import BASELINE, PARENT
from openmed.domain.ledger.changes import Measured
from openmed.domain.release.product import BaselineReport, Recounted, Step, materials_digest
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text.labels import SCHEMA_VERSION
from openmed.domain.wire import digest_value, parse, plain
from openmed.errors import OpenMedError
from openmed.ports.releasing import ReleasedBytes, ReleaseStore
from openmed.ports.storage import Products
from openmed.steps.benchmark.candidate import read_staged
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement


@dataclass(frozen=True)
class ReferenceBenchmark(Step[BaselineReport]):
    """The report of another release that a candidate is compared with, on one suite.

    The recorded one where it was made by the same code, runner and suite; else the live
    bytes are measured again.
    """

    candidate: Candidate
    pin: SuitePin
    staged_product: str
    products: Products
    releases: ReleaseStore
    released: ReleasedBytes
    bench: BenchmarkRunner

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    @abstractmethod
    def prefix(self) -> str:
        """How the names of its products begin."""

    @abstractmethod
    def compared(self) -> Measured | None:
        """The release it is compared with, as the ledger has it now; None = there is none."""

    @property
    def name(self) -> str:
        """Name of the product."""
        return f"{self.prefix}{self.pin.name}"

    @property
    def product_type(self) -> type[BaselineReport]:
        """What the product is."""
        return BaselineReport

    @property
    def task(self) -> str:
        """Task name."""
        return f"{self.prefix.rstrip('-')}:{self.slot}:{self.pin.name}"

    def inputs_digest(self) -> str:
        """What it is compared with, the suite, and what counts."""
        release = self.compared()
        return materials_digest(
            against=plain(release) if release else None,
            suite=plain(self.pin),
            languages=list(self.candidate.languages),
            scorer=self.bench.scorer,
            linter=self.bench.linter,
            label_schema=SCHEMA_VERSION,
        )

    def run(self) -> BaselineReport:
        """Take the recorded report, or measure again."""
        release = self.compared()
        if release is None:
            return BaselineReport(report=None)
        recorded = self._comparable(release)
        if recorded is not None:
            return BaselineReport(report=None, recorded=digest_value(recorded))
        self._bring(release)
        return BaselineReport(report=self.bench.measure(self._measurement(release)))

    def count_again(self, value: BaselineReport) -> Recounted[BaselineReport]:
        """What the report would be now; a recorded one was counted when it was signed.

        A report that lacks answers is no evidence: every gate refuses it.
        """
        release = self.compared()
        if release is None:
            return Recounted(BaselineReport(report=None), predictions=None, documents=0)
        recorded = self._comparable(release)
        if recorded is not None:
            return Recounted(BaselineReport(report=recorded), predictions=None, documents=0)
        if value.report is not None and value.report.failed_documents:
            return Recounted(value, predictions=None, documents=0)
        self._bring(release)
        report, predictions = self.bench.count_again(self._measurement(release), value.report)
        return Recounted(
            BaselineReport(report=report),
            predictions=predictions,
            documents=report.suite.documents,
        )

    def measurement(self) -> Measurement | None:
        """What is measured; None when nothing is live or its recorded report holds."""
        release = self.compared()
        if release is None or self._comparable(release) is not None:
            return None
        return self._measurement(release)

    def _bring(self, release: Measured) -> None:
        if not self.bench.store.is_present(release.artifact, release.files):
            self.released.bring(release, may_build=self.bench.may_run)

    def _measurement(self, release: Measured) -> Measurement:
        return Measurement(
            Subject(
                slot=release.slot, repo_id=release.candidate.repo_id, artifact=release.artifact
            ),
            release.files,
            pin=self.pin,
            scope=Scope(labels=release.candidate.labels, languages=self.candidate.languages),
            task=self.task,
            log=self.products.log(self.slot, self.name),
            timeout=float(release.candidate.timeout_seconds),
        )

    def is_current(self, value: Frozen) -> bool:
        """Whether what ran it is still what would run it."""
        if not isinstance(value, BaselineReport):
            return False
        try:
            report = value.opened(self.releases.evidence).report
        except OpenMedError:
            return False
        return report is None or self._is_comparable(report)

    def _comparable(self, release: Measured) -> BenchmarkReport | None:
        """The recorded report, where it was made by the same code, runner and suite."""
        recorded = self._recorded(release)
        return recorded if recorded is not None and self._is_comparable(recorded) else None

    def _recorded(self, release: Measured) -> BenchmarkReport | None:
        reference = next((r for r in release.reports if r.suite == self.pin.name), None)
        if reference is None or reference.suite_digest != self.pin.digest:
            return None
        data = self.releases.evidence(reference.report)
        return parse(BenchmarkReport, data, what=f"recorded report of suite {self.pin.name}")

    def _is_comparable(self, report: BenchmarkReport) -> bool:
        return (
            report.suite.digest == self.pin.digest
            and report.scorer == self.bench.scorer
            and report.label_schema == SCHEMA_VERSION
            and report.scope.languages == self.candidate.languages
            and report.runtime == self.bench.runners.runtime(report.runtime.runner)
        )


@dataclass(frozen=True)
class BaselineBenchmark(ReferenceBenchmark):
    """The live release of the candidate's own slot, or the one it replaced when it is live."""

    @property
    def prefix(self) -> str:
        """How the names of its products begin."""
        return BASELINE

    def compared(self) -> Measured | None:
        """The release it is compared with; None when nothing is live."""
        staged = read_staged(self.products, self.slot, self.staged_product)
        state = self.releases.state()
        before = state.compared(self.slot, artifact=staged.artifact)
        return before.release if before else None


@dataclass(frozen=True)
class ParentBenchmark(ReferenceBenchmark):
    """The live release of the slot the row declares as its parent."""

    @property
    def prefix(self) -> str:
        """How the names of its products begin."""
        return PARENT

    def compared(self) -> Measured | None:
        """The parent; None when nothing is live in its slot."""
        live = self.releases.state().live_in(self.candidate.parent or "")
        return live.release if live else None
