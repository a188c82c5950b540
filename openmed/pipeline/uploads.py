"""Take in what the shards of CI brought: each slot's evidence from the shard that holds it.

Every upload stays in its folder: predictions are read from there, for its own slots only. One that
holds anything else is refused whole, by name, and its slots get no verdict.
"""

import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from openmed.domain.candidates.candidate import Candidate, StagedCandidate, StagedFile
from openmed.domain.candidates.shard import Shard
from openmed.domain.evaluation.recheck import Recheck
from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import ErrorProduct, Step, fault_of
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.release.upload import PREDICTIONS, PRODUCTS, UploadedFile, UploadRights
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, IntegrityError
from openmed.pipeline.events import tell
from openmed.pipeline.release_graph import CountedBenchmark, ReleaseGraph
from openmed.pipeline.step_runner import UNKNOWN
from openmed.ports.storage import Upload
from openmed.steps import stage
from openmed.steps.benchmark.runner import Measurement

PREFIX = "evidence-"
"""How the names of uploads begin; `K-of-N` follows."""
GENERATED = f"{PREFIX}fresh"
"""What the one job brought that measures on generated suites, of every slot."""
NO_SEED = "0" * 16


class _Expected(NamedTuple):
    """What one upload is for.

    Attributes:
        name: of its folder.
        held: candidates whose evidence it brings.
        is_generated: whether it brings what was measured on generated suites, or the rest.
    """

    name: str
    held: tuple[Candidate, ...]
    is_generated: bool


def take_in(graph: ReleaseGraph, *, count: int, has_generated: bool = True) -> None:
    """Make what every shard brought the evidence of its slots, and nothing else.

    Args:
        graph: whose candidates; its record says what became of each upload.
        count: into how many shards the plan divided the fleet.
        has_generated: whether what was measured on generated suites is there by now.
    """
    shards = [Shard(number=number, count=count) for number in range(1, count + 1)]
    expected = [
        _Expected(
            f"{PREFIX}{shard.slug}",
            tuple(row for row in graph.candidates if shard.holds(row.slot)),
            is_generated=False,
        )
        for shard in shards
    ]
    if has_generated:
        rows = (row for row in graph.candidates if _counted(graph, row, is_generated=True))
        expected.append(_Expected(GENERATED, tuple(rows), is_generated=True))
    names = graph.world.uploads.names()
    for name in sorted(set(names) - {GENERATED, *(one.name for one in expected)}):
        error = IntegrityError(f"upload {name[:80]!r} is of no shard of {count}")
        _record(graph, name[:80], started=time.monotonic(), error=error)
    for one in expected:
        if one.held or one.name in names:
            _take_one(graph, one, is_there=one.name in names)


def read_recheck(graph: ReleaseGraph) -> Recheck:
    """What the job `recheck` brought; of nothing when it brought nothing that can be read."""
    data = graph.world.uploads.recheck()
    if data is not None:
        started = time.monotonic()
        try:
            return parse(Recheck, data, what="recheck.json")
        except EvidenceError as error:
            _record(graph, "recheck", started=started, error=error)
    return Recheck(seed=NO_SEED, reports=())


def _take_one(graph: ReleaseGraph, one: _Expected, *, is_there: bool) -> None:
    started = time.monotonic()
    error: Exception | None = None
    if not is_there:
        error = EvidenceError(f"{one.name} did not come: its job failed or was cancelled")
    else:
        try:
            _take(graph, one)
        except Exception as caught:  # noqa: BLE001 - one upload must not stop the others
            error = caught
    fault = _record(graph, one.name, started=started, error=error)
    if fault is not None:
        for candidate in one.held:
            for step in _brought(graph, candidate, is_generated=one.is_generated):
                _refuse(graph, step, fault)


def _counted(
    graph: ReleaseGraph, candidate: Candidate, *, is_generated: bool
) -> tuple[CountedBenchmark, ...]:
    steps = graph.counted(candidate)
    return tuple(step for step in steps if step.pin.is_generated is is_generated)


def _brought(
    graph: ReleaseGraph, candidate: Candidate, *, is_generated: bool
) -> tuple[Step[Frozen], ...]:
    """Steps whose products an upload brings."""
    generated = _counted(graph, candidate, is_generated=True)
    if is_generated:
        return generated
    names = {step.name for step in generated}
    return tuple(step for step in graph.measuring(candidate) if step.name not in names)


def _take(graph: ReleaseGraph, one: _Expected) -> None:
    """Look first, then copy.

    Raises:
        IntegrityError: it holds what it may not hold.
        OpenMedError: it lacks what it must hold, or a source cannot be read.
    """
    upload = graph.world.uploads.named(one.name)
    files = upload.files()
    trees = _staged_before(graph) if one.is_generated else _take_all_staged(graph, upload, one)
    measured = _measurements(graph, upload, one)
    trees |= {asked.subject.artifact: asked.files for asked in measured}
    # Who measures on generated suites has what the shards brought beside it; it is not taken again.
    rows = graph.candidates if one.is_generated else one.held
    rights = UploadRights(
        upload=one.name,
        products=frozenset(
            f"{PRODUCTS}/{parse_slot(row.slot).slug}/{step.name}.json"
            for row in rows
            for step in graph.measuring(row)
        ),
        slugs=frozenset(parse_slot(row.slot).slug for row in rows),
        # Condemned bytes are staged and refused where they are: they lie there, and are not taken.
        trees=frozenset(trees) | _condemned(graph),
        predictions=frozenset(),
    )
    _require(rights, [file for file in files if not file.path.startswith(f"{PREDICTIONS}/")])
    for artifact, tree in trees.items():
        if not graph.world.store.is_present(artifact, tree):
            graph.world.store.adopt(tree, fetch=partial(upload.fetch, artifact))
    keys = _chunk_names(graph, measured)
    if keys is not None:
        _require(rights._replace(predictions=keys), files)
    for candidate in one.held:
        for step in _brought(graph, candidate, is_generated=one.is_generated):
            _take_product(graph, upload, step, name=one.name)


