"""What of a Python source decides: its text without prose, and what its imports bind.

Prose is comments, docstrings, blank lines, and the sentences of raised errors. Import statements
are no text either: a file that moves changes the imports of others, and nothing else.

Pure. The result is the same on every Python that can parse the source: positions come from `ast`,
comments and strings from a pattern of our own, for the standard tokenizer cuts f-strings in
another way since 3.12.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

from openmed.domain.digest import sha256_hex

_SCAN = re.compile(
    r"""
    \#[^\n]*
  | [A-Za-z]{0,2} (?:
        \"{3} (?: [^\\"] | \\. | "(?!"") )* \"{3}
      | '{3}  (?: [^\\'] | \\. | '(?!'') )* '{3}
      | "     (?: [^\\"\n] | \\. )* "
      | '     (?: [^\\'\n] | \\. )* '
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_BREAK = "\0"
"""Stands for a line break that is data; no Python source holds one."""
_Block: TypeAlias = tuple[Sequence[ast.stmt], bool]
"""Statements of one body, and whether only type checkers read it."""


class Binding(NamedTuple):
    """One name that an import binds.

    Attributes:
        module: what is imported from, with leading dots when it is relative.
        name: what is taken out of it; empty = the module itself.
        alias: the name it has here, when it is another one.
    """

    module: str
    name: str
    alias: str


class SourceFacts(NamedTuple):
    """What one source file brings to the digest of what uses it.

    Attributes:
        text: digest of the text that decides; empty when there is none.
        bindings: what its imports bind, in order.
    """

    text: str
    bindings: tuple[Binding, ...]


@lru_cache(maxsize=2048)
def facts_of(data: bytes) -> SourceFacts:
    """Read a source; equal bytes are parsed once a process, however many repositories it opens.

    Raises:
        SyntaxError: it is not Python of this version.
        UnicodeDecodeError: it is not UTF-8.
    """
    source = _decoded(data)
    blocks = list(_blocks(ast.parse(source)))
    text = _text(source, blocks)
    bindings = {
        binding
        for block, is_typing in blocks
        if not is_typing
        for statement in block
        for binding in _bindings(statement)
    }
    return SourceFacts(
        text=sha256_hex(text.encode()) if text else "", bindings=tuple(sorted(bindings))
    )


def deciding_text(data: bytes) -> str:
    """The lines of a source that decide; `facts_of` holds their digest."""
    source = _decoded(data)
    return _text(source, list(_blocks(ast.parse(source))))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _text(source: str, blocks: list[_Block]) -> str:
    masked = _SCAN.sub(_mask, source)
    pieces: list[str] = []
    place = 0
    for start, end in sorted(_prose(source, blocks)):
        pieces.append(masked[place:start])
        place = end
    pieces.append(masked[place:])
    lines = (line.rstrip() for line in "".join(pieces).split("\n"))
    return "".join(f"{line}\n" for line in lines if line).replace(_BREAK, "\n")


def _mask(found: re.Match[str]) -> str:
    """Blanks for a comment; a string keeps its line breaks through the cutting of lines."""
    text = found[0]
    return " " * len(text) if text[0] == "#" else text.replace("\n", _BREAK)


def _prose(source: str, blocks: list[_Block]) -> Iterator[tuple[int, int]]:
    """Where imports, bare strings and sentences of errors begin and end."""
    starts = [0, *(found.end() for found in re.finditer("\n", source))]
    for block, _ in blocks:
        nodes: Iterator[ast.stmt | ast.expr] = chain(_prose_statements(block), _sentences(block))
        for node in nodes:
            yield (
                _place(source, starts[node.lineno - 1], node.col_offset),
                _place(source, starts[(node.end_lineno or 0) - 1], node.end_col_offset or 0),
            )


def _place(source: str, start: int, column: int) -> int:
    """Where a position of `ast` is: it counts bytes of UTF-8 in a line."""
    line = source[start : start + column]
    return start + (column if line.isascii() else len(line.encode()[:column].decode()))


def _blocks(tree: ast.Module) -> Iterator[_Block]:
    waiting: list[_Block] = [(tree.body, False)]
    while waiting:
        block, is_typing = waiting.pop()
        yield block, is_typing
        for node in block:
            waiting.append((getattr(node, "body", ()), is_typing or _is_typing(node)))
            waiting += [(getattr(node, name, ()), is_typing) for name in ("orelse", "finalbody")]
            below = (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))
            waiting += [(one.body, is_typing) for one in below]


def _is_typing(node: ast.stmt) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
        case _:
            return False


def _prose_statements(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in block:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
                yield node
            case _:
                pass


def _sentences(block: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """Texts in the call of a `raise`, or in a `msg = "…"` right before one that takes `msg`."""
    for node in block:
        match node:
            case ast.Raise(exc=ast.Call() as call):
                values = (*call.args, *(word.value for word in call.keywords))
                yield from (value for value in values if _is_text(value))
            case _:
                pass
    for one, two in pairwise(block):
        match one, two:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value),
                ast.Raise(exc=ast.Call(args=[ast.Name(id=taken), *_])),
            ) if name == taken and _is_text(value):
                yield value


def _is_text(value: ast.expr) -> bool:
    is_plain = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return is_plain or isinstance(value, ast.JoinedStr)


def _bindings(node: ast.stmt) -> Iterator[Binding]:
    match node:
        case ast.Import():
            yield from (Binding(one.name, "", one.asname or "") for one in node.names)
        case ast.ImportFrom():
            module = "." * node.level + (node.module or "")
            yield from (Binding(module, one.name, one.asname or "") for one in node.names)
        case _:
            pass
