"""What a suite holds is counted as its documents say."""

from support.golden_corpus import GOLDEN

from openmed.domain.suites.suite_counts import LabelCounts, LanguageCounts, count
from openmed.domain.text.span import Document, GoldSpan


def a_document(number: int, *, language: str, family: str, labels: tuple[str, ...]) -> Document:
    """A document with a one-letter gold span per label."""
    return Document(
        id=f"d-{number}",
        language=language,
        family=family,
        slice="base",
        smoke=False,
        text="abcdefgh",
        spans=tuple(GoldSpan(start=at, end=at + 1, label=label) for at, label in enumerate(labels)),
    )


DOCUMENTS = (
    a_document(1, language="en", family="a", labels=("DATE", "MRN", "DATE")),
    a_document(2, language="en", family="a", labels=("DATE",)),
    a_document(3, language="en", family="b", labels=()),
    a_document(4, language="de", family="c", labels=("MRN",)),
)


def test_labels_are_counted() -> None:
    """In the order of labels.py; a label without gold has no row."""
    assert (
        LabelCounts(label="DATE", documents=2, spans=3, families=1, languages=("en",)),
        LabelCounts(label="MRN", documents=2, spans=2, families=2, languages=("de", "en")),
    ) == count(DOCUMENTS).labels


def test_languages_are_counted() -> None:
    """The one with most documents first."""
    assert (
        LanguageCounts(language="en", documents=3, without_gold=1, spans=4, families=1, labels=2),
        LanguageCounts(language="de", documents=1, without_gold=0, spans=1, families=1, labels=1),
    ) == count(DOCUMENTS).languages


def test_totals_are_counted() -> None:
    """A family without gold is a family."""
    counts = count(DOCUMENTS)
    assert (4, 1, 5, 3) == (counts.documents, counts.without_gold, counts.spans, counts.families)


def test_rows_add_up() -> None:
    """On the golden corpus: spans by label, and everything by language."""
    counts = count(GOLDEN)
    assert (counts.spans, counts.spans, counts.documents, counts.without_gold) == (
        sum(row.spans for row in counts.labels),
        sum(row.spans for row in counts.languages),
        sum(row.documents for row in counts.languages),
        sum(row.without_gold for row in counts.languages),
    )


def test_order_does_not_matter() -> None:
    """Documents may come in any order."""
    assert count(DOCUMENTS) == count(reversed(DOCUMENTS))
