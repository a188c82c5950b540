"""How fast the pattern rules are: on ordinary notes, and on texts made to hold them up.

    python benchmarks/rules.py

Prints the median of the repeats in MB of UTF-8 per CPU second, each rule by itself on the
notes and all rules on each hostile text. Twice the hostile text should take twice the time:
`x2` is how often as long it takes. Machines differ; the ratios are what to quote.
"""

import statistics
import time
from collections.abc import Iterable
from pathlib import Path

from openmed.domain.rules import RULES, find
from openmed.domain.text.span import Document

SUITE = Path(__file__).parent.parent / "gates" / "suites" / "golden.jsonl"
REPEATS = 3
MEGA = 1_000_000
HOSTILE_SIZE = MEGA // 2
HOSTILE = (
    "1-", "1 ", "1.", "1", "1:", "@", "a@", "x@a.a.", "a.", "a-", "http://", "www.", "(", "(2",
    "+1 ", "MRN ", "SSN 1", "call ", "call a ", "fax 1 ", "acct 1 ", "DE12 ABCD ", "A1", "Mar ",
    "Mar 1", "\n", " ",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    lines = SUITE.read_text(encoding="utf-8").splitlines()
    notes = [Document.model_validate_json(line).text for line in lines]
    size = sum(len(note.encode()) for note in notes)
    print(f"{len(notes)} notes, {size / MEGA:.2f} MB, median of {REPEATS}")
    print(f"{'all rules':<16}{size / MEGA / _seconds(notes, RULES):8.2f} MB/s")
    for rule in RULES:
        print(f"{rule:<16}{size / MEGA / _seconds(notes, [rule]):8.2f} MB/s")
    print(f"\nhostile texts of {HOSTILE_SIZE / MEGA} MB, all rules")
    for piece in HOSTILE:
        text = piece * (HOSTILE_SIZE // len(piece))
        once, twice = _seconds([text], RULES), _seconds([text + text], RULES)
        speed = len(text) / MEGA / once
        print(f"{piece!r:<16}{speed:8.2f} MB/s   x2 {twice / once:5.2f}")


def _seconds(texts: Iterable[str], rules: Iterable[str]) -> float:
    taken: list[float] = []
    for _ in range(REPEATS):
        began = time.process_time()
        for text in texts:
            find(text, rules)
        taken.append(time.process_time() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
