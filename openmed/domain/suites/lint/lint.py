"""`lint`: every rule over every document of a suite."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple

from openmed.domain.digest import Json
from openmed.domain.suites.lint.coverage import coverage
from openmed.domain.suites.lint.draft import Draft
from openmed.domain.suites.lint.leakage import Overlap, overlap
from openmed.domain.suites.lint.lint_finding import LintFinding
from openmed.domain.suites.lint.placement import placement
from openmed.domain.suites.lint.reserved import reserved
from openmed.domain.suites.lint.wording import left_in_clear, names, normal_text, twins
from openmed.domain.suites.suite import Minimum

RULES: Final[dict[str, str]] = {
    "not-as-pinned": "the file or its content has another digest than the pin",
    "malformed": "a line is not a document",
    "no-documents": "there is not one document",
    "duplicate-id": "two documents share an id",
    "duplicate-text": "two documents share their whole text",
    "bad-name": "id, family, language or slice cannot be shown in a report",
    "empty-text": "a document has no text",
    "half-character": "the text holds half of a surrogate pair",
    "outside-text": "a span begins before, ends after, or ends before it begins",
    "empty-span": "a span has no character",
    "text-differs": "the value written beside a span is not what stands there",
    "outer-space": "a span begins or ends with white space",
    "nothing-sensitive": "a span holds no letter or digit",
    "split-character": "a span cuts a combining mark from its letter",
    "unknown-label": "a label is not of the canonical set",
    "duplicate-span": "a span is given twice",
    "overlap": "two spans overlap",
    "unordered-spans": "spans are not in the order of the text",
    "not-nfc": "text that is not NFC, in a family that is not marked nfd or combining",
    "carriage-return": "a carriage return, in a family that is not marked crlf",
    "not-reserved": "a synthetic value that might be somebody's",
    "left-in-clear": "a direct identifier that is gold in one place and not in another",
    "uncovered-label": "a label the pin asks for has no gold",
    "too-few-spans": "a label has less gold than the pin asks for",
    "too-few-families": "a label's gold comes from fewer families than the pin asks for",
    "shared-wording": "eight words in a row that a recipe's training notes have too",
}
"""What each rule finds, in one phrase."""


class LintReport(NamedTuple):
    """What lint came to.

    Attributes:
        documents: documents looked at.
        spans: gold spans looked at.
        findings: every defect, in the order of the file.
        overlap: words shared with training notes; None when there are none to compare with.
    """

    documents: int
    spans: int
    findings: tuple[LintFinding, ...]
    overlap: Overlap | None

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        shared = self.overlap
        return {
            "documents": self.documents,
            "spans": self.spans,
            "findings": [finding.plain for finding in self.findings],
            "training_overlap": None
            if shared is None
            else {"training": shared.training, "suite": shared.suite, "shared": shared.shared},
        }


def lint(
    drafts: Sequence[Draft],
    *,
    before: Iterable[LintFinding] = (),
    is_synthetic: bool,
    minima: Sequence[Minimum] = (),
    training: Sequence[str] = (),
) -> LintReport:
    """Look for every defect.

    Args:
        drafts: the documents as they are written.
        before: what reading them found.
        is_synthetic: whether the rules for invented text hold too; real notes are what they are.
        minima: how much gold there must be.
        training: texts that candidates are trained on.
    """
    own = (normal_text, reserved, left_in_clear) if is_synthetic else ()
    shared = overlap(drafts, training) if training else None
    findings = (
        *before,
        *(() if drafts else (LintFinding("no-documents"),)),
        *twins(drafts),
        *chain.from_iterable(rule(draft) for draft in drafts for rule in (names, placement, *own)),
        *coverage(drafts, minima),
        *(shared.findings if shared else ()),
    )
    spans = sum(len(draft.spans) for draft in drafts)
    return LintReport(len(drafts), spans, findings, shared)
