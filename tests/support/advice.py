"""Every piece of advice in the source text: what the engine tells a person to do next.

Advice is what is given to a parameter or field named `next_step`, `fix` or `hint`, what follows
`next: ` in a text, and any other text with a command in it. Its template is the text with `{}`
where a value is put in. What cannot be read here is an error: such advice could not be tested.
"""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from support.source_names import (
    Function,
    SourceModule,
    alternatives,
    assigned,
    called,
    is_name,
    is_text,
    owner_of,
    parameters,
    returned,
    whole_texts,
)

SINKS: Final = frozenset({"next_step", "fix", "hint"})
"""Parameters, fields and keywords whose value is advice."""
PROGRAM: Final = "openmed"
_COMMAND: Final = re.compile(
    r"\bopenmed (release|keys|suite|benchmark|policy|init|upgrade|doctor|schema|completion)\b"
    r"|\bopenmed (monitor|notify|publish)\b"
    r"|\bgit (add|checkout|clone|commit|config|diff|fetch|fsck|init|log|merge|pull|push|status)\b"
    r"|\b(make|nox -s) [a-z]{3,}$|\b(make release|pip install|sudo|chmod)\b"
)
PROGRAMS: Final = frozenset({"program", "program_name"})
"""Names that stand for how a person calls ours."""
_MARK: Final = "next: "
_MOST: Final = 24


class Advice(NamedTuple):
    """One piece of advice at one place.

    Attributes:
        template: its text, `{}` where a value is put in.
        where: module and line.
    """

    template: str
    where: str


class UnreadableError(Exception):
    """A value that is known at run time only."""


