"""Colours of finished lines: words of state and the next step, found by their form.

A colour only repeats what a word or a sign already says.
"""

from typing import ClassVar

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.text import Text
from rich.theme import Theme

_THEME = Theme(
    {
        "openmed.bad": "bold red",
        "openmed.warn": "yellow",
        "openmed.good": "green",
        "openmed.head": "bold",
    }
)


class _StateWords(RegexHighlighter):
    """Words of state in capitals, signs, headings and the line that says what comes next."""

    base_style = "openmed."
    highlights: ClassVar[list[str]] = [
        r"\b(?P<bad>QUARANTINED|REFUSED|FAILED|FIX|ERROR|ALARM)\b",
        r"(?P<bad>[✗]|^openmed:|\bquarantined\b|\brejected\b)",
        r"\b(?P<warn>NOT EVALUATED|NOT_EVALUATED|INCONCLUSIVE|FROZEN|frozen|preview)\b",
        r"(?P<warn>[◆·])",
        r"\b(?P<good>RELEASED|RELEASABLE|PASSED|released|live)\b",
        r"(?P<good>✓|^ok\b)",
        r"^(?P<head>next:.*|[A-Z][A-Z +%0-9]+(?:  +[A-Z+][A-Z +%0-9]*)+)$",
    ]


_HIGHLIGHTER = _StateWords()


def coloured(line: str) -> str:
    """A printable line with its colours as escape sequences."""
    text = Text(line, end="", no_wrap=True)
    _HIGHLIGHTER.highlight(text)
    # Two columns a character: the line was folded before, and must not be again.
    console = Console(
        force_terminal=True, color_system="standard", theme=_THEME, width=len(line) * 2 + 1
    )
    with console.capture() as capture:
        console.print(text, end="")
    return capture.get()
