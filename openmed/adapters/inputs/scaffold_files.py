"""The files a new release repository begins with: some its own, some the very files of ours.

In a wheel both lie in the package; in a checkout ours are where they are used.
"""

import importlib.resources
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

_OURS: Final = (
    ".gitattributes",
    "dodo.py",
    "gates/policy/default.toml",
    "gates/policy/floor.toml",
    "gates/policy/pii--tiny--onnx.toml",
    "gates/policy/pii.toml",
    "gates/reaction.toml",
    "gates/recipes/pii-tiny",
    "gates/suites.toml",
)
_WORKFLOWS: Final = ("drill", "monitor", "nightly", "plan", "release-gates", "rollback", "tell")
"""Those of ours that a release repository has; the others test the engine."""
_OURS_ON_GITHUB: Final = (
    ".github/actions",
    ".github/dependabot.yml",
    *(f".github/workflows/{name}.yml" for name in _WORKFLOWS),
    "requirements/release.txt",
)
_OWN: Final = ("Makefile", "README.md", "gates/candidates.toml", "gitignore", "models.jsonl")
_OWN_ON_GITHUB: Final = ("gates/shared.toml", "noxfile.py", "requirements/engine.txt")
_NAMES: Final = {"gitignore": ".gitignore"}
"""Files that a tool would read where they lie, under the name they get."""


def scaffold_files(*, is_on_github: bool) -> dict[str, bytes]:
    """Every file by its path in the new repository; suites are made, not copied."""
    package, ours = _places()
    files: dict[str, bytes] = {}
    for name in (*_OWN, *(_OWN_ON_GITHUB if is_on_github else ())):
        files[_NAMES.get(name, name)] = package.joinpath(name).read_bytes()
    for name in (*_OURS, *(_OURS_ON_GITHUB if is_on_github else ())):
        files.update(_under(ours.joinpath(name), name))
    return files


def shipped_file(name: str) -> bytes:
    """A file of ours, as this engine ships it."""
    return _places()[1].joinpath(name).read_bytes()


def shipped_versions() -> dict[str, frozenset[str]]:
    """Digests of every version of a file that was ever made, by its path."""
    text = (
        importlib.resources.files("openmed").joinpath("scaffold", "shipped.toml").read_text("utf-8")
    )
    return {name: frozenset(digests) for name, digests in tomllib.loads(text).items()}


def _places() -> tuple[Traversable, Traversable | Path]:
    """The files of a new repository's own, and those that are ours."""
    package = importlib.resources.files("openmed").joinpath("scaffold")
    shared = package.joinpath("shared")
    return package, shared if shared.is_dir() else Path(__file__).parents[3]


def _under(place: Traversable | Path, name: str) -> dict[str, bytes]:
    if place.is_file():
        return {name: place.read_bytes()}
    return {
        path: content
        for child in place.iterdir()
        if child.name != "__pycache__"
        for path, content in _under(child, f"{name}/{child.name}").items()
    }