class Reader:
    """Reads advice out of the modules of a folder."""

    def __init__(self, sources: dict[str, str]) -> None:
        """Parse them.

        Args:
            sources: source by dotted name of the module.
        """
        self._modules = {
            name: SourceModule(name, ast.parse(text)) for name, text in sources.items()
        }
        self._calls: dict[str, list[tuple[ast.Call, SourceModule]]] = {}
        for module in self._modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call):
                    self._calls.setdefault(called(node), []).append((node, module))
        self._used: set[ast.AST] = set()
        self._is_placing = False
        self._readers: dict[type[ast.expr], Callable[..., frozenset[str]]] = {
            ast.Constant: self._literal,
            ast.JoinedStr: self._joined,
            ast.BinOp: self._sum,
            ast.Attribute: self._attribute,
            ast.Name: self._name,
            ast.Call: self._call,
        }

    def advice(self) -> tuple[Advice, ...]:
        """All of it, by template and place.

        Raises:
            UnreadableError: advice that cannot be read, with its place.
        """
        found = {one for module in self._modules.values() for one in self._given(module)}
        for module in self._modules.values():
            found |= set(self._marked(module))
        for module in self._modules.values():
            found |= set(self._embedded(module))
        return tuple(sorted(found))

    def given_to(self, function: str, position: int) -> Iterator[tuple[str, str]]:
        """What calls of a function are given at a position: where they stand, and each text.

        A parameter of a test may be any text of its `parametrize`.
        """
        for module in self._modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and called(node) == function:
                    home = module.function_of(node)
                    assert home is not None, f"{function} outside a function in {module.name}"
                    value = node.args[position]
                    texts = self._texts(value, module, ()) or self._parameters(home, module)
                    yield from ((f"{module.name}::{home.name}", text) for text in sorted(texts))

    def _parameters(self, function: Function, module: SourceModule) -> frozenset[str]:
        names = {one.id for d in function.decorator_list for one in ast.walk(d) if is_name(one)}
        tables = [module.constants[name] for name in names if name in module.constants]
        return frozenset(
            str(part.value)
            for table in (*tables, *function.decorator_list)
            for part in ast.walk(table)
            if is_text(part)
        ) | frozenset(
            text
            for table in tables
            for part in ast.walk(table)
            if is_name(part) and part.id in module.constants
            for text in self._texts(part, module, ())
        )

    def _given(self, module: SourceModule) -> Iterator[Advice]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                for value in self._sink_values(node, module):
                    yield from self._read(value, module)

    def _sink_values(self, call: ast.Call, module: SourceModule) -> Iterator[ast.expr]:
        yield from (word.value for word in call.keywords if word.arg in SINKS)
        names = self._positional(call, module)
        yield from (value for name, value in zip(names, call.args, strict=False) if name in SINKS)

    def _positional(self, call: ast.Call, module: SourceModule) -> list[str]:
        """Names of a call's positional parameters, of a class of ours or a function."""
        name = called(call)
        for home in (module, self._imported(module, name)):
            if home is None:
                continue
            if name in home.fields:
                return home.fields[name]
            for function in home.functions.get(name, ()):
                return [one.arg for one in function.args.args if one.arg != "self"]
        return []

    def _imported(self, module: SourceModule, name: str) -> SourceModule | None:
        origin = module.imports.get(name)
        return self._modules.get(origin[0]) if origin else None

    def _read(self, value: ast.expr, module: SourceModule) -> Iterator[Advice]:
        where = f"{module.name}:{value.lineno}"
        try:
            texts = self._texts(value, module, ())
        except UnreadableError as error:
            msg = f"{where}: advice that cannot be read: {error}"
            raise UnreadableError(msg) from None
        yield from (Advice(text, where) for text in texts if text.strip())

    def _marked(self, module: SourceModule) -> Iterator[Advice]:
        """What follows `next: `."""
        for node in whole_texts(module):
            if not _has(node, _MARK) or module.is_prose(node) or _is_pattern(node):
                continue
            self._use(node)
            for text in self._texts(node, module, ()):
                _, _, told = text.partition(_MARK)
                told = told.split("\n")[0].strip()
                if told != "{}":
                    yield Advice(told, f"{module.name}:{node.lineno}")

    def _embedded(self, module: SourceModule) -> Iterator[Advice]:
        """Any other text with a command in it."""
        for node in whole_texts(module):
            if node in self._used or module.is_prose(node) or not _may_name_one(node):
                continue
            for text in self._texts(node, module, ()):
                if _MARK not in text:
                    yield from (
                        Advice(one, f"{module.name}:{node.lineno}") for one in clauses(text)
                    )

    def _use(self, node: ast.AST) -> None:
        self._used |= set(ast.walk(node))

    def _texts(
        self, node: ast.expr, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """Every text an expression may be; none where it passes on what is advice elsewhere."""
        if node in seen:
            return frozenset()
        seen = (*seen, node)
        read = self._readers.get(type(node))
        if read is not None:
            return read(node, module, seen)
        parts = alternatives(node)
        if not parts:
            raise UnreadableError(ast.unparse(node))
        return self._any(parts, module, seen)

    def _literal(
        self, node: ast.Constant, _: SourceModule, __: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        if node.value is not None and not isinstance(node.value, str):
            raise UnreadableError(ast.unparse(node))
        self._use(node)
        return frozenset() if node.value is None else frozenset({node.value})

    def _sum(
        self, node: ast.BinOp, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        if not isinstance(node.op, ast.Add):
            raise UnreadableError(ast.unparse(node))
        left = self._texts(node.left, module, seen) or {"{}"}
        right = self._texts(node.right, module, seen) or {"{}"}
        return frozenset(a + b for a, b in product(left, right))

    def _any(
        self,
        nodes: tuple[ast.expr, ...] | list[ast.expr],
        module: SourceModule,
        seen: tuple[ast.AST, ...],
    ) -> frozenset[str]:
        return frozenset().union(*(self._texts(node, module, seen) for node in nodes))

    def _joined(
        self, node: ast.JoinedStr, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        self._use(node)
        pieces: list[frozenset[str]] = []
        for piece in node.values:
            if isinstance(piece, ast.FormattedValue):
                pieces.append(self._placed(piece.value, module, seen))
            else:
                pieces.append(self._texts(piece, module, seen))
        return frozenset("".join(words) for words in product(*pieces))

    def _placed(
        self, value: ast.expr, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """What is put into a text: what it may be if those are few, else `{}`."""
        if isinstance(value, ast.Name) and value.id == "program":
            return frozenset({PROGRAM})
        if isinstance(value, ast.Name) and self._is_parameter(value, module):
            return frozenset({"{}"})
        used, is_placing = set(self._used), self._is_placing
        self._is_placing = True
        try:
            texts = self._texts(value, module, seen)
        except UnreadableError:
            texts = frozenset()
        finally:
            self._is_placing = is_placing
        if 0 < len(texts) <= _MOST:
            return texts
        self._used = used
        return frozenset({"{}"})

    def _is_parameter(self, name: ast.Name, module: SourceModule) -> bool:
        function = module.function_of(name)
        return (
            function is not None
            and name.id in parameters(function)
            and not list(assigned(function, name.id))
        )

    def _attribute(
        self, node: ast.Attribute, _: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """A class's own text of that name, wherever one is."""
        if node.attr in SINKS:
            return frozenset()
        if self._is_placing:
            raise UnreadableError(node.attr)
        found: set[str] = set()
        for home in self._modules.values():
            for value in home.attributes.get(node.attr, ()):
                found |= self._texts(value, home, seen)
        if not found:
            raise UnreadableError(ast.unparse(node))
        return frozenset(found)

    def _name(
        self, node: ast.Name, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        function, name = module.function_of(node), node.id
        if function is not None:
            values = list(assigned(function, name))
            if values:
                return self._any(values, module, seen)
            if name in parameters(function):
                return self._argument(function, name, module, seen)
        return self._constant(name, module, seen)

    def _constant(
        self, name: str, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        if name in module.constants:
            return self._texts(module.constants[name], module, seen)
        home, origin = self._imported(module, name), module.imports.get(name)
        if home is not None and origin is not None and origin[1] in home.constants:
            return self._texts(home.constants[origin[1]], home, seen)
        raise UnreadableError(name)

    def _argument(
        self, function: Function, name: str, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """What callers give; a keyword of a sink's name is read where it is given."""
        if name in SINKS and name in {one.arg for one in function.args.kwonlyargs}:
            return frozenset()
        names = [one.arg for one in function.args.args if one.arg != "self"]
        found: set[str] = set()
        for call, home in self._calls.get(function.name, ()):
            if home is module or home.imports.get(function.name, ("",))[0] == module.name:
                given = dict(zip(names, call.args, strict=False))
                given |= {word.arg: word.value for word in call.keywords if word.arg}
                if name in given:
                    found |= self._texts(given[name], home, seen)
        return frozenset(found)

    def _call(
        self, node: ast.Call, module: SourceModule, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        match node:
            case ast.Call(func=ast.Attribute(attr="removeprefix", value=value), args=[cut]):
                (prefix,) = self._texts(cut, module, seen)
                texts = self._texts(value, module, seen)
                return frozenset(text.removeprefix(prefix) for text in texts)
            case ast.Call(func=ast.Name(id="program_name")):
                return frozenset({PROGRAM})
            case ast.Call(func=ast.Name(id="folded" | "str"), args=[text, *_]):
                return self._texts(text, module, seen)
            case _:
                pass
        name = called(node)
        owner = owner_of(node.func)
        for home in (module, self._imported(module, name), self._module_named(module, owner)):
            functions = home.functions.get(name, ()) if home else ()
            if home and functions:
                values = [value for one in functions for value in returned(one)]
                return self._any(values, home, seen)
        raise UnreadableError(ast.unparse(node))

    def _module_named(self, module: SourceModule, name: str) -> SourceModule | None:
        origin = module.imports.get(name)
        return self._modules.get(".".join(origin)) if origin else None


def clauses(text: str) -> Iterator[str]:
    """Parts of a text that name a command, from where it begins if it is the last word of one."""
    for clause in text.split("; "):
        if _COMMAND.search(clause):
            yield re.sub(r"^.*: (?=openmed )", "", clause.strip())


def sources_of(*folders: Path, root: Path) -> dict[str, str]:
    """Sources by dotted name."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }


def _may_name_one(node: ast.expr) -> bool:
    """Whether a text may name a command: by its words, or by a constant or a program in it."""
    for part in ast.walk(node):
        match part:
            case ast.Constant(value=str(text)) if _COMMAND.search(text):
                return True
            case ast.Name(id=name) if (
                name.strip("_").isupper() or name in PROGRAMS or (name.endswith("_command"))
            ):
                return True
            case _:
                pass
    return False


def _has(node: ast.expr, mark: str) -> bool:
    return any(is_text(part) and mark in str(part.value) for part in ast.walk(node))


def _is_pattern(node: ast.expr) -> bool:
    return _has(node, "(?P<")
