"""Writes `docs/reference/next-steps.md`: `python tools/next_steps_document.py`.

The advice is read from the code, its test or its kind from `tests/cases/next_steps.toml`.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from generated_files import ROOT, write_or_check
from support.advice_table import Row, table

PLACE: Final = ROOT / "docs" / "reference" / "next-steps.md"
HEAD: Final = """# Advice

Every `next:`, every hint of an error and every fix of `openmed doctor`, by the module that gives
it; `{}` stands for a value. A test brings a repository into the state that prints the advice, does
exactly what is printed and looks whether a ledger entry, a waiver, a key or a commit of the remote
is lost, and whether it helped. Where no command helps, the kind says why. This page is written
from `tests/cases/next_steps.toml` by `python tools/next_steps_document.py`; a test holds that table
exact.
"""


def document() -> str:
    """The whole page."""
    kinds, rows = table()
    return "\n".join([HEAD, *_counts(rows, kinds), *_modules(rows), ""])


def _counts(rows: tuple[Row, ...], kinds: dict[str, str]) -> Iterator[str]:
    counts = Counter(row.answer for row in rows if not row.is_followed)
    done = [row for row in rows if row.is_followed]
    tests = len({row.answer for row in done})
    yield from ("| what | places | texts | why |", "|---|---|---|---|")
    yield f"| all | {len(rows)} | {_texts(rows)} | |"
    yield f"| followed | {len(done)} | {_texts(done)} | by {tests} tests |"
    for kind, reason in kinds.items():
        texts = _texts([row for row in rows if row.answer == kind])
        yield f"| `{kind}` | {counts[kind]} | {texts} | {reason} |"


def _modules(rows: tuple[Row, ...]) -> Iterator[str]:
    yield from ("", "| module | advice | test or kind |", "|---|---|---|")
    before = ""
    for row in rows:
        named = "" if row.module == before else f"`{row.module.removeprefix('openmed.')}`"
        before = row.module
        text = row.template.replace("|", "\\|").replace("`", "")
        test = row.answer.removeprefix("tests/") if row.is_followed else row.answer
        yield f"| {named} | `{text}` | {test.replace('::', ' ')} |"


def _texts(rows: tuple[Row, ...] | list[Row]) -> int:
    return len({row.template for row in rows})


def files() -> dict[Path, str]:
    """What this program writes."""
    return {PLACE: document()}


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
