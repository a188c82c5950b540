"""Rules about documents as a whole: ids, text, and gold that is left in clear elsewhere."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import is_normalized

from openmed.domain.digest import sha256_hex
from openmed.domain.suites.lint.draft import Draft
from openmed.domain.suites.lint.lint_finding import LintFinding
from openmed.domain.text.labels import BY_NAME

DECOMPOSED: Final = ("nfd", "decomposed", "combining")
CARRIAGE: Final = ("crlf",)
"""Words in a family's or slice's name that allow text that is not NFC, or a carriage return."""

_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_SLICE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def names(draft: Draft) -> Iterator[LintFinding]:
    """Names that no report could show, and text that no digest could be made of."""
    shapes = (
        (_NAME, draft.id),
        (_NAME, draft.family),
        (_LANGUAGE, draft.language),
        (_SLICE, draft.slice),
    )
    if any(not shape.fullmatch(value) for shape, value in shapes):
        yield LintFinding("bad-name", draft.where, detail="id, family, language or slice")
    if not draft.text:
        yield LintFinding("empty-text", draft.where)
    half = _HALF_PAIR.search(draft.text)
    if half:
        yield LintFinding("half-character", draft.where, half.start(), half.end())


def normal_text(draft: Draft) -> Iterator[LintFinding]:
    """What only a family made for it may hold."""
    if not is_normalized("NFC", draft.text) and not draft.is_flagged(*DECOMPOSED):
        yield LintFinding("not-nfc", draft.where)
    place = draft.text.find("\r")
    if place >= 0 and not draft.is_flagged(*CARRIAGE):
        yield LintFinding("carriage-return", draft.where, place, place + 1)


def left_in_clear(draft: Draft) -> Iterator[LintFinding]:
    """A direct identifier of several words that stands elsewhere in the text without gold."""
    gold = [(span.start, span.end) for span in draft.spans]
    values = {
        (draft.value(span), span.label)
        for span in draft.spans
        if span.label in BY_NAME and BY_NAME[span.label].direct
    }
    for value, label in sorted(values):
        if len(value.split()) > 1 or any(character.isdecimal() for character in value):
            for found in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", draft.text):
                if not any(start < found.end() and found.start() < end for start, end in gold):
                    yield LintFinding(
                        "left-in-clear", draft.where, found.start(), found.end(), label
                    )


def twins(drafts: Sequence[Draft]) -> Iterator[LintFinding]:
    """Ids given twice, and texts given twice."""
    for rule, keys in (
        ("duplicate-id", [draft.id for draft in drafts]),
        ("duplicate-text", [sha256_hex(_bytes(draft.text)) for draft in drafts]),
    ):
        seen: dict[str, list[str]] = defaultdict(list)
        for key, draft in zip(keys, drafts, strict=True):
            seen[key].append(draft.where)
        for places in seen.values():
            for where in places[1:]:
                yield LintFinding(rule, where, detail=f"as in {places[0]}")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
