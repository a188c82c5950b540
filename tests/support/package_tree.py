"""What the house rules look at in a tree of source files: modules, class names, imports."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Places = dict[str, list[str]]


def modules(package: Path) -> list[Path]:
    """Every module of a package, relative to it; `__init__` apart."""
    found = (path.relative_to(package) for path in package.rglob("*.py"))
    return sorted(path for path in found if path.stem != "__init__")


def layer_of(module: Path) -> str:
    """The first folder of a module; below `domain` the topic too."""
    depth = 2 if module.parts[0] == "domain" else 1
    return "/".join(module.parts[:-1][:depth])


def repeated_stems(package: Path) -> Places:
    """Modules that share layer and stem."""
    found: Places = defaultdict(list)
    for module in modules(package):
        found[f"{layer_of(module)}: {module.stem}"].append(module.as_posix())
    return _repeated(found)


def repeated_classes(package: Path) -> Places:
    """Classes that share a name, private and nested ones too."""
    found: Places = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(f"{path.relative_to(package).as_posix()}:{node.lineno}")
    return _repeated(found)


def crowded_folders(package: Path, *, most: int) -> dict[str, int]:
    """Folders with more modules than that, and how many."""
    found: dict[str, int] = defaultdict(int)
    for module in modules(package):
        found[module.parent.as_posix()] += 1
    return {folder: number for folder, number in found.items() if number > most}


def imported_by(path: Path) -> Iterator[str]:
    """Every module a file imports by a statement, inside functions and strings of code too."""
    yield from _imported(ast.parse(path.read_text(encoding="utf-8")))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Constant) and "import" in _text(node.value):
            yield from _imported(_code(_text(node.value)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _code(text: str) -> ast.AST:
    """A string as code, as tests hand it to another process; prose has nothing in it."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def _repeated(found: Places) -> Places:
    return {name: places for name, places in found.items() if len(places) > 1}
