"""Digests of the code that decides: tools are materials too, so changed code makes products stale.

A digest covers the import closure of root modules (ADR 0025): what of their sources decides, the
files of the package that they read, and the versions of the packages that compute. It is keyed
by neither path nor module name, so a file that moves changes nothing.
"""

import importlib.util
import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from openmed.adapters.code.import_closure import Module, closure
from openmed.adapters.code.source_files import SourceFiles
from openmed.domain.digest import Json, digest_of, sha256_hex
from openmed.errors import UsageError

PACKAGE = "openmed"
NOT_COMPUTING = frozenset({"pydantic", "rfc8785"})
"""Packages that check and write values; no number, span or page is computed by them."""


class CodeRoots(NamedTuple):
    """What a code digest is computed from.

    Attributes:
        modules: dotted names of the modules that decide.
        data: folders of the package whose files they are given.
        reads_text: whether they look at characters, of which each Python has its own table.
    """

    modules: tuple[str, ...]
    data: tuple[str, ...] = ()
    reads_text: bool = False


class CodeDigests:
    """Computes digests of code."""

    def __init__(
        self,
        files: SourceFiles,
        *,
        package: Path | None = None,
        version_of: Callable[[str], str] = version,
    ) -> None:
        """Remember where to look.

        Args:
            files: reads sources.
            package: folder of our package; None = the one that runs.
            version_of: version of an installed package; raises PackageNotFoundError.
        """
        self.files = files
        self._given = package
        self._version_of = version_of

    def digest(self, roots: CodeRoots) -> str:
        """Digest of sources, data and versions.

        Raises:
            UsageError: a source cannot be read.
        """
        modules = self.closure(roots.modules)
        return digest_of(
            [
                self._sources(modules),
                self._data(roots.data),
                [f"{name}=={self._version(name)}" for name in sorted(computing(modules))],
                unicodedata.unidata_version if roots.reads_text else "",
            ]
        )

    def source_digest(self, roots: Iterable[str]) -> str:
        """Digest of sources alone: the same on every Python.

        Raises:
            UsageError: a source cannot be read.
        """
        return digest_of(self._sources(self.closure(roots)))

    def closure(self, roots: Iterable[str]) -> dict[str, Module]:
        """Every module of ours, and of the packages of the roots, that is executed.

        Raises:
            UsageError: a root cannot be found.
        """
        roots = tuple(roots)
        inside = {PACKAGE, *(root.partition(".")[0] for root in roots)}
        places: dict[str, Path | None] = {}

        def locate(name: str) -> Path | None:
            if name not in places:
                is_inside = name.partition(".")[0] in inside
                places[name] = self._located(name) if is_inside else None
            return places[name]

        missing = [root for root in roots if locate(root) is None]
        if missing:
            msg = f"the source of {missing[0]} cannot be found"
            raise UsageError(msg)
        return closure(roots, locate=locate, facts=self.files.facts)

    @cached_property
    def _package(self) -> Path:
        return self._given or source_of(PACKAGE).parent

    def _located(self, name: str) -> Path | None:
        top, _, rest = name.partition(".")
        if top != PACKAGE:
            try:
                return source_of(name)
            except UsageError:
                return None
        place = self._package.joinpath(*filter(None, rest.split(".")))
        choices = (place / "__init__.py", place.with_name(f"{place.name}.py"))
        return next((choice for choice in choices if choice.is_file()), None)

    def _version(self, name: str) -> str:
        try:
            return self._version_of(name)
        except PackageNotFoundError:
            return "none"

    @staticmethod
    def _sources(modules: dict[str, Module]) -> list[Json]:
        """One digest for each module that has any code, in their own order."""
        rows: list[str] = []
        for module in modules.values():
            bound: list[list[str]] = [
                [modules[target].facts.text, binding.name, binding.alias]
                if target is not None
                else [binding.module, binding.name, binding.alias]
                for target, binding in module.imports
            ]
            if module.facts.text or bound:
                rows.append(digest_of([module.facts.text, *sorted(bound)]))
        return list[Json](sorted(rows))

    def _data(self, folders: Iterable[str]) -> list[Json]:
        return [
            [path.relative_to(place).as_posix(), sha256_hex(path.read_bytes())]
            for place in (self._package / folder for folder in folders)
            for path in sorted(place.rglob("*"))
            if path.is_file()
        ]


def computing(modules: dict[str, Module]) -> set[str]:
    """Packages outside that some modules import and compute with."""
    tops = {
        binding.module.partition(".")[0]
        for module in modules.values()
        for target, binding in module.imports
        if target is None
    }
    return tops - sys.stdlib_module_names - NOT_COMPUTING - {PACKAGE}


def source_of(module: str) -> Path:
    """The file a module is loaded from, without loading it.

    Raises:
        UsageError: it has none.
    """
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.has_location or spec.origin is None:
        msg = f"the source of {module} cannot be read"
        raise UsageError(msg)
    return Path(spec.origin)
