"""Names of a module's source text: what they are bound to, where, and what is prose."""

import ast
from collections.abc import Iterator
from typing import Final, TypeGuard

Function = ast.FunctionDef | ast.AsyncFunctionDef
_HELP: Final = frozenset({"help", "short_help", "epilog", "metavar"})
"""Keywords of click: what is said of an option before anything happened."""


class SourceModule:
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
                self._learn_class(node)
            case ast.ImportFrom(module=str(module)):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (module, alias.name)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if node in self.tree.body:
                self.constants[name] = value
            case ast.Assign(targets=[ast.Tuple() as names], value=ast.Tuple(elts=values)) if (
                node in self.tree.body
            ):
                self.constants |= dict(zip(map(ast.unparse, names.elts), values, strict=True))
            case _:
                pass

    def _learn_class(self, node: ast.ClassDef) -> None:
        rows = [row for row in node.body if isinstance(row, ast.AnnAssign)]
        named = [(row.target.id, row) for row in rows if isinstance(row.target, ast.Name)]
        self.fields[node.name] = [name for name, _ in named]
        for name, row in named:
            if row.value is not None:
                self.attributes.setdefault(name, []).append(row.value)

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


def alternatives(node: ast.expr) -> list[ast.expr]:
    """Expressions of which one is the value; none when a node is no choice between any."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp(values=values) | ast.Dict(values=values):
            return values
        case ast.Tuple(elts=values) | ast.List(elts=values):
            return values
        case ast.Subscript(value=value) | ast.NamedExpr(value=value):
            return [value]
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value):
            return [value]
        case _:
            return []


def called(call: ast.Call) -> str:
    """Last name of what is called; empty when it has none."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def owner_of(func: ast.expr) -> str:
    """The name in which a name is looked up; empty when there is none."""
    is_dotted = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
    return ast.unparse(func).partition(".")[0] if is_dotted else ""


def parameters(function: Function) -> set[str]:
    """Names of a function's parameters."""
    arguments = function.args
    return {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}


def assigned(function: Function, name: str) -> Iterator[ast.expr]:
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


def returned(function: Function) -> Iterator[ast.expr]:
    """What a function returns."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def whole_texts(module: SourceModule) -> Iterator[ast.expr]:
    """Texts that are no part of another."""
    for node in ast.walk(module.tree):
        is_whole = isinstance(node, ast.JoinedStr) or is_text(node)
        if is_whole and not isinstance(module.parents.get(node), ast.JoinedStr):
            assert isinstance(node, ast.expr)
            yield node


def is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    """Whether a node is a literal text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    """Whether a node is a plain name."""
    return isinstance(node, ast.Name)
