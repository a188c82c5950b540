"""The steps that undo, made from the files of one release repository."""

from openmed.context import Context
from openmed.steps.hold import Hold
from openmed.steps.rollback import Rollback


def rollback_step(world: Context) -> Rollback:
    """The step that puts earlier releases back."""
    return Rollback(
        releases=world.releases,
        registry=world.registry,
        store=world.store,
        verifiers=world.verifiers,
        released=world.released_bytes,
        now=world.now,
        is_local=world.is_registry_local,
    )


def hold_step(world: Context) -> Hold:
    """The step that freezes a slot."""
    return Hold(releases=world.releases, now=world.now)
