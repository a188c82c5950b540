"""Suites: make them from their seeds, lint them, say what they hold, show a sample."""

from collections import Counter
from typing import Final

from openmed.context import Context
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.suites.layouts.shield import edition_guess
from openmed.domain.suites.lint import LintFinding, LintReport, lint
from openmed.domain.suites.lint.draft import Draft, drafts_of, read_drafts
from openmed.domain.suites.suite import SuitePin, select, suite_digest, unlike
from openmed.domain.suites.suite_counts import SuiteCounts, count
from openmed.domain.text.span import Document
from openmed.errors import EvidenceError, IntegrityError, UsageError

__all__ = ["SUITES", "build_suite", "lint_suite", "sample_suite", "suite_facts", "suite_stats"]


SUITES: Final = ("golden", "shield-synthetic")
"""Every suite with a seed."""


def build_suite(world: Context, *, name: str, is_check: bool) -> dict[str, Json]:
    """Make a suite of `SUITES` from its seed and write it, or check the committed files against it.

    Returns:
        How much it holds, and what `gates/suites.toml` pins: sha256 by path, digest by subset.

    Raises:
        IntegrityError: a committed file differs (only with `is_check`).
    """
    made = world.suite_builder.build(name)
    for path, content in made.files.items():
        if not is_check:
            world.write_file(path, content)
        elif world.read_file(path) != content:
            msg = f"{path} differs from what its seed generates"
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


def lint_suite(world: Context, *, name: str) -> LintReport:
    """Look for every defect of a pinned suite, whatever its digests say.

    Raises:
        UsageError: no such suite is pinned.
        EvidenceError: its files cannot be read.
        ExternalError: a recipe could not say what it trains on.
    """
    pin = _pinned(world, name)
    data = world.inputs.suite_files(pin)
    before = [LintFinding("not-as-pinned", detail=fault) for fault in unlike(pin, data)]
    drafts, malformed = _drafts(world, pin, data)
    if not before and not malformed:
        before += _pin_faults(world, pin)
    return lint(
        drafts,
        before=(*before, *malformed),
        is_synthetic=pin.synthetic,
        minima=pin.minima,
        training=world.training_notes() if pin.synthetic else (),
    )


def suite_facts(world: Context, *, name: str) -> dict[str, Json]:
    """What a pinned suite holds and the digests its files have now; no text.

    Raises:
        UsageError: no such suite is pinned.
        EvidenceError: its files cannot be read.
    """
    pin = _pinned(world, name)
    data = world.inputs.suite_files(pin)
    documents = world.inputs.suite_documents(pin, data)
    kept = select(documents, subset=pin.subset)
    spans = Counter(span.label for document in kept for span in document.spans)
    digest = suite_digest(kept)
    files = zip(pin.files, data, strict=True)
    return {
        "suite": pin.name,
        "edition": pin.edition,
        "looks_like": edition_guess(kept) if pin.layout == "shield" else "",
        "revision": pin.revision,
        "licence": pin.licence,
        "documents": len(kept),
        "spans": spans.total(),
        "labels": dict(sorted(spans.items())),
        "sha256": {path: sha256_hex(content) for (path, _), content in files},
        "digest": digest,
        "is_as_pinned": not list(unlike(pin, data)) and digest == pin.digest,
    }


def sample_suite(
    world: Context, *, name: str, count: int, wants_text: bool
) -> list[dict[str, Json]]:
    """Documents spread evenly over a pinned suite: counts and offsets; text only of invented ones.

    Raises:
        UsageError: no such suite is pinned, or its text may not be shown.
        OpenMedError: the suite cannot be read, or is not as pinned.
    """
    pin = _pinned(world, name)
    if wants_text and (pin.is_generated or not pin.synthetic):
        why = "it is generated" if pin.is_generated else "its pin does not say synthetic = true"
        msg = f"the text of suite {name} may not be shown: {why}"
        raise UsageError(msg, next_step=f"openmed suite sample {name}")
    documents = world.inputs.suite(pin).documents
    step = max(1, len(documents) // max(1, count))
    return [_shown(document, wants_text=wants_text) for document in documents[::step][:count]]


def suite_stats(world: Context, *, name: str, language: str) -> SuiteCounts:
    """Count what a pinned suite holds, in every language or in one.

    Raises:
        UsageError: no such suite, or it has no document in that language.
        OpenMedError: the suite's data is not what its pin names.
    """
    documents = world.inputs.suite(_pinned(world, name)).documents
    kept = [document for document in documents if language in ("", document.language)]
    if not kept:
        spoken = ", ".join(sorted({document.language for document in documents}))
        msg = f"suite {name} has no document in {language!r}; it has {spoken}"
        raise UsageError(msg)
    return count(kept)


def _shown(document: Document, *, wants_text: bool) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "id": document.id,
        "language": document.language,
        "slice": document.slice,
        "characters": len(document.text),
        "spans": [
            {"start": span.start, "end": span.end, "label": span.label} for span in document.spans
        ],
    }
    return {**facts, "text": document.text} if wants_text else facts


def _pinned(world: Context, name: str) -> SuitePin:
    pins = {pin.name: pin for pin in world.inputs.pins()}
    if name not in pins:
        msg = f"suite {name!r} is not pinned; gates/suites.toml has {', '.join(pins) or 'none'}"
        raise UsageError(msg)
    return pins[name]


def _drafts(
    world: Context, pin: SuitePin, data: tuple[bytes, ...]
) -> tuple[tuple[Draft, ...], tuple[LintFinding, ...]]:
    if pin.layout == "jsonl":
        return read_drafts(data[0])
    try:
        return drafts_of(world.inputs.suite_documents(pin, data)), ()
    except EvidenceError as error:
        return (), (LintFinding("malformed", detail=error.message),)


def _pin_faults(world: Context, pin: SuitePin) -> list[LintFinding]:
    try:
        world.inputs.suite(pin)
    except IntegrityError as error:
        return [LintFinding("not-as-pinned", detail=error.message)]
    except EvidenceError as error:
        return [LintFinding("malformed", detail=error.message)]
    return []
