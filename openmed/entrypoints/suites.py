"""Make the committed suites from their seeds, or check them against their seeds; count suites."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from openmed.bootstrap import build_world
from openmed.domain.corpus import GOLDEN_SEED, build_golden
from openmed.domain.corpus.shield import SHIELD_SEED, build_shield
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.shield import read_tables
from openmed.domain.span import Document
from openmed.domain.suite import select, suite_digest
from openmed.domain.suite_counts import SuiteCounts, count
from openmed.domain.wire import dump
from openmed.errors import IntegrityError, UsageError

__all__ = ["SUITES", "build_suite", "suite_stats"]


class _Made(NamedTuple):
    files: Mapping[str, bytes]
    documents: tuple[Document, ...]
    subsets: tuple[str, ...]


def build_suite(root: Path, *, name: str, is_check: bool) -> dict[str, Json]:
    """Make a suite of `SUITES` from its seed and write it, or check the committed files against it.

    Returns:
        How much it holds, and what `gates/suites.toml` pins: sha256 by path, digest by subset.

    Raises:
        IntegrityError: a committed file differs (only with `is_check`).
    """
    world = build_world(root)
    made = SUITES[name]()
    for path, content in made.files.items():
        if not is_check:
            world.write_file(path, content)
        elif world.read_file(path) != content:
            msg = f"{path} is not what its seed makes"
            raise IntegrityError(msg, next_step=f"git checkout -- {path}")
    return {
        "documents": len(made.documents),
        "spans": sum(len(document.spans) for document in made.documents),
        "families": len({document.family for document in made.documents}),
        "sha256": {path: sha256_hex(content) for path, content in made.files.items()},
        "digest": {
            subset: suite_digest(select(made.documents, subset=subset)) for subset in made.subsets
        },
    }


def suite_stats(root: Path, *, name: str, language: str) -> SuiteCounts:
    """Count what a pinned suite holds, in every language or in one.

    Raises:
        UsageError: no such suite, or it has no document in that language.
        OpenMedError: the suite's data is not what its pin names.
    """
    inputs = build_world(root).inputs
    pins = {pin.name: pin for pin in inputs.pins()}
    if name not in pins:
        msg = f"suite {name!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    documents = inputs.suite(pins[name]).documents
    kept = [document for document in documents if language in ("", document.language)]
    if not kept:
        spoken = ", ".join(sorted({document.language for document in documents}))
        msg = f"suite {name} has no document in {language!r}; it has {spoken}"
        raise UsageError(msg)
    return count(kept)


def _golden() -> _Made:
    documents = build_golden(GOLDEN_SEED)
    content = b"".join(dump(document) + b"\n" for document in documents)
    return _Made({"gates/suites/golden.jsonl": content}, documents, ("all", "smoke"))


def _shield_synthetic() -> _Made:
    notes, spans = build_shield(SHIELD_SEED)
    folder = "gates/suites/shield-synthetic"
    documents = read_tables(notes, spans, what="shield-synthetic")
    return _Made(
        {f"{folder}/notes.jsonl": notes, f"{folder}/spans.jsonl": spans}, documents, ("all",)
    )


SUITES: Final[Mapping[str, Callable[[], _Made]]] = {
    "golden": _golden,
    "shield-synthetic": _shield_synthetic,
}
"""Every suite with a seed, by name."""
