"""Rules about where gold spans stand."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from unicodedata import category, combining

from openmed.domain.suites.lint.draft import Draft, DraftSpan
from openmed.domain.suites.lint.lint_finding import LintFinding
from openmed.domain.text.labels import BY_NAME

_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f")


def placement(draft: Draft) -> Iterator[LintFinding]:
    """Defects of one document's spans."""
    for span in draft.spans:
        for rule in _rules(draft, span):
            detail = span.label if span.label in BY_NAME else ""
            yield LintFinding(rule, draft.where, span.start, span.end, detail)
    yield from _between(draft)


def _rules(draft: Draft, span: DraftSpan) -> Iterator[str]:
    if span.label not in BY_NAME:
        yield "unknown-label"
    if span.start == span.end:
        yield "empty-span"
    elif not 0 <= span.start < span.end <= len(draft.text):
        yield "outside-text"
    else:
        yield from _value_rules(draft, span)


def _value_rules(draft: Draft, span: DraftSpan) -> Iterator[str]:
    value = draft.value(span)
    if span.text is not None and span.text != value:
        yield "text-differs"
    if value != value.strip():
        yield "outer-space"
    if not any(category(character)[0] in "LN" for character in value):
        yield "nothing-sensitive"
    after = draft.text[span.end : span.end + 1]
    if _continues(value[0]) or (after and _continues(after)):
        yield "split-character"


def _continues(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    return bool(combining(character)) or character in _JOINERS


def _between(draft: Draft) -> Iterator[LintFinding]:
    ordered = sorted(draft.spans, key=lambda span: (span.start, span.end, span.label))
    if ordered != list(draft.spans):
        yield LintFinding("unordered-spans", draft.where)
    for left, right in pairwise(ordered):
        if left[:3] == right[:3]:
            yield LintFinding("duplicate-span", draft.where, right.start, right.end)
        elif left.end > right.start:
            yield LintFinding("overlap", draft.where, right.start, left.end)
