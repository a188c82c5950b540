"""A table as Markdown that ends before a page of a job is full.

A page of GitHub Actions shows nothing at all of more than 1 MiB, so every table has a budget of
bytes and says how many rows it left out. Every cell is text to show, never markup or a command.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openmed.cli.render.layout import counted
from openmed.domain.text.markdown import markdown_safe

BUDGET: Final = 150_000
"""Bytes of one table; a page has at most five of them."""
LONGEST: Final = 600
"""Signs of one cell."""


def markdown_text(text: str) -> str:
    """Text as Markdown shows it: one line, no markup, nobody mentioned, not too long."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    # A zero-width space ends the name before it begins: a backslash would not.
    return markdown_safe(short).replace("@", "@\u200b")


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, more: str, budget: int = BUDGET
) -> Iterator[str]:
    """Lines of a table; nothing where there is no row.

    Args:
        headings: one a column.
        rows: cells as text.
        more: the command that shows the rows which are left out.
        budget: bytes of all rows together.
    """
    shown = [f"| {' | '.join(map(markdown_text, row))} |" for row in rows]
    if not shown:
        return
    yield f"| {' | '.join(headings)} |"
    yield "|---" * len(headings) + "|"
    left = budget
    for number, line in enumerate(shown):
        left -= len(line.encode()) + 1
        if left < 0:
            yield ""
            yield f"and {counted(len(shown) - number, 'more row')}: `{more}`"
            break
        yield line
    yield ""


def markdown_details(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines behind a heading that is opened; nothing where there is no line."""
    inside = list(lines)
    if inside:
        yield from (f"<details><summary>{markdown_text(summary)}</summary>", "")
        yield from (*inside, "</details>", "")
