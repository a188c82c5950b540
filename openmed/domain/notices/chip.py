"""A chip: a small task file for one trouble, and badges for a slot and the fleet."""

import json
from collections.abc import Collection
from typing import Final
from xml.sax.saxutils import escape

from openmed.domain.notices.inert import MOST_LINES, code, markdown, plain
from openmed.domain.notices.issues.texts import WORDS
from openmed.domain.notices.notice import Notice, NoticeKind

_COLOURS: Final = {
    NoticeKind.HELD: "orange",
    NoticeKind.NO_VERDICT: "yellow",
    NoticeKind.REGRESSION: "red",
    NoticeKind.ROLLED_BACK: "red",
    NoticeKind.ALARM: "red",
}
"""Worst last."""
_HEX: Final = {"orange": "#b45309", "yellow": "#8a6d00", "red": "#b91c1c", "brightgreen": "#2f7d32"}
_GOOD: Final = ("no trouble", "brightgreen")
_LABEL: Final = "openmed"
_CHARACTER: Final = 7
"""Width of a character in a badge, in pixels."""
_SPACE: Final = 12
_HEIGHT: Final = 20


def task_file(notice: Notice) -> str:
    """Title, one line a sentence, the digests of its evidence, the command that reproduces it."""
    lines = [f"# {markdown(notice.title)}", ""]
    for line in notice.lines[:MOST_LINES]:
        lines += [markdown(line), ""]
    lines += [f"* slot: {markdown(notice.slot) or 'the fleet'}", f"* kind: {WORDS[notice.kind]}"]
    lines += [f"* about: {markdown(one, 100)}" for one in notice.about[:MOST_LINES]]
    lines += [f"* evidence: {digest}" for digest in notice.evidence[:MOST_LINES]]
    if notice.next_step:
        lines += ["", "```", code(notice.next_step), "```"]
    return "\n".join([*lines, ""])


def badge_json(label: str, troubles: Collection[Notice]) -> str:
    """What the endpoint of shields.io reads."""
    message, colour = _message(troubles)
    table = {
        "schemaVersion": 1,
        "label": plain(f"{_LABEL} {label}".strip(), 100),
        "message": message,
        "color": colour,
        "isError": bool(troubles),
    }
    return json.dumps(table, indent=2) + "\n"


def badge_svg(label: str, troubles: Collection[Notice]) -> str:
    """The same as a picture that needs nobody else."""
    message, colour = _message(troubles)
    name = plain(f"{_LABEL} {label}".strip(), 100)
    left, right = (len(text) * _CHARACTER + _SPACE for text in (name, message))
    title = f"{escape(name)}: {escape(message)}"
    text = 'y="14" fill="#fff" font-family="Verdana,sans-serif" font-size="11"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" '
        f'role="img" aria-label="{title.replace(chr(34), "&quot;")}"><title>{title}</title>'
        f'<rect width="{left}" height="{_HEIGHT}" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{_HEX[colour]}"/>'
        f'<text x="6" {text}>{escape(name)}</text>'
        f'<text x="{left + 6}" {text}>{escape(message)}</text></svg>\n'
    )


def _message(troubles: Collection[Notice]) -> tuple[str, str]:
    if not troubles:
        return _GOOD
    order = list(_COLOURS)
    worst = max((one.kind for one in troubles), key=order.index)
    more = f", {len(troubles)} troubles" if len(troubles) > 1 else ""
    return f"{WORDS[worst]}{more}", _COLOURS[worst]
