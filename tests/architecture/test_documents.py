"""Documents: links lead somewhere, words stand once, every gate says what to do."""

import re
import subprocess
from pathlib import Path

import pytest
from support.markdown import broken_links
from support.repositories import ROOT

from openmed.domain.gates.rules import GATES

DOCS = ROOT / "docs"
ROLES = ("quickstart", "your-own-model", "maintainer", "gate-author", "ci", "incident", "consumer")
GLOSSARY = DOCS / "concepts" / "glossary.md"
FIRST_WORDS = 25
DESIGN_WORDS = (
    "slot", "candidate", "staged", "suite", "report", "baseline", "gate", "policy", "outcome",
    "verdict", "decision", "runner profile", "pointer", "flip", "promote", "rollback",
    "release tag", "generation", "quarantine", "marker", "revoked", "held", "all gold",
    "declared gold", "ledger", "trust artifacts", "digest", "repro_hash", "commit point",
)  # fmt: skip
"""Words the design defines, each of which the glossary must have."""


def _pages() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout: git ls-files failed")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_link_leads_somewhere() -> None:
    """Files and headings, in every page of the project."""
    assert [broken for page in _pages() for broken in broken_links(page, root=ROOT)] == []


def test_no_merge_is_left_half_done() -> None:
    """Marks of two sides, as git leaves them, stand in no page."""
    marks = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
    assert [page.name for page in _pages() if marks.search(page.read_text("utf-8"))] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """To a file, to a heading, in the page itself, out of the project; code is no link."""
    (tmp_path / "other.md").write_text("# One `two`: three\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](gone.md) [b](other.md#gone) [c](#gone) [d](../..) [![e](gone.png)](other.md)\n"
        "[f](other.md#one-two-three) [g](#here) [h](https://example.org) `[i](gone.md)`\n"
        "```\n[j](gone.md)\n```\n",
        encoding="utf-8",
    )
    targets = [re.findall(r": (\S+):", row)[0] for row in broken_links(page, root=tmp_path)]
    assert targets == ["gone.md", "other.md#gone", "#gone", "../.."]


def test_every_page_is_in_the_index() -> None:
    """What is not listed is not found."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [p.relative_to(DOCS) for p in DOCS.rglob("*.md")]
    wanted = {p.as_posix() for p in pages if p.parts[0] not in {"adr", "history", "index.md"}}
    assert {name for name in wanted if f"]({name})" not in index} == set()
    assert {f"{role}.md" for role in ROLES} <= wanted


def _headwords(text: str) -> list[str]:
    bold = re.findall(r"^\| \*\*(.+?)\*\*", text, re.MULTILINE)
    return [word for row in bold for word in row.split(", ")]


def test_a_word_stands_once_in_the_glossary() -> None:
    """Two definitions of one word would part."""
    words = _headwords(GLOSSARY.read_text(encoding="utf-8"))
    assert sorted(words) == sorted(set(words))


def test_every_word_of_the_design_is_in_the_glossary() -> None:
    """Under the same name."""
    words = set(_headwords(GLOSSARY.read_text(encoding="utf-8")))
    assert set(DESIGN_WORDS) - words == set()


def test_the_first_words_are_few() -> None:
    """A reader with one release to make needs no more."""
    first = GLOSSARY.read_text(encoding="utf-8").partition("\n## The first")[2].partition("\n## ")
    assert len(re.findall(r"^\| \*\*", first[0], re.MULTILINE)) == FIRST_WORDS


@pytest.mark.parametrize("gate", [gate.id for gate in GATES])
def test_every_gate_says_what_to_do_if_it_fails(gate: str) -> None:
    """A reader who is held looks here."""
    text = (DOCS / "reference" / "gates.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {gate}\n")[2].partition("\n## ")[0].partition("\n# ")[0]
    advice = re.findall(r"^(?:\* )?\*\*If it fails\*\*: (.+(?:\n.+)*)", section, re.MULTILINE)
    assert [len(words.split()) >= 15 for words in advice] == [True]


def _named_paths(page: Path) -> set[str]:
    """Files and folders of the source that a page names between backticks.

    Patterns are left out, and names of label maps: `openmed/2` is family and version.
    """
    named = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    kept = re.compile(r"(?!openmed/\d+$)(?:openmed|tests|tools|examples|docs|benchmarks)/[\w./-]+")
    return {name for name in named if kept.fullmatch(name) and not re.search(r"/[A-Z]+(/|$)", name)}


def test_every_file_that_a_page_names_is_there() -> None:
    """Whoever looks there finds it; decisions and history keep the names of their day."""
    past = {"adr", "history", "changelog.d"}
    pages = [p for p in _pages() if not past & set(p.relative_to(ROOT).parts)]
    missing = [
        f"{page.name}: {name}"
        for page in pages
        for name in sorted(_named_paths(page))
        if not (ROOT / name).exists()
    ]
    assert missing == []
