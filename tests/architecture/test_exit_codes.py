"""One table of exit codes: every kind of failure is in it, and nobody writes a number beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.repositories import ROOT

from openmed.errors import FailureKind
from openmed.exit_codes import EXIT_CODE_OF, EXIT_CODES, SEVERITY, ExitCode, kind_of, worst_code

ROOMS = ("adapters", "app", "cli", "context", "domain", "pipeline", "ports", "steps")
NOT_FAILURES = {ExitCode.DONE, ExitCode.CHANGES, ExitCode.CLOSED_PIPE}


def test_every_exit_code_has_a_meaning() -> None:
    """In the order of the numbers."""
    assert list(EXIT_CODES) == sorted(ExitCode)


def test_every_kind_of_failure_has_an_exit_code_of_its_own() -> None:
    """So a recorded code names the kind it came from."""
    assert set(EXIT_CODE_OF) == set(FailureKind)
    assert {kind: kind_of(code) for kind, code in EXIT_CODE_OF.items()} == {
        kind: kind for kind in FailureKind
    }


def test_every_failure_has_its_severity() -> None:
    """The worst of several decides; without any, all is done."""
    assert set(ExitCode) - NOT_FAILURES == set(SEVERITY)
    assert worst_code({ExitCode.NO_VERDICT, ExitCode.DONE, ExitCode.INTEGRITY}) == 7
    assert worst_code(set()) == 0


def _sources() -> Iterator[Path]:
    """Every module but the corpus, whose codes are those of tax offices."""
    places = [ROOT / "openmed" / room for room in ROOMS]
    for place in places:
        found = place.rglob("*.py") if place.is_dir() else [place]
        yield from (path for path in found if "corpus" not in path.parts)


def _is_code(name: str) -> bool:
    """Whether a name is one of an exit code of ours; a bare `code` is what a child said."""
    return bool(re.search(r"exit|_codes?$", name.lower()))


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            return name
        case ast.FunctionDef(name=name):
            return name
        case _:
            return ""


def _values(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What is given to a name, compared with one, or returned by a function of that name."""
    match node:
        case ast.keyword(value=value):
            yield _name(node), value
        case ast.Assign(targets=targets, value=value):
            yield from ((_name(target), value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.AST() as value):
            yield _name(target), value
        case ast.Compare(left=left, comparators=others):
            yield from ((_name(left), other) for other in others)
        case ast.FunctionDef(name=name):
            yield from (
                (name, one.value)
                for one in ast.walk(node)
                if isinstance(one, ast.Return) and one.value is not None
            )
        case ast.Call(func=func, args=args) if _name(func) in {"exit_with", "exit"}:
            yield from (("exit", one) for one in args)
        case _:
            return


def _numbers(node: ast.AST) -> Iterator[ast.Constant]:
    """Every number in an expression that is not the index of something."""
    if isinstance(node, ast.Subscript):
        yield from _numbers(node.value)
    elif isinstance(node, ast.Constant):
        yield from [node] if type(node.value) is int else []
    else:
        for child in ast.iter_child_nodes(node):
            yield from _numbers(child)


def bare_codes(source: str) -> list[int]:
    """Lines on which an exit code is a number."""
    return sorted(
        {
            one.lineno
            for node in ast.walk(ast.parse(source))
            for name, value in _values(node)
            if _is_code(name)
            for one in _numbers(value)
        }
    )


@pytest.mark.parametrize(
    "source",
    [
        "StepFault(exit_code=5)",
        "exit_code = 4 if is_refused else 0",
        "_CODES = {Decision.QUARANTINED: 3}",
        "EXIT_CODE: int = 130",
        "held = row.exit_code != 0",
        "def _undecided_code(verdict):\n    return 5",
        "exit_with(10)",
    ],
)
def test_a_bare_code_is_seen(source: str) -> None:
    """In every way one was written before."""
    assert len(bare_codes(source)) == 1


def test_no_exit_code_is_a_number() -> None:
    """Each is a member of `ExitCode`, or comes from a kind of failure or a recorded value."""
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in _sources()
        if (lines := bare_codes(path.read_text(encoding="utf-8")))
    }
    assert found == {}
