"""Rule `shared-wording`: a suite owes nothing to what a candidate was trained on.

Eight words in a row that both have, names and numbers set aside: two sets of notes share such
a run only when one was written from the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from openmed.domain.suites.lint.draft import Draft
from openmed.domain.suites.lint.lint_finding import LintFinding

WORDS: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")


class Overlap(NamedTuple):
    """How much a suite shares with training text.

    Attributes:
        training: different runs of the training text.
        suite: different runs of the suite.
        shared: of these, in both.
        findings: the first shared run of each document.
    """

    training: int
    suite: int
    shared: int
    findings: tuple[LintFinding, ...]


def overlap(drafts: Sequence[Draft], training: Iterable[str]) -> Overlap:
    """Compare a suite with training texts."""
    known = {words for text in training for words, _, _ in runs(text)}
    mine: set[str] = set()
    findings: list[LintFinding] = []
    for draft in drafts:
        found = list(runs(draft.text))
        mine.update(words for words, _, _ in found)
        shared = [run for run in found if run[0] in known]
        if shared:
            _, start, end = shared[0]
            detail = f"{len(shared)} runs of {WORDS} words"
            findings.append(LintFinding("shared-wording", draft.where, start, end, detail))
    return Overlap(len(known), len(mine), len(mine & known), tuple(findings))


def runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Every run of `WORDS` words, with its place; names and numbers are set aside."""
    words = [
        found for found in _WORD.finditer(text) if found[0].isalpha() and not found[0][0].isupper()
    ]
    windows = zip(*(islice(words, shift, None) for shift in range(WORDS)), strict=False)
    for window in windows:
        yield " ".join(found[0] for found in window), window[0].start(), window[-1].end()
