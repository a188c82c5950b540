"""Runs an artifact on one suite where its predictions are not kept, and counts."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import partial

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import BenchmarkReport, DecodingFacts, Scope, Subject
from openmed.domain.evaluation.scoring.score import in_scope, score
from openmed.domain.inference.predictions import (
    ChunkKey,
    PredictionsChunk,
    Runtime,
    Status,
    checksum,
    chunk_ranges,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.release.product import materials_digest
from openmed.domain.suites.suite import SuitePin, suite_digest
from openmed.domain.text.span import Document
from openmed.domain.wire import digest_value, plain
from openmed.errors import EvidenceError
from openmed.ports.execution import Progress, Runners, Session
from openmed.ports.inputs import Inputs
from openmed.ports.storage import ArtifactStore, KeptChunk, Predictions

CHUNK = 32
"""Documents per chunk: small enough to lose little, large enough to fill batches."""

TENTHS = 10
"""Progress is told this often."""


@dataclass(frozen=True)
class BenchmarkRunner:
    """What measuring needs, whatever model is measured.

    Attributes:
        may_run: whether candidate code may run here; else predictions must be there already.
        counted: digests of the reports this process counted, by what each was counted from.
    """

    inputs: Inputs
    store: ArtifactStore
    runners: Runners
    predictions: Predictions
    progress: Progress
    scorer: str
    may_run: bool
    counted: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

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
        known: BenchmarkReport | None = None,
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
            known: a report of the same; it is not counted twice where this process counted
                exactly this one from exactly these predictions.

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
        whole = len(documents) == len(suite.documents)
        rules = profile.rules if has_backstop else ()
        library_name = self.runners.library_name(profile.runner)
        keys = self._keys(
            len(documents),
            # Documents left out shift the others: then the range is one of what is left.
            suite=pin.digest if whole else suite_digest(documents),
            artifact=subject.artifact,
            runtime=runtime,
        )
        counted_from = partial(
            materials_digest,
            subject=plain(subject),
            pin=plain(pin),
            scope=plain(scope),
            runtime=plain(runtime),
            rules=list(rules),
            library_name=library_name,
        )
        if known is not None:
            there = counted_from(predictions=[self.predictions.digest(key) for key in keys])
            if self.counted.get(there) == digest_value(known):
                return known
        chunks = self._chunks(
            pin,
            documents,
            keys=keys,
            opened=partial(self._opened, subject.artifact, profile, log=log, timeout=timeout),
            task=task,
        )
        answers = [record for kept in chunks for record in kept.chunk.records]
        report = score(
            suite,
            redactions(documents, answers, rules=rules, scope=scope),
            subject=subject,
            scope=scope,
            runtime=runtime,
            library_name=library_name,
            scorer=self.scorer,
            decoding=_decoding(profile),
        )
        made = counted_from(predictions=[kept.digest for kept in chunks])
        self.counted[made] = digest_value(report)
        return report

    def _keys(
        self, documents: int, *, suite: str, artifact: str, runtime: Runtime
    ) -> list[ChunkKey]:
        return [
            ChunkKey(artifact=artifact, runtime=runtime.digest, suite=suite, first=first, last=last)
            for first, last in chunk_ranges(documents, size=CHUNK)
        ]

    def _chunks(
        self,
        pin: SuitePin,
        documents: tuple[Document, ...],
        *,
        keys: list[ChunkKey],
        opened: Callable[[], AbstractContextManager[Session]],
        task: str,
    ) -> list[KeptChunk]:
        """Predictions of all documents, those that are kept or new ones."""
        chunks: list[KeptChunk] = []
        total = len(documents)
        with ExitStack() as stack:
            session: Session | None = None
            for key in keys:
                first, last = key.first, key.last
                kept = self._kept(key, documents[first:last])
                if kept is None:
                    self._require_may_run(pin, first=first, last=last)
                    session = session or stack.enter_context(opened())
                    kept = self._predicted(session, key, documents[first:last])
                    if last * TENTHS // total > first * TENTHS // total:
                        self.progress(f"{task}: {last} of {total} documents")
                chunks.append(kept)
        return chunks

    def _kept(self, key: ChunkKey, documents: tuple[Document, ...]) -> KeptChunk | None:
        """The chunk if it is there and answers for exactly these documents."""
        kept = self.predictions.get(key)
        if kept is None or [r.document for r in kept.chunk.records] != [d.id for d in documents]:
            return None
        return kept

    def _require_may_run(self, pin: SuitePin, *, first: int, last: int) -> None:
        if not self.may_run:
            msg = (
                f"suite {pin.name}: predictions of documents {first + 1} to {last} are missing or "
                "not of these documents, and no candidate runs here"
            )
            raise EvidenceError(msg, next_step="openmed release gate")

    def _opened(
        self, artifact: str, profile: RunnerProfile, *, log: str, timeout: float
    ) -> AbstractContextManager[Session]:
        return self.runners.open(self.store.path(artifact), profile, log=log, timeout=timeout)

    def _predicted(
        self, session: Session, key: ChunkKey, documents: tuple[Document, ...]
    ) -> KeptChunk:
        answers = session.predict(documents)
        chunk = PredictionsChunk(key=key, checksum=checksum(answers), records=answers)
        # A document that failed may answer the next time; only answers are kept.
        if all(answer.status is Status.OK for answer in answers):
            return self.predictions.put(chunk)
        return KeptChunk(chunk, digest_value(chunk))


def _decoding(profile: RunnerProfile) -> DecodingFacts | None:
    tokens = profile.tokens
    if tokens is None:
        return None
    return DecodingFacts(
        decoder=tokens.decoder,
        window=tokens.window,
        stride=tokens.stride,
        threshold=tokens.threshold,
    )
