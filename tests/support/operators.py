"""Changes one operator or value of a source: what a digest of code must notice."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

OTHER = {
    "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "in": "not in",
    "not in": "in", "is": "is not", "is not": "is", "+": "-", "-": "+", "*": "+", "/": "*",
    "//": "*", "%": "*", "|": "&", "&": "|", "<<": ">>", ">>": "<<", "**": "*", "and": "or",
    "or": "and",
}  # fmt: skip


class Mutant(NamedTuple):
    """A changed source.

    Attributes:
        line: line of the change.
        source: the whole of it.
    """

    line: int
    source: bytes


def operator_mutants(source: bytes) -> Iterator[Mutant]:
    """One for each operator outside of prose."""
    for node in _deciding(ast.parse(source)):
        match node:
            case ast.Compare(left=left, comparators=[right, *_]):
                yield from _between(source, left, right)
            case ast.BinOp(left=left, right=right) | ast.BoolOp(values=[left, right, *_]):
                yield from _between(source, left, right)
            case _:
                pass


def value_mutants(source: bytes) -> Iterator[Mutant]:
    """One for each constant, then one for each name, outside of prose."""
    names: list[ast.Name] = []
    for node in _deciding(ast.parse(source)):
        match node:
            case ast.Constant(value=bool() | None):
                yield _replaced(source, node, b"0")
            case ast.Constant(value=int() | float()):
                yield _replaced(source, node, b"977")
            case ast.Constant(value=str()):
                yield _replaced(source, node, b"'another'")
            case ast.Name():
                names.append(node)
            case _:
                pass
    for name in names:
        yield _replaced(source, name, b"another")


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes outside of f-strings, sentences of errors, docstrings and imports."""
    match node:
        case ast.JoinedStr() | ast.Raise() | ast.Import() | ast.ImportFrom():
            return
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="msg")]):
            return
        case _:
            pass
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _deciding(child)


def _between(source: bytes, left: ast.expr, right: ast.expr) -> Iterator[Mutant]:
    assert left.end_lineno is not None
    assert left.end_col_offset is not None
    start = _offset(source, left.end_lineno, left.end_col_offset)
    end = _offset(source, right.lineno, right.col_offset)
    between = source[start:end].decode()
    sign = " ".join(between.replace("(", " ").replace(")", " ").split())
    if sign in OTHER and sign in between:
        changed = source[:start] + between.replace(sign, OTHER[sign], 1).encode() + source[end:]
        yield Mutant(left.end_lineno, changed)


def _replaced(source: bytes, node: ast.expr, value: bytes) -> Mutant:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = _offset(source, node.lineno, node.col_offset)
    end = _offset(source, node.end_lineno, node.end_col_offset)
    return Mutant(node.lineno, source[:start] + value + source[end:])


def _offset(source: bytes, row: int, column: int) -> int:
    place = 0
    for _ in range(row - 1):
        place = source.index(b"\n", place) + 1
    return place + column
