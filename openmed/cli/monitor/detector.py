"""`openmed monitor power`: operating characteristics of the nightly test."""

from collections.abc import Iterator
from pathlib import Path

import click

from openmed.app.detector import WhatIf, read_detector_power
from openmed.cli.output import columns, emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import folded, table
from openmed.context import open_context
from openmed.domain.monitoring.nightly.detector import ALPHA, NIGHTS
from openmed.domain.monitoring.nightly.detector_power import (
    AFTER,
    SEEN,
    WITHIN,
    DetectorPower,
    FleetErrors,
    SpansNeeded,
    StepSeen,
)
from openmed.domain.text.number_format import count
from openmed.domain.wire import plain

_ERRORS = ("FLEET", "A NIGHT, AT MOST", "SIMULATED", "PROVEN BELOW", f"ANY IN {NIGHTS} NIGHTS")
_STEPS = ("FLEET", "STEP", f"FOUND IN {WITHIN} NIGHTS", "HALF FOUND BY", "95 OF 100 BY")
_NEEDED = ("FLEET", "STEP", "SPANS A NIGHT")


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--spans", type=click.IntRange(2), help="Gold spans that a night measures.")
@click.option("--families", type=click.IntRange(2), help="Template families these come from.")
@click.option("--missed", type=click.FloatRange(0, 1), help="Share of them that is missed.")
@click.option("--effect", type=click.FloatRange(1), help="Design effect of the families.")
@click.option(
    "--fleet", type=click.IntRange(1), show_default="1, 10, 100, 2266", help="Slots of the fleet."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of chance.")
@handle_errors
def power(  # noqa: PLR0913 - one argument per option
    *,
    slot: str,
    root: Path,
    as_json: bool,
    spans: int | None,
    families: int | None,
    missed: float | None,
    effect: float | None,
    fleet: int | None,
    seed: int,
) -> None:
    """Show what the nightly test sees, and how often it errs.

    Simulated. With SLOT: as its live release was measured; else 2,970 spans of 84 families, 1 % of
    them missed, design effect 3. Other numbers take the place of these.

    Example: openmed monitor power
    Example: openmed monitor power --spans 5000 --missed 0.005 --fleet 100
    """
    what_if = WhatIf(spans, families, missed, effect)
    context = open_context(root, quiet=True)
    found = read_detector_power(context, slot=slot, what_if=what_if, seed=seed, fleet=fleet)
    if as_json:
        emit_json("monitor power", plain(found))
    else:
        print_text("\n".join(_lines(found, width=columns())) + "\n")


def _lines(power: DetectorPower, *, width: int) -> Iterator[str]:
    yield from folded(
        f"{count(power.spans)} spans a night from {count(power.families)} families, "
        f"{power.rate:.2%} missed, design effect {power.effect:g}; windows of "
        f"{', '.join(map(str, power.windows))} nights; seed {power.seed}",
        width=width,
    )
    yield ""
    yield f"False alarms where nothing changed ({count(power.slot_nights)} nights of slots):"
    yield from table(_ERRORS, map(_error, power.errors), width=width)
    yield ""
    yield f"Recall that falls from one night to the next, {AFTER} nights watched:"
    yield from table(_STEPS, map(_step, power.steps), width=width)
    yield ""
    yield from folded(
        f"Needed to find {SEEN:.0%} of such steps within {WITHIN} nights, with a chance of a false "
        f"alarm in {NIGHTS} nights of the fleet of at most {ALPHA:.0%}:",
        width=width,
    )
    yield from table(_NEEDED, map(_needed, power.needed), width=width)


def _error(row: FleetErrors) -> tuple[str, ...]:
    numbers = (row.promised, row.observed, row.upper)
    return (count(row.slots), *(f"{number:.5f}" for number in numbers), f"{row.noisy:.2%}")


def _step(row: StepSeen) -> tuple[str, ...]:
    nights = tuple("later" if one is None else f"night {one}" for one in (row.nights, row.most))
    return (count(row.slots), f"{row.step * 100:g} points", f"{row.within:.1%}", *nights)


def _needed(row: SpansNeeded) -> tuple[str, ...]:
    spans = "more than were tried" if row.spans is None else count(row.spans)
    return (count(row.slots), f"{row.step * 100:g} points", spans)
