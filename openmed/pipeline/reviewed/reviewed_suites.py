"""Suites as pinned now beside what the ledger says of them, refused before anything runs."""

from openmed.context import Context
from openmed.domain.ledger.cited.suite_editions import (
    NEXT_STEP,
    EditionIndex,
    SuiteEditions,
    moved_suites,
)
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.product import ErrorProduct
from openmed.domain.suites.suite import SuitePin
from openmed.errors import IntegrityError, OpenMedError

_FLEET, _INDEX, _ALWAYS = "", "suite-editions", "0" * 64


def recorded_editions(world: Context) -> SuiteEditions:
    """Editions the ledger's reports measured; what an earlier run read of them is known."""
    made = world.products.read(_FLEET, _INDEX, EditionIndex)
    known = None if made is None or isinstance(made.value, ErrorProduct) else made.value
    return SuiteEditions(world.releases.evidence, known)


def require_editions(world: Context, editions: SuiteEditions) -> None:
    """Refuse a pin that gives an edition that was released, or judged, other documents.

    Raises:
        IntegrityError: names suite, edition and both digests; nothing was run.
    """
    state = _state(world)
    fault = editions.fault(state, world.inputs.pins()) if state else ""
    if fault:
        raise IntegrityError(fault, next_step=NEXT_STEP)


def keep_editions(world: Context, editions: SuiteEditions) -> None:
    """Keep what was read of evidence."""
    if editions.index.rows:
        world.products.write(_FLEET, _INDEX, _ALWAYS, editions.index)


def previous_editions(
    world: Context, slot: str, pins: tuple[SuitePin, ...]
) -> tuple[SuitePin, ...]:
    """Editions before the pinned ones that the slot's live release was measured on."""
    state = _state(world)
    moved = moved_suites(state, slot, pins, artifact=None) if state else ()
    return tuple(one.previous for one in moved if one.previous)


def _state(world: Context) -> FleetState | None:
    try:
        return world.releases.state()
    except OpenMedError:
        return None  # The flip says what is wrong with the state.
