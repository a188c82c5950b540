"""Rules about the whole: enough gold of every label that the pin asks for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from openmed.domain.suites.lint.draft import Draft
from openmed.domain.suites.lint.lint_finding import LintFinding
from openmed.domain.suites.suite import Minimum


def coverage(drafts: Sequence[Draft], minima: Sequence[Minimum]) -> Iterator[LintFinding]:
    """Labels with less gold, or gold of fewer families, than the pin asks for."""
    spans: dict[str, int] = defaultdict(int)
    families: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        for span in draft.spans:
            spans[span.label] += 1
            families[span.label].add(draft.family)
    for minimum in minima:
        for label in minimum.labels:
            got = {"spans": spans[label], "families": len(families[label])}
            if not got["spans"]:
                yield LintFinding("uncovered-label", detail=label)
                continue
            for what, wanted in (("spans", minimum.spans), ("families", minimum.families)):
                if got[what] < wanted:
                    detail = f"{label} has {got[what]}, wanted {wanted}"
                    yield LintFinding(f"too-few-{what}", detail=detail)
