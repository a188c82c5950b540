"""Which gold spans were covered, packed into the report and read back for paired tests."""

import numpy as np

from openmed.domain.evaluation.report import Counts, SpanOutcomes
from openmed.domain.evaluation.scoring.cover import Flags, Ints
from openmed.domain.evaluation.scoring.layout import LABELS
from openmed.domain.evaluation.scoring.outcomes import Outcomes
from openmed.domain.text import labels


def span_outcomes(outcomes: Outcomes) -> tuple[SpanOutcomes, ...]:
    """One row of bitmaps per label that has gold, by name."""
    layout = outcomes.layout
    rows: list[SpanOutcomes] = []
    for code in np.unique(layout.gold.labels).tolist():
        chosen = layout.gold.labels == code
        documents = layout.gold_documents[chosen]
        held = np.zeros(len(layout.documents), dtype=np.bool_)
        held[documents] = True
        rows.append(
            SpanOutcomes(
                label=LABELS[code],
                bits=_packed(outcomes.covered[chosen]),
                firsts=_packed(np.diff(documents, prepend=-1) != 0),
                documents=_packed(held),
                exposed=_packed(outcomes.exposed[chosen]) if _is_direct(LABELS[code]) else "",
            )
        )
    return tuple(rows)


def changes(now: SpanOutcomes, then: SpanOutcomes, *, support: int) -> Ints:
    """Per gold span of one label: 1 gained, -1 lost, 0 as before."""
    new, old = _unpacked(now.bits)[:support], _unpacked(then.bits)[:support]
    return new.astype(np.int64) - old.astype(np.int64)


def documents_of(row: SpanOutcomes, *, support: int) -> Ints | None:
    """Per gold span of one label, the place of its document; None when it was not kept."""
    if not row.firsts:
        return None
    places: Ints = np.flatnonzero(_unpacked(row.documents))
    order: Ints = np.cumsum(_unpacked(row.firsts)[:support]) - 1
    return places[order]


def exposed_of(row: SpanOutcomes) -> Flags:
    """Per gold span of one label whether it leaked; the bits that pad the last byte are unset."""
    return _unpacked(row.exposed)


def count_exposed(row: SpanOutcomes) -> int:
    """How many gold spans of one label leaked."""
    return _ones(row.exposed)


def bitmap_fault(row: SpanOutcomes, counts: Counts) -> str:
    """Say how the bitmaps of a label contradict its counts; empty when they do not.

    Whether its leaks are as many as its counts say is asked of the whole report.
    """
    return _covered_fault(row, support=counts.support, covered=counts.covered) or _documents_fault(
        row, support=counts.support, documents=counts.documents
    )


def exposed_fault(row: SpanOutcomes, *, support: int) -> str:
    """Say how the bitmap of what leaked contradicts the others; empty when it does not."""
    if not _is_direct(row.label):
        return "names leaks of a label that is no direct identifier" if row.exposed else ""
    if len(row.exposed) != len(row.bits):
        return "does not say which spans leaked"
    exposed = exposed_of(row)
    if exposed[support:].any():
        return "says something about spans that are not there"
    if (exposed & _unpacked(row.bits)).any():
        return "has a span that is covered and leaked"
    return ""


def _covered_fault(row: SpanOutcomes, *, support: int, covered: int) -> str:
    if len(bytes.fromhex(row.bits)) != (support + 7) // 8:
        return "has the wrong length"
    if _ones(row.bits) != covered:
        return "disagrees with its covered count"
    if _unpacked(row.bits)[support:].any():
        return "says something about spans that are not there"
    return ""


def _documents_fault(row: SpanOutcomes, *, support: int, documents: int) -> str:
    if not row.firsts and not row.documents:
        return ""
    firsts = _unpacked(row.firsts)
    if len(row.firsts) != len(row.bits) or not firsts[0] or firsts[support:].any():
        return "does not say where a document begins"
    if not _ones(row.firsts) == _ones(row.documents) == documents:
        return "disagrees with its number of documents"
    return ""


def _is_direct(label: str) -> bool:
    return label in labels.BY_NAME and labels.BY_NAME[label].direct


def _packed(flags: Flags) -> str:
    return np.packbits(flags).tobytes().hex()


def _unpacked(bits: str) -> Flags:
    return np.unpackbits(np.frombuffer(bytes.fromhex(bits), dtype=np.uint8)).astype(np.bool_)


def _ones(bits: str) -> int:
    return sum(byte.bit_count() for byte in bytes.fromhex(bits))
