"""Step `benchmark`: run a staged candidate on one suite and count.

What a candidate is compared with, its baseline and its parent, is measured likewise.
"""

from abc import abstractmethod
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate, StagedCandidate, StagedFile
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.evaluation.scoring.score import in_scope, score
from openmed.domain.frozen import Frozen
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.gates.verdict import BASELINE, PARENT
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Status,
    checksum,
    chunk_ranges,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.ledger.changes import Promoted
from openmed.domain.release.product import BaselineReport, ErrorProduct, Step, materials_digest
from openmed.domain.suites.suite import SuitePin, suite_digest
from openmed.domain.text.labels import SCHEMA_VERSION
from openmed.domain.text.span import Document
from openmed.domain.wire import parse, plain
from openmed.errors import EvidenceError
from openmed.ports.execution import Progress, Runners, Session
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleasedBytes, ReleaseStore
from openmed.ports.storage import ArtifactStore, Predictions, Products

CHUNK = 32
"""Documents per chunk: small enough to lose little, large enough to fill batches."""

TENTHS = 10
"""Progress is told this often."""


@dataclass(frozen=True)
class BenchmarkRunner:
    """What measuring needs, whatever model is measured."""

    inputs: Inputs
    store: ArtifactStore
    runners: Runners
    predictions: Predictions
    progress: Progress
    scorer: str

    def measure(  # noqa: PLR0913 - every part of a measurement is named
        self,
        subject: Subject,
        files: tuple[StagedFile, ...],
        *,
        pin: SuitePin,
        scope: Scope,
        task: str,
        log: str,
        timeout: float,
        has_backstop: bool = True,
    ) -> BenchmarkReport:
        """Predict what is not cached, then count.

        Args:
            subject: whose bytes.
            files: its files.
            pin: the suite.
            scope: what it declares.
            task: name for progress.
            log: file that gets what the child says.
            timeout: seconds for loading, and again for each call.
            has_backstop: whether the profile's rules count; a report without them is for
                comparison only and never judged.

        Raises:
            OpenMedError: bytes, suite or child are not what they should be.
        """
        self.store.verify(subject.artifact, files)
        suite = self.inputs.suite(pin)
        profile = self.store.profile(subject.artifact)
        documents = in_scope(suite, scope)
        if not documents:
            msg = f"suite {pin.name} has no documents in {', '.join(scope.languages)}"
            raise EvidenceError(msg)
        runtime = self.runners.runtime(profile.runner)
        # Documents left out shift the others: then the range is one of what is left.
        whole = len(documents) == len(suite.documents)
        digest = pin.digest if whole else suite_digest(documents)
        answers: list[DocumentPredictions] = []
        with ExitStack() as stack:
            session: Session | None = None
            total = len(documents)
            for first, last in chunk_ranges(total, size=CHUNK):
                key = ChunkKey(
                    artifact=subject.artifact,
                    runtime=runtime.digest,
                    suite=digest,
                    first=first,
                    last=last,
                )
                chunk = self.predictions.get(key)
                if chunk is None:
                    session = session or stack.enter_context(
                        self._opened(subject.artifact, profile, log=log, timeout=timeout)
                    )
                    chunk = self._predicted(session, key, documents[first:last])
                    if last * TENTHS // total > first * TENTHS // total:
                        self.progress(f"{task}: {last} of {total} documents")
                answers.extend(chunk.records)
        rules = profile.rules if has_backstop else ()
        records = redactions(documents, answers, rules=rules, scope=scope)
        return score(
            suite,
            records,
            subject=subject,
            scope=scope,
            runtime=runtime,
            library_name=self.runners.library_name(profile.runner),
            scorer=self.scorer,
        )

    def _opened(
        self, artifact: str, profile: RunnerProfile, *, log: str, timeout: float
    ) -> AbstractContextManager[Session]:
        return self.runners.open(self.store.path(artifact), profile, log=log, timeout=timeout)

    def _predicted(
        self, session: Session, key: ChunkKey, documents: tuple[Document, ...]
    ) -> PredictionsChunk:
        answers = session.predict(documents)
        chunk = PredictionsChunk(key=key, checksum=checksum(answers), records=answers)
        # A document that failed may answer the next time; only answers are kept.
        if all(answer.status is Status.OK for answer in answers):
            self.predictions.put(chunk)
        return chunk


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
            label_schema=SCHEMA_VERSION,
            # Not in the report, but another limit may be what a slow candidate needs.
            timeout=self.candidate.timeout_seconds,
        )

    def may_improve(self, value: Frozen) -> bool:
        """Whether a document was not answered: the next run may be luckier."""
        return isinstance(value, BenchmarkReport) and bool(value.failed_documents)

    def run(self) -> BenchmarkReport:
        """Predict what is not cached, then count."""
        return self.measured()

    def measured(self, *, has_backstop: bool = True) -> BenchmarkReport:
        """The report; without the backstop it is for comparison only."""
        staged = read_staged(self.products, self.slot, self.staged_product)
        return self.bench.measure(
            Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact),
            staged.files,
            pin=self.pin,
            scope=scope_of(self.candidate),
            task=self.task,
            log=self.products.log(self.slot, self.name),
            timeout=float(self.candidate.timeout_seconds),
            has_backstop=has_backstop,
        )


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
    def compared(self) -> Promoted | None:
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
            label_schema=SCHEMA_VERSION,
        )

    def run(self) -> BaselineReport:
        """Take the recorded report, or measure again."""
        release = self.compared()
        if release is None:
            return BaselineReport(report=None)
        recorded = self._recorded(release)
        if recorded is not None and self._is_comparable(recorded):
            return BaselineReport(report=recorded)
        if not self.bench.store.is_present(release.artifact, release.files):
            self.released.bring(release)
        report = self.bench.measure(
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
        return BaselineReport(report=report)

    def is_current(self, value: Frozen) -> bool:
        """Whether what ran it is still what would run it."""
        if not isinstance(value, BaselineReport):
            return False
        return value.report is None or self._is_comparable(value.report)

    def _recorded(self, release: Promoted) -> BenchmarkReport | None:
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

    def compared(self) -> Promoted | None:
        """The release it is compared with; None when nothing is live."""
        staged = read_staged(self.products, self.slot, self.staged_product)
        state = self.releases.state()
        compared = state.against(self.slot, artifact=staged.artifact)
        before = state.generation(self.slot, compared.generation)
        return before.release if compared.artifact is not None and before else None


@dataclass(frozen=True)
class ParentBenchmark(ReferenceBenchmark):
    """The live release of the slot the row declares as its parent."""

    @property
    def prefix(self) -> str:
        """How the names of its products begin."""
        return PARENT

    def compared(self) -> Promoted | None:
        """The parent; None when nothing is live in its slot."""
        live = self.releases.state().live_in(self.candidate.parent or "")
        return live.release if live else None


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
