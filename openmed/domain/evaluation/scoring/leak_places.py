"""Where direct identifiers were left in clear: the places that the bits of a report stand for."""

from collections.abc import Iterator, Sequence

import numpy as np

from openmed.domain.evaluation.leaks import digest_of_leaks, places_digest
from openmed.domain.evaluation.report import BenchmarkReport, Leak
from openmed.domain.evaluation.scoring.bitmaps import exposed_of
from openmed.domain.evaluation.scoring.cover import Flags
from openmed.domain.evaluation.scoring.layout import CODES, LABELS, Layout
from openmed.domain.evaluation.scoring.outcomes import Outcomes
from openmed.domain.text import labels
from openmed.domain.text.span import Document
from openmed.errors import EvidenceError

_IS_DIRECT = np.array([labels.BY_NAME[name].direct for name in LABELS])


def leak_places_digest(outcomes: Outcomes) -> str:
    """Digest over the places of what leaked, as it is counted."""
    direct = _IS_DIRECT[outcomes.layout.gold.labels]
    return places_digest(_places(outcomes.layout, outcomes.exposed & direct))


def leaks_in(report: BenchmarkReport, documents: Sequence[Document]) -> tuple[Leak, ...]:
    """Every leak of a report with its place, in suite order.

    Args:
        report: the report, from version 3.
        documents: the documents of its suite that are in scope, by id.

    Raises:
        EvidenceError: the places are not those that were counted: it is another suite.
    """
    layout = Layout(documents)
    leaked = np.zeros(len(layout.gold), dtype=np.bool_)
    for row in report.outcomes:
        spans = np.flatnonzero(layout.gold.labels == CODES.get(row.label, -1))
        exposed = exposed_of(row)[: len(spans)]
        leaked[spans[: len(exposed)][exposed]] = True
    places = tuple(_places(layout, leaked))
    if places_digest(places) != digest_of_leaks(report):
        name = report.suite.name
        raise EvidenceError(f"the leaks of suite {name} are not at the places that were counted")
    return tuple(
        Leak(document=document, start=start, end=end, label=label)
        for document, start, end, label in places
    )


def _places(layout: Layout, leaked: Flags) -> Iterator[tuple[str, int, int, str]]:
    spans, indexes = layout.gold[leaked], layout.gold_documents[leaked]
    bases = layout.bases[indexes]
    names = [layout.documents[index].id for index in indexes.tolist()]
    starts, ends = (spans.starts - bases).tolist(), (spans.ends - bases).tolist()
    return zip(names, starts, ends, (LABELS[code] for code in spans.labels.tolist()), strict=True)
