"""Every module that is executed when some modules are imported and used, inside their packages.

Read from source: nothing is imported. An import in a function counts, one for type checkers only
does not; the `__init__` of every package on the way counts.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from openmed.adapters.code.source_text import Binding, SourceFacts

Locate: TypeAlias = Callable[[str], Path | None]
"""Finds the source of a module; None = there is no such module, or it is not followed."""


class Module(NamedTuple):
    """One module of a closure.

    Attributes:
        facts: what its source says.
        imports: what its imports bind: the module, or None when it is outside, and the name.
    """

    facts: SourceFacts
    imports: tuple[tuple[str | None, Binding], ...]


def closure(
    roots: Iterable[str], *, locate: Locate, facts: Callable[[Path], SourceFacts]
) -> dict[str, Module]:
    """Follow imports from some modules on.

    Args:
        roots: dotted names.
        locate: finds sources.
        facts: reads one.
    """
    found: dict[str, Module] = {}
    waiting = [name for root in roots for name in _with_parents(root)]
    while waiting:
        name = waiting.pop()
        path = locate(name)
        if name in found or path is None:
            continue
        source = facts(path)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        imports = tuple(_bound(source.bindings, package=package, locate=locate))
        found[name] = Module(facts=source, imports=imports)
        waiting += [above for target, _ in imports if target for above in _with_parents(target)]
    return found


def _bound(
    bindings: Iterable[Binding], *, package: str, locate: Locate
) -> Iterator[tuple[str | None, Binding]]:
    for binding in bindings:
        module = _absolute(binding.module, package=package)
        below = f"{module}.{binding.name}"
        if binding.name and locate(below) is not None:
            yield below, Binding(module=below, name="", alias=binding.alias)
        else:
            target = module if locate(module) is not None else None
            yield target, binding._replace(module=module)


def _absolute(module: str, *, package: str) -> str:
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return module
    parts = package.split(".")
    return ".".join((*parts[: len(parts) - level + 1], *filter(None, (name,))))


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])
