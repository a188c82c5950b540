"""The tables of docs/concepts/evaluation.md are what the golden corpus holds."""

import re

from support.golden_corpus import ENGLISH, GOLDEN
from support.repositories import ROOT

from openmed.domain.evaluation.scoring.statistics import trials_needed
from openmed.domain.suites.suite_counts import count

TEXT = (ROOT / "docs" / "concepts" / "evaluation.md").read_text(encoding="utf-8")
FLOOR = 0.995


def rows(first: str) -> list[list[str]]:
    """The body of the table whose heading begins with a word."""
    lines = TEXT[TEXT.index(f"| {first} |") :].splitlines()
    body = lines[2 : next(at for at, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def misses(spans: int) -> str:
    """Most misses with which the lower bound still reaches the floor."""
    allowed = sum(trials_needed(FLOOR, missed) <= spans for missed in range(20))
    return str(allowed - 1) if allowed else "too small"


def test_labels_are_as_counted() -> None:
    """English documents, spans, families; languages over all; what they prove."""
    everywhere = {row.label: str(len(row.languages)) for row in count(GOLDEN).labels}
    assert [
        [row.label, str(row.documents), str(row.spans), str(row.families), everywhere[row.label],
         misses(row.spans)]
        for row in count(ENGLISH).labels
    ] == [[cells[0], *cells[2:]] for cells in rows("Label")[:-1]]  # fmt: skip


def test_languages_are_as_counted() -> None:
    """Documents, those without gold, spans, families, labels."""
    assert [
        [str(value) for value in (row.language, row.documents, row.without_gold, row.spans,
                                  row.families, row.labels)]
        for row in count(GOLDEN).languages
    ] == rows("Language")  # fmt: skip


def test_every_slice_is_explained() -> None:
    """And nothing else is."""
    named = {name for cells in rows("Slice") for name in re.findall(r"`([a-z-]+)`", cells[0])}
    assert {document.slice for document in GOLDEN} == named


def test_totals_are_as_counted() -> None:
    """The first sentence of the section."""
    counts = count(GOLDEN)
    sentence = f"{counts.documents:,} synthetic clinical notes with {counts.spans:,} gold spans"
    assert sentence in TEXT
    assert f"{counts.families} template families" in " ".join(TEXT.split())
