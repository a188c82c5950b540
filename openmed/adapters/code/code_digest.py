"""Digests of our own code: tools are materials too, so changed code makes products stale."""

import importlib.resources
import importlib.util
from importlib.resources.abc import Traversable
from pathlib import Path

from openmed.domain.digest import digest_of, sha256_hex
from openmed.errors import UsageError


def code_digest(*packages: str) -> str:
    """Digest over the Python sources and templates of packages and modules.

    Args:
        packages: dotted paths below `openmed`, e.g. `domain/scoring`, or one file.
    """
    root = importlib.resources.files("openmed")
    rows = sorted(row for package in packages for row in _rows(root.joinpath(package), package))
    return digest_of([list(row) for row in rows])


def source_of(module: str) -> Path:
    """The file a module is loaded from, without loading it.

    Raises:
        UsageError: it has none.
    """
    try:
        spec = importlib.util.find_spec(module)
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        msg = f"the source of {module} cannot be read"
        raise UsageError(msg)
    return Path(spec.origin)


def _rows(place: Traversable, name: str) -> list[tuple[str, str]]:
    if place.is_file():
        return [(name, sha256_hex(place.read_bytes()))]
    return [
        row
        for child in place.iterdir()
        if child.name.endswith((".py", ".j2")) or child.is_dir()
        if child.name != "__pycache__"
        for row in _rows(child, f"{name}/{child.name}")
    ]
