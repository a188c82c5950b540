"""Templates that somebody spoilt: notes with whole gold values, or one sentence with the file."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from support.golden_corpus import POOL
from support.repositories import ROOT

from openmed.corpus.pool import read_pool
from openmed.domain.text.span import Document
from openmed.errors import UsageError

TEMPLATES = ROOT / "openmed" / "corpus" / "templates"
LANGUAGE = (TEMPLATES / "zh" / "language.toml").read_text(encoding="utf-8")
NOTES = (TEMPLATES / "zh" / "notes.sheet").read_text(encoding="utf-8")
SHEETS = tuple(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("en/*.sheet")))
FAMILIES = tuple(
    f"copies = 1\n== {block}" for sheet in SHEETS for block in sheet.split("\n== ")[1:]
)
SCRAPS = (
    "{", "}", "|", ":", ".", "#", "-", "0", "99999", "=", "== ", "[", "]", '"', "\n", "\\\n", "é",
    "٣", "²", "_", "x", "{rows:3-5|", "{pick:", "{date:", "{char:", "variants=valid", "copies=3",
    " ", "label", "''", "1.5", "true", "{}", "\u0301", "__class__", "{edge:5}", "g.",
)  # fmt: skip
PLACED = re.compile(r"(?:zh/language\.toml|en/a\.sheet|zh/a\.sheet)(?::\d+)?[: ]")


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """A text with one to three edits."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text) - 1))
        cut = draw(st.integers(0, 6))
        text = text[:at] + draw(st.sampled_from(("", *SCRAPS))) + text[at + cut :]
    return text


def attempt(files: dict[str, str]) -> tuple[Document, ...] | str:
    """The notes of a pool, or the sentence it is refused with."""
    try:
        pool = read_pool(files, languages={"en": POOL.languages["en"]})
        return tuple(pool.documents("s"))
    except UsageError as error:
        return error.message


def check(files: dict[str, str]) -> None:
    """A sentence says where; a gold span is a whole value, inside its text."""
    found = attempt(files)
    if isinstance(found, str):
        assert PLACED.match(found), found
        return
    for document in found:
        for span in document.spans:
            value = document.text[span.start : span.end]
            assert (span.end - span.start, True) == (len(value), value == value.strip() != "")


@given(st.sampled_from(FAMILIES).flatmap(spoilt))
@settings(max_examples=150)
def test_a_spoilt_sheet_is_written_or_refused(sheet: str) -> None:
    """Never another error, never without end."""
    check({"en/a.sheet": sheet})


@given(spoilt(LANGUAGE))
@settings(max_examples=150)
def test_a_spoilt_language_is_written_or_refused(language: str) -> None:
    """Never another error, never without end."""
    check({"zh/language.toml": language, "zh/a.sheet": NOTES})
