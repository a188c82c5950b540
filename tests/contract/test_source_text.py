"""What of a source counts in a code digest: what decides, and no prose."""

import tokenize
from pathlib import Path

import pytest
from support.repositories import ROOT

from openmed.adapters.code.source_text import Binding, deciding_text, facts_of
from openmed.domain.digest import sha256_hex

SOURCES = sorted((ROOT / "openmed").rglob("*.py"))
SOURCE = '''"""Docstring of the module."""

from __future__ import annotations

import os, sys; LIMIT = 3  # a comment
from math import (  # another
    ceil as up,  # and another
)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heavy import Thing

TABLE = """a # b

   c@@@
"""  # after a string
NAMES = ("#", '#"', "é" "ü", r"\\\\", f"{LIMIT:#x} {'a'}", rb'"""', "it's")  # é "quoted"
"""What NAMES are."""


class Kept:
    """Docstring of a class."""

    size: int = 1
    """Docstring of an attribute."""

    def of(self, value: int) -> int:
        """Docstring of a function
        of two lines."""
        from json import dumps

        if value < 0:
            msg = (
                f"got {value - 1}"
                " and more"
            )
            raise ValueError(msg)
        if value > LIMIT:
            raise OverflowError("é too large", str(value), next_step="less")
        msg = "kept"
        return dumps(msg)
'''.replace("@", " ")
TEXT = '''; LIMIT = 3
if TYPE_CHECKING:
TABLE = """a # b

   c@@@
"""
NAMES = ("#", '#"', "é" "ü", r"\\\\", f"{LIMIT:#x} {'a'}", rb'"""', "it's")
class Kept:
    size: int = 1
    def of(self, value: int) -> int:
        if value < 0:
            msg = (
            )
            raise ValueError(msg)
        if value > LIMIT:
            raise OverflowError(, str(value), next_step=)
        msg = "kept"
        return dumps(msg)
'''.replace("@", " ")
CHANGES = {
    "an operator": ("value < 0", "value <= 0"),
    "a number": ("LIMIT = 3", "LIMIT = 4"),
    "a blank line in a string": ("# b\n\n", "# b\n"),
    "blanks at the end of a line in a string": ("c   \n", "c\n"),
    "the name of a string that is kept": ('"kept"', '"Kept"'),
    "a raised type": ("OverflowError", "ValueError"),
    "what an import binds": ("ceil as up", "floor as up"),
    "under which name": ("ceil as up", "ceil as ceiling"),
}


def test_what_is_kept() -> None:
    """Letter by letter: the same on every Python this test runs on."""
    assert deciding_text(SOURCE.encode()) == TEXT
    assert sha256_hex(TEXT.encode()) == facts_of(SOURCE.encode()).text


def test_what_imports_bind() -> None:
    """An import in a function counts, one for type checkers does not."""
    assert facts_of(SOURCE.encode()).bindings == (
        Binding("__future__", "annotations", ""),
        Binding("json", "dumps", ""),
        Binding("math", "ceil", "up"),
        Binding("os", "", ""),
        Binding("sys", "", ""),
        Binding("typing", "TYPE_CHECKING", ""),
    )


@pytest.mark.parametrize("what", CHANGES)
def test_what_decides_counts(what: str) -> None:
    """Each of these is another program."""
    old, new = CHANGES[what]
    assert SOURCE.count(old) == 1
    assert facts_of(SOURCE.encode()) != facts_of(SOURCE.replace(old, new).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a comment", "# another one"),
        ("Docstring of", "Words about"),
        ('"""What NAMES are."""\n', ""),
        ("\n\n\nclass", "\n# more\n\nclass"),
        ("got {value - 1}", "found {value + 1}"),
        ("é too large", "more than may be"),
        ("import os, sys;", "import sys, os;"),
        ("\n", "\r\n"),
    ],
)
def test_prose_does_not_count(old: str, new: str) -> None:
    """Comments, docstrings, blank lines, sentences of errors, the order of imports."""
    assert old in SOURCE
    assert facts_of(SOURCE.encode()) == facts_of(SOURCE.replace(old, new).encode())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_comments_are_found_as_by_the_tokenizer(path: Path) -> None:
    """Our pattern and the standard library agree on every comment of the package."""
    with tokenize.open(path) as file:
        comments = [
            token for token in tokenize.generate_tokens(file.readline)
            if token.type == tokenize.COMMENT
        ]  # fmt: skip
    lines = path.read_text(encoding="utf-8").split("\n")
    for token in comments:
        row, column = token.start
        lines[row - 1] = lines[row - 1][:column]
    without = "\n".join(lines).encode()
    assert facts_of(without) == facts_of(path.read_bytes())
    assert not any(token.string in deciding_text(path.read_bytes()) for token in comments)
