"""Runs an artifact on one suite where its predictions are not kept, and counts."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import digest_of
from openmed.domain.evaluation.recheck import differing, drawn
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import BenchmarkReport, DecodingFacts, Scope, Subject
from openmed.domain.evaluation.scoring.score import in_scope, score
from openmed.domain.gates.gate import MeasuredElsewhere
from openmed.domain.inference.predictions import (
    ChunkKey,
    chunk_ranges,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.release.product import materials_digest
from openmed.domain.suites.suite import Suite, SuitePin, suite_digest
from openmed.domain.text.labels import SCHEMA_VERSION
from openmed.domain.text.span import Document
from openmed.domain.wire import digest_value, plain
from openmed.errors import (
    EvidenceError,
    ExternalError,
    OpenMedError,
    PolicyError,
    SuiteMissingError,
)
from openmed.ports.execution import (
    ChunkToAnswer,
    Executor,
    ModelToRun,
    Runners,
    Session,
    SuiteProgress,
)
from openmed.ports.inputs import Inputs
from openmed.ports.storage import ArtifactStore, KeptChunk, Predictions
from openmed.steps.benchmark.attested import Attestations, missing_measurement
from openmed.steps.benchmark.batch_check import check_batches, require_promise
from openmed.steps.benchmark.missing_answers import answer_missing

CHUNK = 32
"""Documents per chunk: small enough to lose little, large enough to fill batches."""


class Measurement(NamedTuple):
    """What is to be measured.

    Attributes:
        subject: whose bytes.
        files: its files.
        pin: the suite.
        scope: what it declares.
        task: name for progress.
        log: file that gets what the child says.
        timeout: seconds for loading, and again for each call.
    """

    subject: Subject
    files: tuple[StagedFile, ...]
    pin: SuitePin
    scope: Scope
    task: str
    log: str
    timeout: float


class CountedReport(NamedTuple):
    """A report and the predictions it was counted from.

    Attributes:
        report: the report.
        predictions: digest of what is kept of them.
    """

    report: BenchmarkReport
    predictions: str


class StandIn(NamedTuple):
    """A signed measurement that stands in for a count, and the predictions it is about."""

    measured: MeasuredElsewhere
    predictions: str


class RunAgain(NamedTuple):
    """A sample of documents, run again.

    Attributes:
        predictions: digest of the predictions that were compared with.
        documents: how many were run.
        differing: ids of those that got other spans.
    """

    predictions: str
    documents: int
    differing: tuple[str, ...]


class _Opened(NamedTuple):
    """A measurement whose bytes, profile and suite were looked at."""

    suite: Suite
    documents: tuple[Document, ...]
    profile: RunnerProfile
    keys: tuple[ChunkKey, ...]


@dataclass(frozen=True)
class BenchmarkRunner:
    """What measuring needs, whatever model is measured.

    Attributes:
        executor: where candidates answer what is not kept.
        scorer: digest of the code that counts.
        linter: digest of the code that looks for defects of suites.
        may_run: whether candidate code may run here; else predictions must be there already.
        attestations: signed measurements, which may stand in for a count; None = none may.
        known: digests of the reports this process counted, by what each was counted from.
    """

    inputs: Inputs
    store: ArtifactStore
    runners: Runners
    executor: Executor
    predictions: Predictions
    progress: SuiteProgress
    scorer: str
    linter: str
    may_run: bool
    attestations: Attestations | None = None
    known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def measure(self, asked: Measurement, *, has_backstop: bool = True) -> BenchmarkReport:
        """Predict what is not cached, then count.

        Args:
            asked: what to measure.
            has_backstop: whether the profile's rules count; a report without them is for
                comparison only and never judged.

        Raises:
            OpenMedError: bytes, suite or child are not what they should be.
        """
        defects = self.inputs.suite_defects(asked.pin)
        if defects:
            name = asked.pin.name
            step = f"openmed suite lint {name}; correct it, or name them as [[suite.defects]]"
            raise EvidenceError(defects, next_step=step)
        return self._counted(asked, before=None, has_backstop=has_backstop).report

    def count_again(self, asked: Measurement, before: BenchmarkReport | None) -> CountedReport:
        """Count from predictions that are kept; where candidates may run, predict what is not.

        Args:
            asked: what was measured.
            before: its report; it is not counted twice where this process counted exactly this
                one from exactly the bytes that are kept now.

        Raises:
            OpenMedError: bytes, suite or predictions are missing or not what they should be.
        """
        return self._counted(asked, before=before, has_backstop=True)

    def stand_in(self, asked: Measurement, report: BenchmarkReport) -> StandIn | None:
        """What stands in for a count of a suite whose text is missing; None = it is to be counted.

        Args:
            asked: what was measured.
            report: its report.

        Raises:
            EvidenceError: the policy names a key that may measure, and nothing stands in.
        """
        pin, slot = asked.pin, asked.subject.slot
        keys = self.inputs.policy(slot).measurers(pin.name) if self.attestations else ()
        missing = self._missing_text(pin) if keys else None
        if missing is None or self.attestations is None:
            return None
        try:
            _, signed = self.attestations.statement(slot, pin.name)
            predictions = self._kept_for(asked, report, signed.measurement.documents)
            wanted = self.attestations.wanted(
                report, pin, scorer=self.scorer, predictions=predictions, keys=keys
            )
            return StandIn(self.attestations.require(report, signed, wanted), predictions)
        except OpenMedError as why:
            raise missing_measurement(missing, why, slot, pin.name) from None

    def _missing_text(self, pin: SuitePin) -> OpenMedError | None:
        """Why the text of a suite is not here; None where it is, or where it is wrong."""
        try:
            self.inputs.suite(pin)
        except (SuiteMissingError, ExternalError) as error:
            return error
        return None

    def _kept_for(self, asked: Measurement, report: BenchmarkReport, documents: str) -> str:
        """Digest of the predictions that are here; empty where some are missing."""
        subject, files, *_ = asked
        self.store.verify(subject.artifact, files)
        profile = self.store.profile(subject.artifact)
        runtime = self.runners.runtime(profile.runner)
        name = self.runners.library_name(profile.runner)
        today = (runtime, name, _decoding(profile), SCHEMA_VERSION, asked.scope)
        measured = (report.runtime, report.library_name, report.decoding, report.label_schema)
        if today != (*measured, report.scope):
            raise EvidenceError("the report was made by another runtime or for another row")
        keys = _keys(subject.artifact, runtime.digest, documents, report.suite.documents)
        there = [self.predictions.digest(key) for key in keys]
        return "" if None in there else digest_of([*there])

    def chunk_keys(self, asked: Measurement) -> tuple[ChunkKey, ...]:
        """Which predictions a report is counted from."""
        return self._open(asked).keys

    def run_again(self, asked: Measurement, *, seed: str, size: int) -> RunAgain:
        """Run a sample of documents whose predictions are kept, and compare.

        Raises:
            EvidenceError: predictions are missing.
            OpenMedError: bytes, suite or child are not what they should be.
        """
        opened = self._open(asked)
        kept = [self._kept(key, opened.documents[key.first : key.last]) for key in opened.keys]
        chunks = [one for one in kept if one is not None]
        if len(chunks) < len(kept):
            raise EvidenceError(f"suite {asked.pin.name}: predictions are missing")
        predictions = _digest_of(chunks)
        records = [record for one in chunks for record in one.chunk.records]
        ids = [document.id for document in opened.documents]
        positions = drawn(ids, seed=seed, predictions=predictions, size=size)
        with self._session(asked, opened.profile) as session:
            again = session.predict([opened.documents[at] for at in positions])
        before = [records[at] for at in positions]
        return RunAgain(predictions, len(positions), differing(before, again))

    def check_batches(self, asked: Measurement) -> None:
        """Answer a sample alone and in company; tell a difference.

        Args:
            asked: what was measured; its log is that of the check, and its task names the line.

        Raises:
            EvidenceError: spans differ, and the profile says that they do not.
            ExternalError: the model cannot be run.
        """
        opened = self._open(asked)
        check = check_batches(opened.documents, opened=lambda: self._session(asked, opened.profile))
        require_promise(check, opened.profile)
        if check.differing:
            self.progress.detail(f"{asked.task}: {check.sentence}")

    def _counted(
        self, asked: Measurement, *, before: BenchmarkReport | None, has_backstop: bool
    ) -> CountedReport:
        subject, _, pin, scope, *_ = asked
        opened = self._open(asked)
        rules = opened.profile.rules if has_backstop else ()
        runtime = self.runners.runtime(opened.profile.runner)
        library_name = self.runners.library_name(opened.profile.runner)
        made_from = partial(
            materials_digest,
            subject=plain(subject),
            pin=plain(pin),
            scope=plain(scope),
            runtime=plain(runtime),
            rules=list(rules),
            library_name=library_name,
        )
        if before is not None:
            there = digest_of([self.predictions.digest(key) for key in opened.keys])
            if self.known.get(made_from(predictions=there)) == digest_value(before):
                return CountedReport(before, there)
        chunks = self._chunks(asked, opened)
        answers = [record for kept in chunks for record in kept.chunk.records]
        report = score(
            opened.suite,
            redactions(opened.documents, answers, rules=rules, scope=scope),
            subject=subject,
            scope=scope,
            runtime=runtime,
            library_name=library_name,
            scorer=self.scorer,
            decoding=_decoding(opened.profile),
        )
        predictions = _digest_of(chunks)
        self.known[made_from(predictions=predictions)] = digest_value(report)
        return CountedReport(report, predictions)

    def _open(self, asked: Measurement) -> _Opened:
        subject, files, pin, scope, *_ = asked
        self.store.verify(subject.artifact, files)
        suite = self.inputs.suite(pin)
        profile = self.store.profile(subject.artifact)
        documents = in_scope(suite, scope)
        if not documents:
            msg = f"suite {pin.name} has no documents in {', '.join(scope.languages)}"
            raise EvidenceError(msg)
        runtime = self.runners.runtime(profile.runner)
        # Documents left out shift the others: then the range is one of what is left.
        is_whole = len(documents) == len(suite.documents)
        digest = pin.digest if is_whole else suite_digest(documents)
        keys = _keys(subject.artifact, runtime.digest, digest, len(documents))
        return _Opened(suite, documents, profile, keys)

    def _chunks(self, asked: Measurement, opened: _Opened) -> list[KeptChunk]:
        """Predictions of all documents, those that are kept or new ones."""
        wanted = [ChunkToAnswer(k, opened.documents[k.first : k.last]) for k in opened.keys]
        chunks = {one.key: self._kept(*one) for one in wanted}
        missing = [one for one in wanted if chunks[one.key] is None]
        if missing:
            self._require_may_run(asked.pin, missing[0].key)
            found = answer_missing(
                self.executor,
                self._model(asked, opened.profile),
                missing,
                predictions=self.predictions,
                progress=self.progress,
                task=asked.task,
                total=len(opened.documents),
            )
            chunks |= {kept.chunk.key: kept for kept in found}
        return [kept for kept in chunks.values() if kept is not None]

    def _model(self, asked: Measurement, profile: RunnerProfile) -> ModelToRun:
        return ModelToRun(
            asked.subject.artifact,
            asked.files,
            folder=self.store.path(asked.subject.artifact),
            profile=profile,
            runtime=self.runners.runtime(profile.runner),
            log=asked.log,
            timeout=asked.timeout,
            isolation_waiver=self._isolation_waiver(asked.subject.slot),
        )

    def _kept(self, key: ChunkKey, documents: tuple[Document, ...]) -> KeptChunk | None:
        """The chunk if it is there and answers for exactly these documents."""
        kept = self.predictions.get(key)
        if kept is None or [r.document for r in kept.chunk.records] != [d.id for d in documents]:
            return None
        return kept

    def _require_may_run(self, pin: SuitePin, key: ChunkKey) -> None:
        if not self.may_run:
            msg = (
                f"suite {pin.name}: predictions of documents {key.first + 1} to {key.last} are "
                "missing or not of these documents, and no candidate runs here"
            )
            raise EvidenceError(msg, next_step="openmed release gate")

    def _session(
        self, asked: Measurement, profile: RunnerProfile
    ) -> AbstractContextManager[Session]:
        return self.runners.open(
            self.store.path(asked.subject.artifact),
            profile,
            log=asked.log,
            timeout=asked.timeout,
            isolation_waiver=self._isolation_waiver(asked.subject.slot),
        )

    def _isolation_waiver(self, slot: str) -> str | None:
        """Why its policy lets it run unisolated; what is measured by hand may have no policy."""
        try:
            return self.inputs.policy(slot).isolation_reason
        except PolicyError:
            return None


def _keys(artifact: str, runtime: str, suite: str, documents: int) -> tuple[ChunkKey, ...]:
    return tuple(
        ChunkKey(artifact=artifact, runtime=runtime, suite=suite, first=first, last=last)
        for first, last in chunk_ranges(documents, size=CHUNK)
    )


def _digest_of(chunks: list[KeptChunk]) -> str:
    return digest_of([kept.digest for kept in chunks])


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
