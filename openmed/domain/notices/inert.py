"""Text of a notice as it leaves the engine: it is shown, and nothing in it acts.

A title or a sentence may quote a label, a file name or an exception of a candidate. In none of the
places it is sent to may it mention somebody, link, end its line, hide a marker or command a CI. A
zero-width space is put where such a thing begins: where text is rendered first and looked through
for mentions afterwards, a backslash would be gone by then.
"""

import re
from typing import Final

from openmed.domain.text.markdown import markdown_safe
from openmed.printable import printable

BREAK: Final = "\u200b"
"""Zero-width space."""
MOST_LINE: Final = 500
"""Characters of one sentence."""
MOST_LINES: Final = 30
_CUT: Final = " … (cut)"
_ACTING = re.compile(
    r"(?:@|#|://|<(?=[!/?a-z])|\bwww\.|\bgh(?=\\?-)|\]\()(?!\u200b)", re.IGNORECASE
)
"""Mentions, numbers of issues, addresses, markup of HTML, links of Markdown."""


def cut(text: str, most: int = MOST_LINE) -> str:
    """At most so many characters, and said when there were more."""
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def line(text: str, most: int = MOST_LINE) -> str:
    """One line for a terminal, and for fields that hold one."""
    # Cut before too: an escape takes more room, and 10 MB of them would take time.
    return cut(printable(cut(text, most)), most)


def plain(text: str, most: int = MOST_LINE) -> str:
    """One line for a program that passes it on, or for a title."""
    return _broken(line(text, most))


def markdown(text: str, most: int = MOST_LINE) -> str:
    """One line that Markdown shows as it stands."""
    return _broken(markdown_safe(cut(text, most)))


def code(text: str, most: int = MOST_LINE) -> str:
    """One line inside a fence of backticks: it can be copied, and cannot end the fence."""
    return line(text, most).replace("```", f"`{BREAK}``").replace("<!", f"<{BREAK}!")


def _broken(text: str) -> str:
    return _ACTING.sub(lambda found: f"{found[0][0]}{BREAK}{found[0][1:]}", text)
