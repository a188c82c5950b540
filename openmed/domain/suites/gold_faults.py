"""What can be wrong with the gold spans of one document; offsets are told, text never is."""

from itertools import pairwise

from openmed.domain.text import labels
from openmed.domain.text.span import Document


def gold_fault(document: Document) -> str:
    """Say what is wrong with a document's gold spans; empty when nothing is."""
    fault = span_fault(document)
    if fault:
        return fault
    overlaps = any(left.end > right.start for left, right in pairwise(document.spans))
    return "two gold spans overlap" if overlaps else ""


def span_fault(document: Document) -> str:
    """Say what is wrong with one of its spans, or their order; empty when nothing is."""
    ordered = tuple(sorted(document.spans, key=lambda span: (span.start, span.end, span.label)))
    for span in ordered:
        where = f"gold span {span.start}-{span.end}"
        if span.label not in labels.BY_NAME:
            return f"{where} has the unknown label {span.label}"
        if not span.start < span.end <= len(document.text):
            return f"{where} lies outside the text of {len(document.text)} characters"
        value = document.text[span.start : span.end]
        if value != value.strip():
            return f"{where} begins or ends with white space"
        if not any(character.isalnum() for character in value):
            return f"{where} holds no letter or digit"
    return "" if ordered == document.spans else "gold spans are not in order"
