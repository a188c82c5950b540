"""Every piece of advice in the source text: what the engine tells a person to do next.

Advice is what is given to a parameter or field named `next_step`, `fix` or `hint`, what follows
`next: ` in a text, and any other text with a command in it. Its template is the text with `{}`
where a value is put in. What cannot be read here is an error: such advice could not be tested.
"""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

SINKS: Final = frozenset({"next_step", "fix", "hint"})
"""Parameters, fields and keywords whose value is advice."""
PROGRAM: Final = "openmed"
_COMMAND: Final = re.compile(
    r"\bopenmed (release|keys|suite|benchmark|init|upgrade|doctor|schema|completion)\b"
    r"|\bgit (add|checkout|clone|commit|config|diff|fetch|fsck|init|log|merge|pull|push|status)\b"
    r"|\b(make|nox -s) [a-z]{3,}$|\b(make release|pip install|sudo|chmod)\b"
)
_MARK: Final = "next: "
_MOST: Final = 24
_HELP: Final = frozenset({"help", "short_help", "epilog", "metavar"})
"""Keywords of click: what is said of an option before anything happened."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


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


class _Module:
    """One module's names."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree
        self.parents = {c: p for p in ast.walk(tree) for c in ast.iter_child_nodes(p)}
        self.constants: dict[str, ast.expr] = {}
        self.functions: dict[str, list[Function]] = {}
        self.fields: dict[str, list[str]] = {}
        self.attributes: dict[str, list[ast.expr]] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        for node in ast.walk(tree):
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.functions.setdefault(node.name, []).append(node)
            case ast.ClassDef():
                rows = [row for row in node.body if isinstance(row, ast.AnnAssign)]
                named = [(row.target.id, row) for row in rows if isinstance(row.target, ast.Name)]
                self.fields[node.name] = [name for name, _ in named]
                for name, row in named:
                    if row.value is not None:
                        self.attributes.setdefault(name, []).append(row.value)
            case ast.ImportFrom(module=str(module)):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (module, alias.name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(
                target=ast.Name(id=name), value=ast.expr() as value
            ) if node in self.tree.body:
                self.constants[name] = value
            case ast.Assign(targets=[ast.Tuple() as names], value=ast.Tuple(elts=values)) if (
                node in self.tree.body
            ):
                self.constants |= dict(zip(map(ast.unparse, names.elts), values, strict=True))
            case _:
                pass

    def function_of(self, node: ast.AST) -> Function | None:
        """The function a node stands in."""
        above = self.parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            above = self.parents.get(above)
        return above

    def is_prose(self, node: ast.AST) -> bool:
        """Whether a text is a docstring, or click's help."""
        above = self.parents.get(node)
        while isinstance(above, ast.JoinedStr | ast.BinOp | ast.FormattedValue):
            above = self.parents.get(above)
        return isinstance(above, ast.Expr) or (
            isinstance(above, ast.keyword) and above.arg in _HELP
        )


class Reader:
    """Reads advice out of the modules of a folder."""

    def __init__(self, sources: dict[str, str]) -> None:
        """Parse them.

        Args:
            sources: source by dotted name of the module.
        """
        self._modules = {name: _Module(name, ast.parse(text)) for name, text in sources.items()}
        self._used: set[ast.AST] = set()
        self._is_placing = False

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
                if isinstance(node, ast.Call) and _called(node) == function:
                    home = module.function_of(node)
                    assert home is not None, f"{function} outside a function in {module.name}"
                    value = node.args[position]
                    texts = self._texts(value, module, ()) or self._parameters(home, module)
                    yield from ((f"{module.name}::{home.name}", text) for text in sorted(texts))

    def _parameters(self, function: Function, module: _Module) -> frozenset[str]:
        names = {one.id for d in function.decorator_list for one in ast.walk(d) if _is_name(one)}
        tables = [module.constants[name] for name in names if name in module.constants]
        return frozenset(
            part.value
            for table in (*tables, *function.decorator_list)
            for part in ast.walk(table)
            if _is_text(part)
        ) | frozenset(
            text
            for table in tables
            for part in ast.walk(table)
            if _is_name(part) and part.id in module.constants
            for text in self._texts(part, module, ())
        )

    def _given(self, module: _Module) -> Iterator[Advice]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                for value in self._sink_values(node, module):
                    yield from self._read(value, module)

    def _sink_values(self, call: ast.Call, module: _Module) -> Iterator[ast.expr]:
        yield from (word.value for word in call.keywords if word.arg in SINKS)
        names = self._positional(call, module)
        yield from (
            value for name, value in zip(names, call.args, strict=False) if name in SINKS
        )

    def _positional(self, call: ast.Call, module: _Module) -> list[str]:
        """Names of a call's positional parameters, of a class of ours or a function."""
        name = _called(call)
        for home in (module, self._imported(module, name)):
            if home is None:
                continue
            if name in home.fields:
                return home.fields[name]
            for function in home.functions.get(name, ()):
                return [one.arg for one in function.args.args if one.arg != "self"]
        return []

    def _imported(self, module: _Module, name: str) -> _Module | None:
        origin = module.imports.get(name)
        return self._modules.get(origin[0]) if origin else None

    def _read(self, value: ast.expr, module: _Module) -> Iterator[Advice]:
        where = f"{module.name}:{value.lineno}"
        try:
            texts = self._texts(value, module, ())
        except UnreadableError as error:
            msg = f"{where}: advice that cannot be read: {error}"
            raise UnreadableError(msg) from None
        yield from (Advice(text, where) for text in texts if text.strip())

    def _marked(self, module: _Module) -> Iterator[Advice]:
        """What follows `next: `."""
        for node in _whole_texts(module):
            if not _has(node, _MARK) or module.is_prose(node) or _is_pattern(node):
                continue
            self._use(node)
            for text in self._texts(node, module, ()):
                _, _, told = text.partition(_MARK)
                told = told.split("\n")[0].strip()
                if told != "{}":
                    yield Advice(told, f"{module.name}:{node.lineno}")

    def _embedded(self, module: _Module) -> Iterator[Advice]:
        """Any other text with a command in it."""
        for node in _whole_texts(module):
            if node in self._used or module.is_prose(node):
                continue
            for text in self._texts(node, module, ()):
                yield from (
                    Advice(clause.strip(), f"{module.name}:{node.lineno}")
                    for clause in text.split("; ")
                    if _COMMAND.search(clause)
                )

    def _use(self, node: ast.AST) -> None:
        self._used |= set(ast.walk(node))

    def _texts(
        self, node: ast.expr, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """Every text an expression may be; none where it passes on what is advice elsewhere."""
        if node in seen:
            return frozenset()
        seen = (*seen, node)
        match node:
            case ast.Constant(value=str(text)):
                self._use(node)
                return frozenset({text})
            case ast.Constant(value=None):
                return frozenset()
            case ast.JoinedStr():
                self._use(node)
                return self._joined(node, module, seen)
            case ast.BinOp(op=ast.Add()):
                left = self._texts(node.left, module, seen) or {"{}"}
                right = self._texts(node.right, module, seen) or {"{}"}
                return frozenset(a + b for a, b in product(left, right))
            case ast.IfExp():
                return self._any((node.body, node.orelse), module, seen)
            case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                return self._any(values, module, seen)
            case ast.Dict(values=values):
                return self._any(values, module, seen)
            case ast.Subscript(value=value) | ast.NamedExpr(value=value):
                return self._texts(value, module, seen)
            case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value):
                return self._texts(value, module, seen)
            case ast.Attribute(attr=attr) if attr in SINKS:
                return frozenset()
            case ast.Attribute(attr=attr):
                return self._attribute(node, module, seen)
            case ast.Name(id=name):
                return self._name(node, name, module, seen)
            case ast.Call():
                return self._call(node, module, seen)
            case _:
                raise UnreadableError(ast.unparse(node))

    def _any(
        self, nodes: tuple[ast.expr, ...] | list[ast.expr], module: _Module,
        seen: tuple[ast.AST, ...],
    ) -> frozenset[str]:
        return frozenset().union(*(self._texts(node, module, seen) for node in nodes))

    def _joined(
        self, node: ast.JoinedStr, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        pieces: list[frozenset[str]] = []
        for piece in node.values:
            if isinstance(piece, ast.FormattedValue):
                pieces.append(self._placed(piece.value, module, seen))
            else:
                pieces.append(self._texts(piece, module, seen))
        return frozenset("".join(words) for words in product(*pieces))

    def _placed(
        self, value: ast.expr, module: _Module, seen: tuple[ast.AST, ...]
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

    def _is_parameter(self, name: ast.Name, module: _Module) -> bool:
        function = module.function_of(name)
        return (
            function is not None
            and name.id in _parameters(function)
            and not list(_assigned(function, name.id))
        )

    def _attribute(
        self, node: ast.Attribute, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """A class's own text of that name, wherever one is."""
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
        self, node: ast.Name, name: str, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        function = module.function_of(node)
        if function is not None:
            values = list(_assigned(function, name))
            if values:
                return self._any(values, module, seen)
            if name in _parameters(function):
                return self._argument(function, name, module, seen)
        return self._constant(name, module, seen)

    def _constant(
        self, name: str, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        if name in module.constants:
            return self._texts(module.constants[name], module, seen)
        home, origin = self._imported(module, name), module.imports.get(name)
        if home is not None and origin is not None and origin[1] in home.constants:
            return self._texts(home.constants[origin[1]], home, seen)
        raise UnreadableError(name)

    def _argument(
        self, function: Function, name: str, module: _Module, seen: tuple[ast.AST, ...]
    ) -> frozenset[str]:
        """What callers give; a keyword of a sink's name is read where it is given."""
        if name in SINKS and name in {one.arg for one in function.args.kwonlyargs}:
            return frozenset()
        names = [one.arg for one in function.args.args if one.arg != "self"]
        found: set[str] = set()
        for home in self._modules.values():
            for call in ast.walk(home.tree):
                if isinstance(call, ast.Call) and self._is_call_of(call, function, module, home):
                    given = dict(zip(names, call.args, strict=False))
                    given |= {word.arg: word.value for word in call.keywords if word.arg}
                    if name in given:
                        found |= self._texts(given[name], home, seen)
        return frozenset(found)

    def _is_call_of(
        self, call: ast.Call, function: Function, module: _Module, home: _Module
    ) -> bool:
        if _called(call) != function.name:
            return False
        return home is module or home.imports.get(function.name, ("",))[0] == module.name

    def _call(
        self, node: ast.Call, module: _Module, seen: tuple[ast.AST, ...]
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
        name = _called(node)
        owner = node.func.value.id if _is_dotted(node.func) else ""
        for home in (module, self._imported(module, name), self._module_named(module, owner)):
            functions = home.functions.get(name, ()) if home else ()
            if home and functions:
                returned = [value for one in functions for value in _returned(one)]
                return self._any(returned, home, seen)
        raise UnreadableError(ast.unparse(node))

    def _module_named(self, module: _Module, name: str) -> _Module | None:
        origin = module.imports.get(name)
        return self._modules.get(".".join(origin)) if origin else None


def sources_of(*folders: Path, root: Path) -> dict[str, str]:
    """Sources by dotted name."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_dotted(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)


def _parameters(function: Function) -> set[str]:
    arguments = function.args
    return {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}


def _assigned(function: Function, name: str) -> Iterator[ast.expr]:
    """Values a name has in a function."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[target], value=value):
                yield from _matched(target, value, name)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _matched(target, value, name)
            case ast.NamedExpr(target=target, value=value):
                yield from _matched(target, value, name)
            case ast.For(target=target, iter=ast.Tuple(elts=rows)):
                for row in rows:
                    yield from _matched(target, row, name)
            case _:
                pass


def _matched(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    match target, value:
        case ast.Name(id=found), _ if found == name:
            yield value
        case ast.Tuple(elts=names), ast.Tuple(elts=values):
            for one, other in zip(names, values, strict=True):
                yield from _matched(one, other, name)
        case ast.Tuple(elts=names), _ if name in {ast.unparse(one) for one in names}:
            yield value
        case _:
            pass


def _returned(function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def _whole_texts(module: _Module) -> Iterator[ast.expr]:
    """Texts that are no part of another."""
    for node in ast.walk(module.tree):
        is_text = isinstance(node, ast.JoinedStr) or _is_text(node)
        if is_text and not isinstance(module.parents.get(node), ast.JoinedStr):
            assert isinstance(node, ast.expr)
            yield node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _has(node: ast.expr, mark: str) -> bool:
    return any(_is_text(part) and mark in part.value for part in ast.walk(node))


def _is_pattern(node: ast.expr) -> bool:
    return _has(node, "(?P<")
