"""Text made safe to show."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.cli.render.layout import paragraph
from openmed.errors import ExternalError
from openmed.printable import printable, printable_json, printable_lines

PIECES = st.sampled_from(
    [
        ":",
        "::",
        "::error::",
        "##[",
        "##vso[",
        "#",
        "[",
        " ",
        "\n",
        "\r",
        "\x1b[2J",
        "\u202e",
        "\x85",
    ]
)
WORDS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=12).map("".join)
COMMAND = re.compile(r"^\s*::|##\w*\[")


def _acts(line: str) -> bool:
    return not line.isprintable() or COMMAND.search(line) is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pii::tiny::onnx 95.52 % · ✓", "pii::tiny::onnx 95.52 % · ✓"),
        ("\x1b[2J\x1b]0;gone\x07", "\\x1b[2J\\x1b]0;gone\\x07"),
        ("model\u202egnp.xnno", "model\\u202egnp.xnno"),
        ("one\r\ntwo", "one\\x0d\\x0atwo"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("\x9b31m", "\\x9b31m"),
        ("name\udc80", "name\\udc80"),
        ("\U000e0041", "\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        ("say ::error::x", "say \\x3a:error::x"),
        ("x ##[error]y", "x #\\x23[error]y"),
        ("##vso[task.complete]", "#\\x23vso[task.complete]"),
        ("## a heading", "## a heading"),
    ],
)
def test_what_moves_reorders_or_commands_is_shown_as_an_escape(text: str, shown: str) -> None:
    """Letters, signs and blanks stay; the rest acts on no terminal and no CI."""
    assert shown == printable(text)
    assert shown.isprintable()


@given(WORDS)
def test_nothing_acts_and_twice_is_once(text: str) -> None:
    """Whatever it is made of."""
    shown = printable(text)
    assert not _acts(shown)
    assert shown == printable(shown)


@given(WORDS, st.integers(40, 44))
def test_a_folded_line_begins_with_no_command(text: str, width: int) -> None:
    """A long word may be broken anywhere."""
    lines = [printable(line) for line in paragraph(f"{'x' * 38}{text}", width=width)]
    assert [] == [line for line in lines if _acts(line)]


@given(WORDS)
def test_only_lf_ends_a_line(text: str) -> None:
    """A document has as many lines as it had."""
    lines = printable_lines(text).split("\n")
    assert len(lines) == text.count("\n") + 1
    assert [] == [line for line in lines if _acts(line)]


@given(
    st.recursive(
        WORDS | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner)
    )
)
def test_json_says_the_same(value: object) -> None:
    """Programs read what was written; people see nothing that acts."""
    for indent in (None, 2):
        text = printable_json(json.dumps(value, ensure_ascii=False, indent=indent))
        assert json.loads(text) == value
        assert [] == [line for line in text.split("\n") if _acts(line)]


def test_an_error_says_only_what_is_printable() -> None:
    """Wherever it is raised, and whatever it quotes."""
    error = ExternalError("label\n::error::x", next_step="read\x1b[2J")
    assert (error.message, str(error)) == ("label\\x0a::error::x",) * 2
    assert error.next_step == "read\\x1b[2J"
