"""What a suite holds: documents, gold spans and template families per label and language. Pure.

A family is the unit of independence: a thousand spans of one family say little more than one.
Not here: whether that is enough (the `evidence` gate, `docs/concepts/evaluation.md`).
"""

from collections.abc import Iterable, Iterator

from openmed.domain.frozen import Frozen, Label
from openmed.domain.text.labels import LABELS
from openmed.domain.text.span import Document, GoldSpan

Gold = tuple[Document, GoldSpan]
"""A gold span with its document."""


class LabelCounts(Frozen):
    """What a suite holds of one label.

    Attributes:
        label: canonical label.
        documents: documents with gold of this label.
        spans: gold spans.
        families: template families they come from.
        languages: languages they are in, sorted.
    """

    label: Label
    documents: int
    spans: int
    families: int
    languages: tuple[str, ...]


class LanguageCounts(Frozen):
    """What a suite holds in one language.

    Attributes:
        language: BCP 47 tag.
        documents: documents.
        without_gold: documents without any gold span.
        spans: gold spans.
        families: template families with gold.
        labels: labels with gold.
    """

    language: str
    documents: int
    without_gold: int
    spans: int
    families: int
    labels: int


class SuiteCounts(Frozen):
    """What a suite holds.

    Attributes:
        labels: per label that has gold, in the order of `labels.py`.
        languages: per language, the one with most documents first.
        documents: documents.
        without_gold: documents without any gold span.
        spans: gold spans.
        families: template families, those without gold too.
    """

    labels: tuple[LabelCounts, ...]
    languages: tuple[LanguageCounts, ...]
    documents: int
    without_gold: int
    spans: int
    families: int


def count(documents: Iterable[Document]) -> SuiteCounts:
    """Count documents, spans and families."""
    kept = tuple(documents)
    by_label: dict[str, list[Gold]] = {}
    for document, span in _gold(kept):
        by_label.setdefault(span.label, []).append((document, span))
    by_language: dict[str, list[Document]] = {}
    for document in kept:
        by_language.setdefault(document.language, []).append(document)
    languages = [_language(language, rows) for language, rows in by_language.items()]
    return SuiteCounts(
        labels=tuple(
            _label(facts.name, by_label[facts.name]) for facts in LABELS if facts.name in by_label
        ),
        languages=tuple(sorted(languages, key=lambda row: (-row.documents, row.language))),
        documents=len(kept),
        without_gold=sum(not document.spans for document in kept),
        spans=sum(len(document.spans) for document in kept),
        families=len({document.family for document in kept}),
    )


def _gold(documents: Iterable[Document]) -> Iterator[Gold]:
    for document in documents:
        for span in document.spans:
            yield document, span


def _label(label: str, gold: list[Gold]) -> LabelCounts:
    return LabelCounts(
        label=label,
        documents=len({document.id for document, _ in gold}),
        spans=len(gold),
        families=len({document.family for document, _ in gold}),
        languages=tuple(sorted({document.language for document, _ in gold})),
    )


def _language(language: str, documents: list[Document]) -> LanguageCounts:
    gold = list(_gold(documents))
    return LanguageCounts(
        language=language,
        documents=len(documents),
        without_gold=sum(not document.spans for document in documents),
        spans=len(gold),
        families=len({document.family for document, _ in gold}),
        labels=len({span.label for _, span in gold}),
    )
