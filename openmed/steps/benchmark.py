"""Step `benchmark`: run a staged candidate on one suite and count."""

from contextlib import ExitStack
from dataclasses import dataclass

from openmed.domain.candidate import StagedCandidate
from openmed.domain.labels import SCHEMA_VERSION
from openmed.domain.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Runtime,
    Status,
    checksum,
    chunk_ranges,
)
from openmed.domain.product import ErrorProduct, Step, materials_digest
from openmed.domain.profile import RunnerProfile
from openmed.domain.report import BenchmarkReport, Subject
from openmed.domain.scoring import score
from openmed.domain.suite import Suite, SuitePin
from openmed.domain.wire import plain
from openmed.errors import EvidenceError
from openmed.ports import ArtifactStore, Inputs, Predictions, Products, Progress, Runners, Session

CHUNK = 32
"""Documents per chunk: small enough to lose little, large enough to fill batches."""

TENTHS = 10
"""Progress is told this often."""


@dataclass(frozen=True)
class Benchmark(Step[BenchmarkReport]):
    """Measures one slot's staged candidate on one suite."""

    of_slot: str
    pin: SuitePin
    staged_product: str
    inputs: Inputs
    products: Products
    store: ArtifactStore
    runners: Runners
    predictions: Predictions
    progress: Progress
    scorer: str
    timeout: float

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.of_slot

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
        return f"benchmark:{self.slot}:{self.pin.name}"

    def materials(self) -> str:
        """The staged bytes, the suite, what runs them and what counts."""
        staged = self._staged()
        runtime = self.runners.runtime(self.store.profile(staged.artifact))
        return materials_digest(
            slot=staged.slot,
            repo_id=staged.repo_id,
            artifact=staged.artifact,
            suite=plain(self.pin),
            runtime=plain(runtime),
            scorer=self.scorer,
            label_schema=SCHEMA_VERSION,
        )

    def make(self) -> BenchmarkReport:
        """Predict what is not cached, then count."""
        staged = self._staged()
        self.store.verify(staged.artifact, staged.files)
        suite = self.inputs.suite(self.pin)
        profile = self.store.profile(staged.artifact)
        runtime = self.runners.runtime(profile)
        records = self._records(suite, staged, profile, runtime)
        subject = Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact)
        return score(suite, records, subject=subject, runtime=runtime)

    def _staged(self) -> StagedCandidate:
        made = self.products.read(self.slot, self.staged_product, StagedCandidate)
        if made is None or isinstance(made.value, ErrorProduct):
            msg = "not measured: the candidate is not staged"
            raise EvidenceError(msg, next_step="openmed release run")
        return made.value

    def _records(
        self, suite: Suite, staged: StagedCandidate, profile: RunnerProfile, runtime: Runtime
    ) -> tuple[DocumentPredictions, ...]:
        records: list[DocumentPredictions] = []
        total = len(suite.documents)
        with ExitStack() as stack:
            session: Session | None = None
            for first, last in chunk_ranges(total, size=CHUNK):
                key = ChunkKey(
                    artifact=staged.artifact,
                    runtime=runtime.digest,
                    suite=suite.pin.digest,
                    first=first,
                    last=last,
                )
                chunk = self.predictions.get(key)
                if chunk is None:
                    if session is None:
                        session = stack.enter_context(
                            self.runners.open(
                                self.store.path(staged.artifact),
                                profile,
                                log=self.products.log(self.slot, self.pin.name),
                                timeout=self.timeout,
                            )
                        )
                    answers = session.predict(suite.documents[first:last])
                    chunk = PredictionsChunk(key=key, checksum=checksum(answers), records=answers)
                    # A document that failed may answer the next time; only answers are kept.
                    if all(answer.status is Status.OK for answer in answers):
                        self.predictions.put(chunk)
                    if last * TENTHS // total > first * TENTHS // total:
                        self.progress(f"{self.task}: {last} of {total} documents")
                records.extend(chunk.records)
        return tuple(records)
