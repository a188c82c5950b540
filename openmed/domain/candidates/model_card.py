"""What the head of a model card says: licence and languages, of `README.md` as the Hub reads it.

The head is YAML between two lines `---`. Only the two keys are read, in the forms that cards have:
a word, a list in brackets, a list of lines. What has another form says nothing here.
"""

import re
from typing import Final

from openmed.domain.candidates.licences import spdx_name
from openmed.domain.frozen import Frozen

FILE_NAME: Final = "README.md"
_HEAD: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_WORD: Final = r"""["']?([A-Za-z0-9][\w.+-]*)["']?"""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*")
_NO_LANGUAGE: Final = frozenset({"code", "mul", "und", "zxx"})


class CardFacts(Frozen):
    """What a card says.

    Attributes:
        licence: SPDX identifier; empty when it says none that is known.
        languages: codes, sorted; none when it does not say, or says something else than codes.
    """

    licence: str = ""
    languages: tuple[str, ...] = ()


def read_card(text: str) -> CardFacts:
    """Read the head of a card; a card without one says nothing."""
    head = _HEAD.match(text)
    if head is None:
        return CardFacts()
    licences = _values(head[1], "license") or _values(head[1], "licence")
    languages = sorted({name.lower() for name in _values(head[1], "language")})
    are_codes = all(_LANGUAGE.fullmatch(name) and name not in _NO_LANGUAGE for name in languages)
    return CardFacts(
        licence=spdx_name(licences[0]) if len(licences) == 1 else "",
        languages=tuple(languages) if are_codes else (),
    )


def _values(head: str, key: str) -> list[str]:
    lines = head.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if at is None:
        return []
    rest = re.sub(r"(?:^|\s)#.*$", "", lines[at].partition(":")[2]).strip()
    if rest.startswith("[") and rest.endswith("]"):
        words = [part.strip() for part in rest[1:-1].split(",")]
    elif rest:
        words = [rest]
    else:
        words = _items(lines[at + 1 :])
    found = [re.fullmatch(_WORD, word) for word in words]
    return [match[1] for match in found if match] if all(found) else []


def _items(lines: list[str]) -> list[str]:
    words: list[str] = []
    for line in lines:
        item = re.match(r"\s*-\s+(.*?)\s*$", line)
        if item is None:
            break
        words.append(re.sub(r"\s+#.*$", "", item[1]))
    return words
