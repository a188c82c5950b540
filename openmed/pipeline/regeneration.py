"""Writing what is derived from the ledger: records under `gates/`, trust artifacts.

They need neither queue nor policies, so a rollback regenerates everything while those are broken.
"""

from collections.abc import Iterator

from openmed.context import Context
from openmed.domain.pages.derived_records import QUARANTINE
from openmed.domain.pages.renderers import KINDS, RECORD_PAGES
from openmed.domain.release.product import fault_of
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.errors import OpenMedError, UnfinishedError
from openmed.pipeline.step_runner import raise_fault, run_step
from openmed.steps.regenerate import LiveReleases, Regenerate

RECORDS = "records"
STATUS = "status"


def derived_steps(
    world: Context, *, is_trusting: bool = True, is_looking: bool = False
) -> tuple[Regenerate, ...]:
    """One step for each kind of derived file; the records under `gates/` come first.

    Args:
        world: the release repository.
        is_trusting: whether pages that stand may be kept; else all is made from the evidence.
        is_looking: whether nothing is run: then the cache of pages is read, and not written.
    """
    cache = world.page_cache.to_look() if is_looking else world.page_cache
    live = LiveReleases(world.releases, world.verifiers, cache, code=world.pages_code)
    if not is_trusting:
        live.forget()
    kinds = (
        (RECORDS, RECORD_PAGES, QUARANTINE, world.records),
        *((kind, parts, kind, world.pages) for kind, parts in KINDS),
    )
    return tuple(
        Regenerate(
            kind=kind,
            owns=owns,
            render=parts.all,
            parts=parts,
            inputs=world.inputs,
            products=world.products,
            releases=world.releases,
            live=live,
            pages=pages.to_look() if is_looking else pages,
            pages_code=world.pages_code,
            is_trusting=is_trusting,
            heads=world.heads if kind == RECORDS else None,
            **({"runs": world.run_records.all} if kind == STATUS else {}),
        )
        for kind, parts, owns, pages in kinds
    )


def regenerate(context: Context) -> Iterator[StepResult]:
    """Write every derived file that is not what the ledger says."""
    for step in derived_steps(context):
        yield run_step(step, products=context.products, retry=True)


def regenerate_all(context: Context) -> tuple[StepResult, ...]:
    """Write everything that is derived; what breaks is a fault, as the pointer may have moved."""
    done: list[StepResult] = []
    try:
        context.sweep_shown()
        for result in regenerate(context):
            done.append(result)  # noqa: PERF402 - those before a failure count
    except (OpenMedError, OSError) as error:
        fault = fault_of(error, step="regenerate")
        done.append(StepResult("regenerate", StepState.FAILED, 0.0, fault))
    return tuple(done)


def regenerate_status(context: Context) -> None:
    """Write the pages that show runs, after one has ended.

    Raises:
        OpenMedError: they could not be written.
    """
    for step in derived_steps(context):
        if step.kind == STATUS:
            raise_fault(run_step(step, products=context.products, retry=True))


def settle(context: Context, *, recorded: bool) -> None:
    """Write everything that is derived, after an entry that moved no slot.

    Args:
        context: the release repository.
        recorded: whether there is such an entry.

    Raises:
        UnfinishedError: an entry was recorded, and a file could not be written.
        OpenMedError: a file could not be written.
    """
    for done in regenerate_all(context):
        if recorded and done.fault is not None:
            msg = f"recorded, but what is derived could not be written: {done.fault.message}"
            raise UnfinishedError(msg, next_step="openmed release recover")
        raise_fault(done)
