"""Text made safe to show: nothing in it can move a cursor, reorder what is shown, or command a CI.

Names of files, models, labels and gates, and messages of other programs, end up on terminals, in
logs and on pages. Escape sequences, line ends and bidirectional controls in them are shown as
escapes instead, and so is what a job of GitHub Actions takes for a command: `::` where a line or
a word begins (a folded line may begin with any word), and `##[` or `##NAME[` anywhere.

Every error makes its sentence printable when it is raised, every gate its message, and every way
out makes each finished line printable once more. It may be done twice: the second time changes
nothing.
"""

import re
from collections.abc import Callable
from typing import Final

_COMMAND = re.compile(r"(?<![^ ]):(?=:)|(?<=#)#(?=\w*\[)")
"""The character of a command of a CI without which it is none."""
_COMMAND_IN_JSON = re.compile(r"(?<=#)#(?=\w*\[)")

_GROWTH: Final = len(r"\x3a") - 1
"""Columns that one line gains when its first character is shown as an escape."""


def printable(text: str) -> str:
    """One line in which every control, format or unassigned character is shown as an escape."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else _escaped(one) for one in text)
    if "::" not in text and "##" not in text:
        return text  # As nearly every text: pages show thousands.
    return _COMMAND.sub(lambda found: _escaped(found[0]), text)


def printable_lines(text: str) -> str:
    """A text of several lines, each printable; only LF ends a line."""
    return "\n".join(map(printable, text.split("\n")))


def printable_folds(fold: Callable[[int], list[str]], *, width: int) -> list[str]:
    """Lines of a printable text, folded so that they are printable too and still fit.

    Where a long word is broken a command of a CI may begin; its escape takes more room.

    Args:
        fold: folds the text to a width.
        width: columns there are.
    """
    lines = fold(width)
    if [printable(line) for line in lines] == lines:
        return lines
    return [printable(line) for line in fold(width - _GROWTH)]


def printable_json(text: str) -> str:
    """JSON that says the same without a character that could act: they are escaped as JSON does.

    Args:
        text: valid JSON. Line ends between its values stay.
    """
    if not text.replace("\n", "").isprintable():
        text = "".join(one if one.isprintable() or one == "\n" else _in_json(one) for one in text)
    return _COMMAND_IN_JSON.sub(r"\\u0023", text)


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the widths of Python's own escapes
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - as above


def _in_json(character: str) -> str:
    """An escape of JSON: a character beyond 16 bits is two."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
