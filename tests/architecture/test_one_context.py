"""A command opens one context and hands it on; nothing below opens another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.repositories import ROOT

PACKAGE = ROOT / "openmed"
OPENERS = {"open_context", "Context"}


def openings(source: str) -> dict[str, int]:
    """How often each function at the top of a module opens a context."""
    return {
        node.name: count
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and (count := sum(1 for one in ast.walk(node) if _opens(one)))
    }


def _opens(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPENERS
    )


def _modules(room: str) -> Iterator[Path]:
    return (PACKAGE / room).rglob("*.py")


def test_a_command_opens_at_most_one_context() -> None:
    """So one reading of the clock decides everything in it."""
    found = {
        (path.name, name): count
        for path in _modules("cli")
        for name, count in openings(path.read_text(encoding="utf-8")).items()
    }
    assert found
    assert set(found.values()) == {1}


@pytest.mark.parametrize("room", ["app", "pipeline", "steps"])
def test_nothing_below_opens_one(room: str) -> None:
    """It is given the one of its command."""
    found = {
        path.name: names
        for path in _modules(room)
        if (names := openings(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_a_second_one_is_seen() -> None:
    """As use cases did before."""
    assert openings("def f(root):\n    a(open_context(root))\n    b(open_context(root))\n") == {
        "f": 2
    }
