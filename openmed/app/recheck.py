"""Run a sample of what the shards of CI predicted again, on a machine none of them touched."""

from openmed.app.sync import follow
from openmed.context import Context
from openmed.domain.evaluation.recheck import Recheck, RecheckedReport
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import fault_of
from openmed.domain.wire import pretty
from openmed.errors import OpenMedError, UsageError
from openmed.pipeline.events import followed
from openmed.pipeline.release_graph import CountedBenchmark, ReleaseGraph, open_graph
from openmed.pipeline.uploads import take_in


class RecheckReport(Frozen):
    """What a re-check came to.

    Attributes:
        recheck: what was run again.
        holds: a sentence for each report that its policy holds back because of it.
    """

    recheck: Recheck
    holds: tuple[str, ...]


def run_recheck(world: Context, *, shards: int, seed: str) -> RecheckReport:
    """Run a sample of every report's documents again and write what came out.

    Needs no key and writes no report of its own: what it finds counts where the verdict is signed,
    for exactly the predictions it was compared with.

    Args:
        world: the release repository.
        shards: into how many shards the plan divided the fleet.
        seed: what the sample is drawn by.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no shard brought anything.
    """
    if not world.uploads.names():
        where = "artifacts/shards holds no upload of a shard"
        raise UsageError(where, next_step="openmed release gate --shard K/N, on each machine")
    graph = open_graph(follow(world))
    take_in(graph, count=shards)
    rows: list[RecheckedReport] = []
    holds: list[str] = []
    for candidate in graph.candidates:
        limits = graph.world.inputs.policy(candidate.slot).recheck
        for step in graph.counted(candidate):
            row = _run_again(graph, step, seed=seed, size=limits.documents)
            if row is None:
                continue
            rows.append(row)
            if row.fault or len(row.differing) > limits.rate * row.documents:
                what = row.fault or f"{len(row.differing)} of {row.documents} documents differ"
                holds.append(f"{row.slot}: {row.report}: {what}")
    recheck = Recheck(seed=seed, reports=tuple(rows))
    world.run_files.write_recheck(pretty(recheck))
    return RecheckReport(recheck=recheck, holds=tuple(holds))


def _run_again(
    graph: ReleaseGraph, step: CountedBenchmark, *, seed: str, size: int
) -> RecheckedReport | None:
    """One report's sample; None when nothing was predicted for it."""
    task = f"recheck:{step.slot}:{step.name}"
    with followed(graph.world, task):
        try:
            asked = step.measurement()
            if asked is None:
                return None
            again = step.bench.run_again(asked, seed=seed, size=size)
        except (OpenMedError, OSError) as error:
            fault = fault_of(error, step=task).message
            return RecheckedReport(
                slot=step.slot, report=step.name, predictions=_NONE, documents=0, fault=fault[:1000]
            )
    return RecheckedReport(
        slot=step.slot,
        report=step.name,
        predictions=again.predictions,
        documents=again.documents,
        differing=again.differing,
    )


_NONE = "0" * 64
