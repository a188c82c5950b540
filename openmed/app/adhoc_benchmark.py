"""Measure anyone's model on a pinned suite: no queue, no policy, no state; releases nothing."""

from pathlib import Path
from typing import NamedTuple

from openmed.context import (
    Context,
    EventSink,
    open_context,
    temporary_context,
)
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import tree_digest
from openmed.domain.evaluation.comparison import Comparison, compare
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.inference.declared_labels import declared_labels
from openmed.domain.release.product import ErrorProduct, decode_product
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text.labels import BY_NAME
from openmed.domain.wire import from_plain, parse, read_table
from openmed.errors import EvidenceError, UsageError
from openmed.pipeline.events import performed
from openmed.steps.benchmark import BenchmarkRunner

SLOT = "local::none::none"
_MOST_BYTES = 16 * 1024**3


class Model(NamedTuple):
    """A model somebody wants measured.

    Attributes:
        source: `file:PATH`, `recipe:FOLDER[#BUILD]`, `pypi:NAME==VERSION[#FOLDER]` or
            `hf:ORG/NAME@COMMIT[#FOLDER]`.
        labels: canonical labels it claims; none = those of its profile.
        languages: languages it claims; none = those of the suite.
        profile: runner profile for a source that brings none.
        sha256: of the wheel, for `pypi:`.
        timeout: seconds its runner may be silent.
    """

    source: str
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    profile: Path | None = None
    sha256: str | None = None
    timeout: int = 600


def measure_model(
    root: Path, model: Model, *, suite: str, quiet: bool, tell: EventSink | None = None
) -> BenchmarkReport:
    """Stage a model in a temporary place, measure it there, and forget it.

    Args:
        root: the folder whose gates/suites.toml pins the suite.
        model: the model.
        suite: suite name.
        quiet: whether to keep progress to itself.
        tell: takes events; None = nobody follows them.

    Raises:
        UsageError: no such suite, source or label.
        OpenMedError: it cannot be staged, run or measured.
    """
    with temporary_context(root, profile=model.profile, quiet=quiet, tell=tell) as world:
        pin = _pinned(world, suite)
        with performed(world, f"benchmark:{pin.name}"):
            return _measured(world, model, pin)


def compare_models(
    root: Path, before: Model, after: Model, *, suite: str, quiet: bool
) -> Comparison:
    """Compare two of: a source, a file of a report, a slot that was measured.

    Raises:
        UsageError: one is none of these, or there is no such suite.
        EvidenceError: the two cannot be compared.
        OpenMedError: one cannot be measured.
    """
    world = open_context(root, quiet=quiet)
    opened = world.inputs.suite(_pinned(world, suite))
    one = _report(world, root, before, suite=suite, quiet=quiet)
    other = _report(world, root, after, suite=suite, quiet=quiet)
    return compare(one, other, opened)


def recorded_reports(root: Path, *, name: str, suite: str) -> tuple[BenchmarkReport, ...]:
    """Reports of a slot as last measured, or the one in a file.

    Args:
        root: release repository.
        name: slot, or path of a file.
        suite: one suite, or empty for all.

    Raises:
        UsageError: neither a slot that was measured nor a file.
        EvidenceError: a file is no report.
    """
    if Path(name).is_file():
        reports: tuple[BenchmarkReport, ...] = (_read(Path(name)),)
    else:
        world = open_context(root)
        slot = parse_slot(name).key
        names = [suite] if suite else [pin.name for pin in world.inputs.pins()]
        made = [world.products.read(slot, each, BenchmarkReport) for each in names]
        reports = tuple(
            found.value for found in made if found and not isinstance(found.value, ErrorProduct)
        )
    kept = tuple(report for report in reports if suite in ("", report.suite.name))
    if not kept:
        msg = f"{name} has no report{f' of suite {suite}' if suite else ''}"
        raise UsageError(msg, next_step=f"openmed benchmark run {name}")
    return kept


def list_reports(root: Path) -> tuple[BenchmarkReport, ...]:
    """Every report that stands: of what the queue holds or the ledger names, on any pinned suite.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    world = open_context(root, quiet=True)
    slots = {row.slot for row in world.inputs.queue()}
    slots |= {slot for slot, _ in world.releases.state().counts}
    made = (
        world.products.read(slot, pin.name, BenchmarkReport)
        for slot in sorted(slots)
        for pin in world.inputs.pins()
    )
    return tuple(
        found.value for found in made if found and not isinstance(found.value, ErrorProduct)
    )


def _measured(world: Context, model: Model, pin: SuitePin) -> BenchmarkReport:
    candidate = _candidate(model, schemes=world.sources.schemes)
    files = world.sources.stage(candidate)
    artifact = tree_digest(files)
    documents = world.inputs.suite(pin).documents
    scope = Scope(
        labels=model.labels or declared_labels(world.store.profile(artifact)),
        languages=model.languages or tuple(sorted({d.language for d in documents})),
    )
    bench = BenchmarkRunner(
        inputs=world.inputs,
        store=world.store,
        runners=world.runners,
        predictions=world.predictions,
        progress=world.progress,
        scorer=world.scorer_code,
    )
    return bench.measure(
        Subject(slot=SLOT, repo_id=candidate.repo_id, artifact=artifact),
        files,
        pin=pin,
        scope=scope,
        task=f"benchmark:{pin.name}",
        log=world.products.log(SLOT, pin.name),
        timeout=float(model.timeout),
    )


def _report(
    world: Context, root: Path, model: Model, *, suite: str, quiet: bool
) -> BenchmarkReport:
    kind, _, rest = model.source.partition(":")
    if kind in world.sources.schemes and not rest.startswith(":"):
        return measure_model(root, model, suite=suite, quiet=quiet)
    return recorded_reports(root, name=model.source, suite=suite)[0]


def _read(path: Path) -> BenchmarkReport:
    data = path.read_bytes()
    what = path.name
    if read_table(data, what=what).get("schema") != "openmed.product/1":
        return parse(BenchmarkReport, data, what=what)
    made = decode_product(data, BenchmarkReport, what=what)
    if isinstance(made.value, ErrorProduct):
        raise EvidenceError(f"{what} holds no report: {made.value.fault.message}")
    return made.value


def _candidate(model: Model, *, schemes: tuple[str, ...]) -> Candidate:
    kind, _, reference = model.source.partition(":")
    if kind not in schemes or not reference:
        known = ", ".join(f"{name}:…" for name in schemes)
        msg = f"{model.source[:80]!r} is no source; wanted one of {known}"
        raise UsageError(msg)
    source = f"file:{Path(reference).resolve()}" if kind == "file" else model.source
    row = {
        "slot": SLOT,
        "title": "a model under test",
        "repo_id": "local/model",
        "source": source,
        "sha256": model.sha256,
        "profile": "runner_profile.json" if model.profile else None,
        "labels": list(model.labels) or [f.name for f in BY_NAME.values() if not f.is_coarse],
        "languages": list(model.languages) or ["en"],
        "licence": "not stated",
        "max_bytes": _MOST_BYTES,
        "timeout_seconds": model.timeout,
    }
    try:
        return from_plain(Candidate, row, what="the model")
    except EvidenceError as error:
        raise UsageError(error.message) from None


def _pinned(world: Context, name: str) -> SuitePin:
    pins = {pin.name: pin for pin in world.inputs.pins()}
    if name not in pins:
        msg = f"suite {name!r} is not pinned; gates/suites.toml has {', '.join(pins) or 'none'}"
        raise UsageError(msg)
    return pins[name]
