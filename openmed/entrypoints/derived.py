"""The steps that write what is derived from the ledger: records under `gates/`, trust artifacts.

They need neither queue nor policies, so a rollback regenerates everything while those are broken.
"""

from openmed.bootstrap import World
from openmed.domain.baseline import QUARANTINE, render_records
from openmed.domain.trust import RENDERERS
from openmed.ports import Pages
from openmed.steps.regenerate import Regenerate, Renderer

RECORDS = "records"


def derived_steps(world: World) -> tuple[Regenerate, ...]:
    """One step for each kind of derived file; the records under `gates/` come first."""
    pages = (_step(world, kind, render, owns=kind, to=world.pages) for kind, render in RENDERERS)
    return (_step(world, RECORDS, render_records, owns=QUARANTINE, to=world.records), *pages)


def _step(world: World, kind: str, render: Renderer, *, owns: str, to: Pages) -> Regenerate:
    return Regenerate(
        kind=kind,
        owns=owns,
        render=render,
        inputs=world.inputs,
        releases=world.releases,
        verifiers=world.verifiers,
        pages=to,
        pages_code=world.pages_code,
    )
