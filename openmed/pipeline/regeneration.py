"""Writing what is derived from the ledger: records under `gates/`, trust artifacts.

They need neither queue nor policies, so a rollback regenerates everything while those are broken.
"""

from collections.abc import Iterator

from openmed.context import Context
from openmed.domain.pages.derived_records import QUARANTINE, render_records
from openmed.domain.pages.renderers import RENDERERS
from openmed.pipeline.step_runner import StepResult, raise_fault, run_step
from openmed.steps.regenerate import Regenerate, Verified

RECORDS = "records"


def derived_steps(world: Context) -> tuple[Regenerate, ...]:
    """One step for each kind of derived file; the records under `gates/` come first."""
    verified = Verified(world.releases, world.verifiers)
    kinds = (
        (RECORDS, render_records, QUARANTINE, world.records),
        *((kind, render, kind, world.pages) for kind, render in RENDERERS),
    )
    return tuple(
        Regenerate(
            kind=kind,
            owns=owns,
            render=render,
            inputs=world.inputs,
            releases=world.releases,
            verified=verified,
            pages=pages,
            pages_code=world.pages_code,
        )
        for kind, render, owns, pages in kinds
    )


def regenerate(context: Context) -> Iterator[StepResult]:
    """Write every derived file that is not what the ledger says."""
    for step in derived_steps(context):
        yield run_step(step, products=context.products, retry=True)


def settle(context: Context) -> None:
    """Write everything that is derived, after an entry that moved no slot.

    Raises:
        OpenMedError: a file could not be written.
    """
    context.sweep()
    for done in regenerate(context):
        raise_fault(done)
