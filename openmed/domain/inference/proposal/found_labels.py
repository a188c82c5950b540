"""Which of the labels a model has its row may promise: those that can be judged, and are found.

A label set names what a model was trained for, not what it does on clinical notes. What is found of
less than a tenth of the gold is no claim, and gold of fewer than ten spans of three families proves
nothing; `openmed policy suggest` takes neither.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from openmed.domain.frozen import Frozen
from openmed.domain.inference.predictions import DocumentPredictions
from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

_FEWEST_SPANS: Final = 5
"""Gold spans of a label below which a sample decides nothing."""
_LEAST: Final = 10
"""One of so many must be found."""
_PROVING_SPANS, _PROVING_FAMILIES = 10, 3
"""Gold that proves something."""


class JudgeableLabels(NamedTuple):
    """What suites can judge.

    Attributes:
        suites: documents of each, by its name.
        counted: suites on which the gate `evidence` counts gold; none = on any.
    """

    suites: Mapping[str, tuple[Document, ...]]
    counted: frozenset[str] = frozenset()

    @property
    def documents(self) -> tuple[Document, ...]:
        """Those of all suites."""
        return tuple(document for documents in self.suites.values() for document in documents)

    @property
    def languages(self) -> frozenset[str]:
        """Languages of which there is gold."""
        return frozenset(document.language for document in self.documents if document.spans)

    def of(self, languages: Collection[str]) -> frozenset[str]:
        """Labels with gold enough in some languages, on every suite that counts."""
        proven = {name: _proven(one, languages) for name, one in self.suites.items()}
        counted = [found for name, found in proven.items() if name in self.counted]
        if counted:
            return frozenset.intersection(*counted)
        return frozenset().union(*proven.values())


def _proven(documents: Sequence[Document], languages: Collection[str]) -> frozenset[str]:
    spans: dict[str, int] = {}
    families: dict[str, set[str]] = {}
    for document in documents:
        for span in document.spans if document.language in languages else ():
            spans[span.label] = spans.get(span.label, 0) + 1
            families.setdefault(span.label, set()).add(document.family)
    return frozenset(
        label
        for label, count in spans.items()
        if count >= _PROVING_SPANS and len(families[label]) >= _PROVING_FAMILIES
    )


class UnfoundLabel(Frozen):
    """A label that a model has and does not find.

    Attributes:
        label: canonical label.
        found: gold spans that were redacted as their group.
        gold: gold spans of the sample.
    """

    label: str
    found: int
    gold: int


def unfound_labels(
    documents: Sequence[Document],
    records: Sequence[DocumentPredictions],
    *,
    claimed: Sequence[str],
) -> tuple[UnfoundLabel, ...]:
    """Labels of which a sample of documents shows that they are not found.

    Args:
        documents: with their gold.
        records: the model's answers for them, in order.
        claimed: labels the model has.
    """
    gold = dict.fromkeys(claimed, 0)
    found = dict.fromkeys(claimed, 0)
    for document, record in zip(documents, records, strict=True):
        for span in document.spans:
            if span.label in gold:
                gold[span.label] += 1
                found[span.label] += _is_found(span, record.spans, text=document.text)
    return tuple(
        UnfoundLabel(label=label, found=found[label], gold=count)
        for label, count in gold.items()
        if count >= _FEWEST_SPANS and found[label] * _LEAST < count
    )


def _is_found(gold: GoldSpan, spans: Sequence[PredictedSpan], *, text: str) -> bool:
    """Whether the letters and digits of a span are redacted, and by something of its group."""
    near = [span for span in spans if span.start < gold.end and gold.start < span.end]
    group = BY_NAME[gold.label].group
    is_typed = any(BY_NAME[span.label].group is group for span in near if span.label in BY_NAME)
    return is_typed and all(
        any(span.start <= at < span.end for span in near)
        for at in range(gold.start, gold.end)
        if text[at].isalnum()
    )
