"""What one full pass of a public fleet takes, computed from what was measured.

A pass runs every model on every document of every suite once, scores, judges and publishes it.
Running models is nearly all of it, and its cost follows the number of parameters: one model was
measured, the others are taken to cost as much a parameter.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

MODELS: Final[Mapping[str, int]] = {
    "Tiny": 169, "Small": 177, "Base": 359, "Medium": 26, "Large": 509, "XLarge": 39, "none": 987,
}  # fmt: skip
"""The public catalogue: 2,266 rows by tier; `none` states no tier."""
OF_BASE: Final[Mapping[str, float]] = {
    "Tiny": 0.125, "Small": 0.4, "Base": 1.0, "Medium": 2.0, "Large": 3.1, "XLarge": 5.1,
    "none": 1.0,
}  # fmt: skip
"""Parameters as a multiple of BERT base (110 million): the smallest is the model that was measured,
44, 110, 220, 340 and 560 million are sizes that are usual in a tier. No tier: taken for base."""


class Measured(NamedTuple):
    """What was measured, on one core of one machine.

    Attributes:
        tiny_seconds: computing seconds of the measured model a document.
        documents: documents of all suites.
        scored_seconds: computing seconds of counting a document, which is done twice: when it is
            measured, and again before the verdict is signed.
        slot_seconds: computing seconds of everything else, a slot: staging, judging, signing,
            publishing.
        slot_bytes: bytes kept a slot.
    """

    tiny_seconds: float
    documents: int
    scored_seconds: float
    slot_seconds: float
    slot_bytes: float


class Hardware(NamedTuple):
    """Something a pass runs on.

    Attributes:
        name: for people.
        cores: how many run models at once.
        efficiency: share of a core alone that each gives when all are at work.
    """

    name: str
    cores: int
    efficiency: float


class Pass(NamedTuple):
    """What a full pass takes.

    Attributes:
        core_hours: of running models.
        engine_hours: of everything else, one process.
        hours: from start to end: models on all cores, then the engine.
        gigabytes: kept afterwards.
    """

    core_hours: float
    engine_hours: float
    hours: float
    gigabytes: float


RAMPART: Final = Measured(
    tiny_seconds=0.147,
    documents=2900,
    scored_seconds=0.00075,
    slot_seconds=0.1,
    slot_bytes=84e3 + 4e3 + 194e3 + 317e3 + 83e3,
)
"""Rampart on notes of 440 tokens, one thread; golden and SHIELD together. The engine's part is from
fleets of this benchmark: 0.82 s for 1,090 documents; bytes of evidence, ledger, products, answers
and pages, of a slot with one release, without the model's own."""
_SHARED: Final = 0.73
"""Two processes on two cores gave 10.5 notes a second, one gave 7.2; taken for any number."""
MACHINES: Final = (
    Hardware("this one, one core", 1, 1.0),
    Hardware("this one, 2 cores", 2, _SHARED),
    Hardware("a workstation, 16 cores", 16, _SHARED),
    Hardware("a server, 64 cores", 64, _SHARED),
    Hardware("a cluster, 16 servers of 64 cores", 1024, _SHARED),
)


def as_table(measured: Measured = RAMPART, machines: tuple[Hardware, ...] = MACHINES) -> str:
    """A pass of the public fleet on each machine, in Markdown."""
    lines = ["| Cores | core hours of models | hours of the engine | from start to end |",
             "|---|---|---|---|"]  # fmt: skip
    for machine in machines:
        found = full_pass(measured, machine)
        lines.append(
            f"| {machine.name} | {found.core_hours:,.0f} | {found.engine_hours:.1f} | "
            f"{_time(found.hours)} |"
        )
    return "\n".join(lines) + "\n"


def _time(hours: float) -> str:
    return f"{hours / 24:,.1f} days" if hours >= 48 else f"{hours:,.1f} hours"  # noqa: PLR2004 - digits that are shown


def full_pass(
    measured: Measured,
    hardware: Hardware,
    *,
    models: Mapping[str, int] = MODELS,
    of_base: Mapping[str, float] = OF_BASE,
) -> Pass:
    """What a pass of so many models by tier takes.

    Raises:
        KeyError: a tier without a size.
    """
    base_seconds = measured.tiny_seconds / of_base["Tiny"]
    weight = sum(number * of_base[tier] for tier, number in models.items())
    core_hours = base_seconds * measured.documents * weight / 3600
    slots = sum(models.values())
    scored = 2 * measured.documents * measured.scored_seconds
    engine_hours = (scored + measured.slot_seconds) * slots / 3600
    return Pass(
        core_hours=core_hours,
        engine_hours=engine_hours,
        hours=core_hours / (hardware.cores * hardware.efficiency) + engine_hours,
        gigabytes=measured.slot_bytes * slots / 1e9,
    )
