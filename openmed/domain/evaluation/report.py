"""The report: what one suite measured on one staged candidate. Counts and offsets, no text.

Byte-reproducible: nothing here depends on the clock, the host or the order of work.
Definitions of every count: `docs/concepts/glossary.md`, section Measures.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.behaviour import Behaviour
from openmed.domain.frozen import Digest, Frozen, Label
from openmed.domain.inference.answer_faults import Unanswered
from openmed.domain.inference.predictions import Runtime
from openmed.domain.slot import SlotKey

Count = Annotated[int, Field(ge=0, le=2**40)]
"""Bounded, so that sums of counts stay exact in JSON."""
Bitmap = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")]


class SuiteFacts(Frozen):
    """Which suite was measured.

    Attributes:
        name: suite name.
        title: name for people.
        edition: edition.
        revision: revision of the data.
        digest: content digest; reports compare only when it is equal.
        documents: documents in scope.
        spans: gold spans of these.
        skipped_documents: documents in languages that are not in scope.
    """

    name: str
    title: str
    edition: str
    revision: str
    digest: Digest
    documents: Count
    spans: Count
    skipped_documents: Count


class Scope(Frozen):
    """What a candidate declares: nothing else is predicted, run or judged.

    Attributes:
        labels: predictions of other labels are dropped before anything is counted.
        languages: documents in other languages are not run.
    """

    labels: tuple[Label, ...]
    languages: tuple[str, ...]


class Subject(Frozen):
    """Which candidate was measured.

    Attributes:
        slot: release channel.
        repo_id: repository.
        artifact: tree digest of the staged bytes.
    """

    slot: SlotKey
    repo_id: str
    artifact: Digest


class Counts(Frozen):
    """What happened to a set of gold spans.

    Attributes:
        support: gold spans.
        families: template families they come from; spans of one family are not independent.
        documents: documents they stand in.
        covered: spans whose sensitive characters are all redacted, by whatever label.
        partial: spans with some of them redacted.
        missed: spans with none of them redacted.
        exposed: spans that are missed or show a run of 4 or more sensitive characters
            (or the whole value when it is shorter).
        typed: covered spans whose longest overlapping prediction has the same coarse group.
        strict: spans found with exactly these offsets and this label.
        exact: spans found with exactly these offsets, any label.
        characters: sensitive characters (letters, digits, combining marks) in the gold.
        leaked: sensitive characters left in clear.
        design_effect: how much less the spans tell than independent ones would (variance of
            `covered` by template family over the binomial variance, 4 digits); None when
            it cannot be estimated: nothing or everything covered, or fewer than two families.
    """

    support: Count
    families: Count
    documents: Count
    covered: Count
    partial: Count
    missed: Count
    exposed: Count
    typed: Count
    strict: Count
    exact: Count
    characters: Count
    leaked: Count
    design_effect: Annotated[float, Field(ge=0)] | None


class SliceCounts(Frozen):
    """Counts of one label, one language or one slice."""

    name: str
    counts: Counts


class PredictionCounts(Frozen):
    """What the predictions of one label were worth.

    Attributes:
        label: label predicted.
        predicted: valid predictions.
        touching: of these, the ones that touch gold.
    """

    label: Label
    predicted: Count
    touching: Count


class Redaction(Frozen):
    """How much was redacted that is not personal.

    Attributes:
        outside: letters, digits and marks outside any gold span.
        over_redacted: of these, redacted.
        false_alarm_documents: documents without gold that have a prediction.
        documents_without_gold: documents without gold.
    """

    outside: Count
    over_redacted: Count
    false_alarm_documents: Count
    documents_without_gold: Count


LibraryName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,49}$")]

MatchingName = Literal["strict", "exact", "partial", "type"]


class Matching(Frozen):
    """Whole spans matched by one schema of SemEval-2013; beside the gates, never under one.

    Every gold span is correct, incorrect, partial or missed; every prediction is correct,
    incorrect, partial or spurious.

    Attributes:
        name: same offsets and label (`strict`), same offsets (`exact`), the same with half
            marks for overlap (`partial`), or overlap and same label (`type`).
        correct: pairs the schema accepts.
        incorrect: pairs it does not.
        partial: pairs that overlap; only `partial` has them.
        missed: gold spans no prediction took.
        spurious: predictions that took no gold span.
    """

    name: MatchingName
    correct: Count
    incorrect: Count
    partial: Count
    missed: Count
    spurious: Count


class Leak(Frozen):
    """Where a direct identifier was left in clear: missed, or a run of 4 or more shown."""

    document: str
    start: Count
    end: Count
    label: Label


def _is_blank(value: str) -> bool:
    """What a version does not have is not written: a report keeps its bytes, its name."""
    return not value


class SpanOutcomes(Frozen):
    """Which gold spans of one label were covered, and which leaked.

    Bitmaps are hexadecimal, most significant bit first. A report made before `firsts` and
    `documents` were kept has them empty.

    Attributes:
        label: canonical label.
        bits: one bit per span in suite order (document id, start, end), 1 = covered.
        firsts: one bit per span, 1 = the first one of this label in its document.
        documents: one bit per document in scope by id, 1 = has a span of this label.
        exposed: one bit per span of a direct identifier, 1 = missed, or a run of 4 or more
            sensitive characters in clear; empty for other labels, and before version 3.
    """

    label: Label
    bits: Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")]
    firsts: Bitmap = ""
    documents: Bitmap = ""
    exposed: Bitmap = Field(default="", exclude_if=_is_blank)


def _is_none(value: object) -> bool:
    return value is None


def _is_empty(value: tuple[object, ...]) -> bool:
    """What is not known is not written: a report of version 1 keeps its bytes, its name."""
    return not value


class DecodingFacts(Frozen):
    """How tokens became spans: what a reader needs who runs the model himself.

    Attributes:
        decoder: the rule, as the profile names it.
        window: most tokens the model saw at once, special tokens included.
        stride: tokens that two windows share.
        threshold: least score of what was predicted.
    """

    decoder: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    window: Count
    stride: Count
    threshold: Annotated[float, Field(gt=0, lt=1)]


class BenchmarkReport(Frozen):
    """Product of `benchmark`.

    Attributes:
        suite: which suite.
        subject: which candidate.
        scope: what it declares.
        runtime: what ran it.
        scorer: digest of the code that counted.
        label_schema: version of the canonical labels.
        scored_documents: documents with an answer; less than the suite is an error.
        failed_documents: ids without an answer.
        failures: why, by kind of error; a kind is a name, never a message.
        invalid_predictions: predictions outside the text, empty or not finite; they earn nothing.
        overlapping_predictions: predictions that overlap the one before them.
        overall: all gold spans of the suite, declared or not.
        labels: per label that has gold, by name.
        languages: per language, by name.
        declared_languages: per language, gold of declared labels only, by name; together they
            are the declared gold.
        slices: per slice, by name.
        predictions: per predicted label, by name.
        redaction: over-redaction.
        leaks: direct identifiers left in clear, with their places; before version 3. Later
            reports have a bitmap for each label, `exposed` of its outcomes, and their places
            follow from the suite. Both are read by `openmed/domain/evaluation/leaks.py`.
        leak_places: digest of these places, from version 3.
        outcomes: which gold spans were covered, per label that has gold, by name.
        matchings: whole spans matched by each schema of SemEval-2013; a report made before
            they were counted has none.
        library_name: library that loads the artifact, as the Hub calls it; from the runner. None
            when there is none, and in a report made before it was recorded.
        decoding: how tokens became spans; None where the model finds spans by itself, and in a
            report made before it was recorded.
        unanswered: documents without an answer by reason, the most frequent first; empty where
            all have one, and in a report made before the reasons were kept.
        behaviour: what is redacted, as digests; empty where a document was not answered. A
            report of version 1 has none.
    """

    schema_: Literal["openmed.report/1", "openmed.report/2", "openmed.report/3"] = Field(
        default="openmed.report/3", alias="schema"
    )
    suite: SuiteFacts
    subject: Subject
    scope: Scope
    runtime: Runtime
    scorer: Digest
    label_schema: str
    scored_documents: Count
    failed_documents: tuple[str, ...]
    failures: tuple[str, ...]
    invalid_predictions: Count
    overlapping_predictions: Count
    overall: Counts
    labels: tuple[SliceCounts, ...]
    languages: tuple[SliceCounts, ...]
    declared_languages: tuple[SliceCounts, ...]
    slices: tuple[SliceCounts, ...]
    predictions: tuple[PredictionCounts, ...]
    redaction: Redaction
    leaks: tuple[Leak, ...] | None = Field(default=None, exclude_if=_is_none)
    leak_places: Digest | None = Field(default=None, exclude_if=_is_none)
    outcomes: tuple[SpanOutcomes, ...]
    matchings: tuple[Matching, ...] = ()
    library_name: LibraryName | None = None
    decoding: DecodingFacts | None = Field(default=None, exclude_if=_is_none)
    unanswered: tuple[Unanswered, ...] = Field(default=(), exclude_if=_is_empty)
    behaviour: Behaviour = Field(default=(), exclude_if=_is_empty)

    @property
    def is_incomplete(self) -> bool:
        """Whether a document has no answer: every number is then too low, or of too few."""
        return bool(self.failed_documents) or self.scored_documents != self.suite.documents

    @model_validator(mode="after")
    def _has_leaks_as_its_version(self) -> Self:
        columns = [row.label for row in self.outcomes if row.exposed]
        is_listed = self.leaks is not None and self.leak_places is None and not columns
        is_columns = self.leaks is None and self.leak_places is not None
        if not (is_columns if self.schema_ == "openmed.report/3" else is_listed):
            msg = f"the leaks are not kept as {self.schema_} keeps them"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _is_of_its_version(self) -> Self:
        later = {
            "behaviour": self.behaviour,
            "decoding": self.decoding,
            "unanswered": self.unanswered,
        }
        for name, value in later.items() if self.schema_ == "openmed.report/1" else ():
            if value:
                msg = f"{name} does not belong to openmed.report/1"
                raise ValueError(msg)
        return self
