"""Markdown files of this project: their links, their headings and the anchors these make."""

import re
import unicodedata
from pathlib import Path

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def links(text: str) -> list[str]:
    """Targets of a page's links and pictures, code left out."""
    prose = _CODE.sub(lambda found: "`" * len(found[0]), _FENCE.sub("", text))
    return _LINK.findall(prose)


def anchors(text: str) -> set[str]:
    """What a link may name behind `#`, as GitHub makes it of headings."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = "".join(c for c in words if c in " -_" or unicodedata.category(c)[0] in "LNM")
        anchor, number = kept.replace(" ", "-"), 0
        while (name := f"{anchor}-{number}" if number else anchor) in found:
            number += 1
        found.add(name)
    return found


def _anchors_of(page: Path) -> set[str]:
    return anchors(page.read_text(encoding="utf-8"))


def broken_links(page: Path, *, root: Path) -> list[str]:
    """Links of a page inside the project that lead nowhere."""
    broken = []
    for target in links(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or not place.is_relative_to(root.resolve()):
            broken.append(f"{page.name}: {target}: no such file")
        elif place.suffix == ".md" and anchor and anchor not in _anchors_of(place):
            broken.append(f"{page.name}: {target}: no such heading")
    return broken
