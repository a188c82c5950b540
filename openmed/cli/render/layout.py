"""Lines that fit a width: folded sentences, tables, and records where a table is too wide.

Everything that is printed for a person goes through `folded`, which also makes it printable.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from openmed.printable import printable

NARROWEST = 40
"""Columns; a narrower terminal is treated as this wide."""
USUAL = 80
"""Columns of what does not say, e.g. a pipe."""
MOST_CAUSES = 3
"""Causes named in full; the rest is a count and the command that shows them."""

_GAP = 2
_HANG = 2
_LONGEST_WORD = 24
"""A longer word may be broken inside a table."""
_LEAST_TEXT = 16
"""Columns below which nothing is indented further."""


def cells(text: str) -> int:
    """Columns that a text takes; some characters take two, some none."""
    if all(map(_is_one_wide, text)):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - 15 ms, for few names

    return cell_len(text)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int, indent: int = 0
) -> list[str]:
    """Rows under headings; where they cannot be made to fit, one record a row.

    Args:
        headings: one a column.
        rows: cells, one a column.
        width: columns there are.
        indent: blanks before every line.
    """
    shown = [tuple(map(printable, row)) for row in rows]
    widths = _fitting([tuple(headings), *shown], room=width - indent)
    before = " " * indent
    if widths is None:
        records = (_record(headings, row, width=width - indent) for row in shown)
        return [f"{before}{line}" for record in records for line in record]
    return [f"{before}{line}" for row in (headings, *shown) for line in _row(row, widths)]


def aligned(rows: Iterable[Sequence[str]], *, width: int, indent: int = 0) -> list[str]:
    """Rows without headings; where they cannot be made to fit, one folded line a row."""
    shown = [tuple(map(printable, row)) for row in rows]
    before = " " * indent
    widths = _fitting(shown, room=width - indent) if shown else None
    if widths is None:
        return [line for row in shown for line in folded(before + "  ".join(row), width=width)]
    return [f"{before}{line}" for row in shown for line in _row(row, widths)]


def folded(line: str, *, width: int) -> list[str]:
    """One line, folded at blanks; what follows hangs below its first word."""
    text = printable(line)
    if cells(text) <= width:
        return [text]
    body = text.lstrip(" ")
    depth = min(len(text) - len(body), max(width - _LEAST_TEXT, 0))
    hang = min(depth + _HANG, max(width - _LEAST_TEXT, 0))
    first, *others = _wrapped(body, first=width - depth, then=width - hang)
    return [" " * depth + first, *(" " * hang + one for one in others)]


def paragraph(text: str, *, width: int) -> list[str]:
    """Lines of a text, each folded."""
    lines = text.removesuffix("\n").split("\n")
    return [part for line in lines for part in folded(line, width=width)]


def clipped(line: str, *, width: int, lines: int) -> list[str]:
    """The first lines of a folded line; an ellipsis where something is left out."""
    parts = folded(line, width=width)
    if len(parts) <= lines:
        return parts
    last = parts[lines - 1]
    while cells(last) > width - _GAP:
        last = last.rpartition(" ")[0] or last[:-_GAP]
    return [*parts[: lines - 1], f"{last.rstrip(' ;,')} …"]


def named(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - MOST_CAUSES
    return ", ".join(names[:MOST_CAUSES]) + (f" and {more} more" if more > 0 else "")


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _is_one_wide(character: str) -> bool:
    return character.isascii() or (
        unicodedata.east_asian_width(character) not in "WF"
        and not unicodedata.category(character).startswith("M")
    )


def _fitting(rows: Sequence[Sequence[str]], *, room: int) -> list[int] | None:
    """Widths of columns that fit; None where words would have to be broken."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(cells, column)) for column in columns]
    least = [max(map(_longest_word, column)) for column in columns]
    gaps = _GAP * (len(widths) - 1)
    if sum(least) + gaps > room:
        return None
    while sum(widths) + gaps > room:
        spare, place = max(
            (have - need, at) for at, (have, need) in enumerate(zip(widths, least, strict=True))
        )
        widths[place] -= min(spare, sum(widths) + gaps - room, max(1, spare // 2))
    return widths


def _longest_word(text: str) -> int:
    return min(max(map(cells, text.split(" "))), _LONGEST_WORD)


def _row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [_wrapped(cell, first=size, then=size) for cell, size in zip(row, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = [
            _padded(part[number] if number < len(part) else "", size)
            for part, size in zip(parts, widths, strict=True)
        ]
        yield (" " * _GAP).join(line).rstrip(" ")


def _record(headings: Sequence[str], row: Sequence[str], *, width: int) -> Iterator[str]:
    yield from folded(row[0], width=width)
    for heading, cell in zip(headings[1:], row[1:], strict=True):
        yield from folded(f"  {heading.lower()}: {cell}", width=width)


def _padded(text: str, size: int) -> str:
    return text + " " * (size - cells(text))


def _wrapped(text: str, *, first: int, then: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= (then if lines else first):
            line = joined
            continue
        if line:
            lines.append(line.rstrip(" "))
        *whole, line = _chopped(word, first=then if lines else first, then=then)
        lines += whole
    return [*lines, line.rstrip(" ")]


def _chopped(word: str, *, first: int, then: int) -> list[str]:
    """A word in pieces that fit the first line and those that follow."""
    head, rest = _cut(word, first)
    pieces = [head]
    while rest:
        head, rest = _cut(rest, then)
        pieces.append(head)
    return pieces


def _cut(word: str, size: int) -> tuple[str, str]:
    if cells(word) <= size:
        return word, ""
    place = size
    while cells(word[:place]) > size:
        place -= 1
    return word[:place], word[place:]
