"""Measure anyone's model on a pinned suite: no queue, no policy, no state; releases nothing."""

from pathlib import PurePosixPath
from typing import NamedTuple

from openmed.context import Context, temporary_context
from openmed.domain.candidates.candidate import NO_ROW, Candidate
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
from openmed.steps.benchmark.batch_check import BATCHES
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement

_MOST_BYTES = 16 * 1024**3


class Model(NamedTuple):
    """A model somebody wants measured.

    Attributes:
        source: `file:PATH`, `recipe:FOLDER[#BUILD]`, `pypi:NAME==VERSION[#FOLDER]` or
            `hf:ORG/NAME@COMMIT[#FOLDER]`.
        labels: canonical labels it claims; none = those of its profile.
        languages: languages it claims; none = those of the suite.
        profile: runner profile for a source that brings none, as it is in its file.
        sha256: of the wheel, for `pypi:`.
        timeout: seconds for loading, and again for each call.
        document: the report in the file that `source` names instead; None = it names none.
    """

    source: str
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    profile: bytes | None = None
    sha256: str | None = None
    timeout: int = 600
    document: bytes | None = None


def measure_model(context: Context, model: Model, *, suite: str) -> BenchmarkReport:
    """Stage a model in a temporary place, measure it there, and forget it.

    Args:
        context: the repository whose gates/suites.toml pins the suite.
        model: the model.
        suite: suite name.

    Raises:
        UsageError: no such suite, source or label.
        OpenMedError: it cannot be staged, run or measured.
    """
    with temporary_context(context, profile=model.profile) as world:
        pin = _pinned(world, suite)
        with performed(world, f"benchmark:{pin.name}"):
            return _measured(world, model, pin)


def compare_models(context: Context, before: Model, after: Model, *, suite: str) -> Comparison:
    """Compare two of: a source, a file of a report, a slot that was measured.

    Raises:
        UsageError: one is none of these, or there is no such suite.
        EvidenceError: the two cannot be compared.
        OpenMedError: one cannot be measured.
    """
    opened = context.inputs.suite(_pinned(context, suite))
    one = _report(context, before, suite=suite)
    other = _report(context, after, suite=suite)
    return compare(one, other, opened)


def recorded_reports(
    context: Context, *, name: str, suite: str, document: bytes | None = None
) -> tuple[BenchmarkReport, ...]:
    """Reports of a slot as last measured, or the one in a file.

    Args:
        context: release repository.
        name: slot, or path of a file.
        suite: one suite, or empty for all.
        document: what the file holds; None = it is a slot.

    Raises:
        UsageError: neither a slot that was measured nor a file.
        EvidenceError: a file is no report.
    """
    if document is not None:
        reports: tuple[BenchmarkReport, ...] = (_read(document, what=PurePosixPath(name).name),)
    else:
        slot = parse_slot(name).key
        names = [suite] if suite else [pin.name for pin in context.inputs.pins()]
        made = [context.products.read(slot, each, BenchmarkReport) for each in names]
        reports = tuple(
            found.value for found in made if found and not isinstance(found.value, ErrorProduct)
        )
    kept = tuple(report for report in reports if suite in ("", report.suite.name))
    if not kept:
        msg = f"{name} has no report{f' of suite {suite}' if suite else ''}"
        raise UsageError(msg, next_step=f"openmed benchmark run {name}")
    return kept


def list_reports(context: Context) -> tuple[BenchmarkReport, ...]:
    """Every report that stands: of what the queue holds or the ledger names, on any pinned suite.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    slots = {row.slot for row in context.inputs.queue()}
    slots |= {slot for slot, _ in context.releases.state().counts}
    made = (
        context.products.read(slot, pin.name, BenchmarkReport)
        for slot in sorted(slots)
        for pin in context.inputs.pins()
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
        executor=world.executor,
        predictions=world.predictions,
        progress=world.progress,
        scorer=world.scorer_code,
        linter=world.linter_code,
        may_run=True,
    )
    asked = Measurement(
        Subject(slot=NO_ROW, repo_id=candidate.repo_id, artifact=artifact),
        files,
        pin=pin,
        scope=scope,
        task=f"benchmark:{pin.name}",
        log=world.products.log(NO_ROW, pin.name),
        timeout=float(model.timeout),
    )
    report = bench.measure(asked)
    bench.check_batches(asked._replace(log=world.products.log(NO_ROW, BATCHES)))
    return report


def _report(context: Context, model: Model, *, suite: str) -> BenchmarkReport:
    kind, _, rest = model.source.partition(":")
    if kind in context.sources.schemes and not rest.startswith(":"):
        return measure_model(context, model, suite=suite)
    found = recorded_reports(context, name=model.source, suite=suite, document=model.document)
    return found[0]


def _read(data: bytes, *, what: str) -> BenchmarkReport:
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
        msg = f"{model.source[:80]!r} is not a source; use one of {known}"
        raise UsageError(msg)
    row = {
        "slot": NO_ROW,
        "title": "a model under test",
        "repo_id": "local/model",
        "source": model.source,
        "sha256": model.sha256,
        "profile": "runner_profile.json" if model.profile is not None else None,
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