def _condemned(graph: ReleaseGraph) -> frozenset[str]:
    """Artifacts that are quarantined or revoked."""
    return frozenset(row.fact.artifact for row in graph.world.releases.state().quarantines)


def _take_all_staged(
    graph: ReleaseGraph, upload: Upload, one: _Expected
) -> dict[str, tuple[StagedFile, ...]]:
    found = (_take_staged(graph, upload, candidate, name=one.name) for candidate in one.held)
    return {staged.artifact: staged.files for staged in found if staged is not None}


def _staged_before(graph: ReleaseGraph) -> dict[str, tuple[StagedFile, ...]]:
    """What the shards brought, which whoever measures on generated suites has beside it."""
    read = graph.world.products.read
    made = [read(row.slot, stage.PRODUCT, StagedCandidate) for row in graph.candidates]
    found = (each.value for each in made if each is not None)
    return {each.artifact: each.files for each in found if isinstance(each, StagedCandidate)}


def _measurements(graph: ReleaseGraph, upload: Upload, one: _Expected) -> list[Measurement]:
    """What its reports are of; their predictions are read from it from now on."""
    measured: list[Measurement] = []
    for candidate in one.held:
        if is_staged(graph, candidate):
            graph.predictions_of[candidate.slot, one.is_generated] = upload.predictions
            steps = _counted(graph, candidate, is_generated=one.is_generated)
            found = (step.measurement() for step in steps)
            measured += (asked for asked in found if asked is not None)
    return measured


def is_staged(graph: ReleaseGraph, candidate: Candidate) -> bool:
    """Whether there are staged bytes of a candidate to measure."""
    made = graph.world.products.read(candidate.slot, stage.PRODUCT, StagedCandidate)
    return made is not None and isinstance(made.value, StagedCandidate)


def _chunk_names(graph: ReleaseGraph, measured: Sequence[Measurement]) -> frozenset[str] | None:
    """Names of the predictions that are looked for; None when a suite is not here to say it.

    Its reports cannot be counted again then, and an error names it; what is not looked for is
    never read.
    """
    try:
        return frozenset(key.name for one in measured for key in graph.bench.chunk_keys(one))
    except EvidenceError:
        return None


def _take_staged(
    graph: ReleaseGraph, upload: Upload, candidate: Candidate, *, name: str
) -> StagedCandidate | None:
    """What was staged; None when that failed, which concerns this slot alone.

    Raises:
        IntegrityError: it is of another row or another source than those here.
    """
    slot, write = candidate.slot, graph.world.products.write
    made = upload.products.read(slot, stage.PRODUCT, StagedCandidate)
    if made is None:
        error = EvidenceError(f"{name} brought nothing that is staged for {slot}")
        write(slot, stage.PRODUCT, UNKNOWN, _error(fault_of(error, step=f"stage:{slot}")))
        return None
    staged = made.value
    if isinstance(staged, StagedCandidate):
        state = graph.world.sources.state(candidate)
        found = (staged.slot, staged.repo_id, staged.row, staged.source, staged.repro)
        wanted = (slot, candidate.repo_id, candidate.row, state.source, state.repro)
        if found != wanted:
            raise IntegrityError(f"{name}: what is staged for {slot} is not of its row and source")
    write(slot, stage.PRODUCT, made.materials, staged)
    return None if isinstance(staged, ErrorProduct) else staged


def _take_product(graph: ReleaseGraph, upload: Upload, step: Step[Frozen], *, name: str) -> None:
    """A product as it was brought; what an earlier run left here is none."""
    if step.name == stage.PRODUCT:
        return
    made = upload.products.read(step.slot, step.name, step.product_type)
    if made is None:
        error = EvidenceError(f"{name} brought no {step.name}.json for {step.slot}")
        graph.world.products.write(
            step.slot, step.name, UNKNOWN, _error(fault_of(error, step=step.task))
        )
        return
    graph.world.products.write(step.slot, step.name, made.materials, made.value)


def _require(rights: UploadRights, files: Sequence[UploadedFile]) -> None:
    fault = rights.fault_in(files)
    if fault:
        raise IntegrityError(fault)


def _refuse(graph: ReleaseGraph, step: Step[Frozen], fault: StepFault) -> None:
    graph.world.products.write(step.slot, step.name, UNKNOWN, _error(fault))


def _error(fault: StepFault) -> ErrorProduct:
    return ErrorProduct(fault=fault, attempts=1)


def _record(
    graph: ReleaseGraph, name: str, *, started: float, error: Exception | None
) -> StepFault | None:
    task = f"shard:{name}"
    fault = fault_of(error, step=task) if error is not None else None
    how = StepState.FAILED if fault is not None else StepState.COMPUTED
    seconds = round(time.monotonic() - started, 3)
    done = StepResult(task=task, how=how, seconds=seconds, fault=fault)
    graph.performed.append(done)
    tell(graph.world, done)
    return fault
