"""Signed measurements of a release repository, to be used or added to."""

from openmed.context import Context
from openmed.steps.benchmark.attested import Attestations
from openmed.steps.benchmark.runner import BenchmarkRunner


def attestations_of(world: Context) -> Attestations:
    """What signs measurements and decides whether one stands in."""
    return Attestations(
        measurements=world.measurements,
        verifiers=world.verifiers,
        releases=world.releases,
        signer=world.signer,
        now=world.now,
    )


def bench_of(world: Context, *, may_build: bool) -> BenchmarkRunner:
    """What measuring candidates needs.

    Args:
        world: the release repository.
        may_build: whether anything may be run for bytes that are lost.
    """
    return BenchmarkRunner(
        inputs=world.inputs,
        store=world.store,
        runners=world.runners,
        executor=world.executor,
        predictions=world.predictions,
        progress=world.progress,
        scorer=world.scorer_code,
        linter=world.linter_code,
        may_run=may_build,
        attestations=attestations_of(world),
    )
