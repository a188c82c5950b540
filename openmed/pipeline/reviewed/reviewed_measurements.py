"""Signed measurements of a release repository, to be used or added to."""

from openmed.context import Context
from openmed.steps.benchmark.attested import Attestations


def attestations_of(world: Context) -> Attestations:
    """What signs measurements and decides whether one stands in."""
    return Attestations(
        measurements=world.measurements,
        verifiers=world.verifiers,
        releases=world.releases,
        signer=world.signer,
        now=world.now,
    )
