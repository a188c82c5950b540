"""What a suite can decide of a policy: read both, lay one over the other, say it."""

import textwrap
from collections.abc import Iterable
from typing import Final

from openmed.context import Context
from openmed.domain.evaluation.report import Scope
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.decidable_thresholds import Gold, rounded_down
from openmed.domain.gates.power import GatePower, LabelPower, Power, suite_power
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.slot import parse_slot
from openmed.domain.text import labels
from openmed.domain.text.span import Document
from openmed.errors import UsageError
from openmed.pipeline.summary import table

DISCORDANCE: Final = 0.005
"""Of spans that change sides: a quantised build of the same weights measured 0.5 to 0.7 %."""

_HEADINGS = (
    "LABEL", "SPANS", "FAMILIES", "DOCUMENTS", "0 MISSES", "1 MISS", "BY FAMILY", "DROP SEEN",
)  # fmt: skip


def read_power(
    world: Context, *, slot: str, suite: str, policy: str, discordance: float = DISCORDANCE
) -> Power:
    """What a suite can decide.

    Args:
        world: the release repository.
        slot: whose declared labels and languages count; empty for all there are.
        suite: a pinned suite.
        policy: a policy by name; empty for the slot's, or the default one.
        discordance: share of spans that change sides between two releases.

    Raises:
        UsageError: no such slot, suite or policy.
    """
    inputs = world.inputs
    pins = {pin.name: pin for pin in inputs.pins()}
    if suite not in pins:
        msg = f"suite {suite!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    opened = inputs.suite(pins[suite])
    key = parse_slot(slot).key if slot else ""
    queue = {candidate.slot: candidate for candidate in inputs.queue()} if slot else {}
    if slot and key not in queue:
        msg = f"there is no candidate for slot {key}; the queue has {', '.join(queue)}"
        raise UsageError(msg)
    scope = scope_of(queue[key]) if slot else _everything(opened.documents)
    name = policy or ("" if slot else "default")
    chosen = inputs.policy_named(name) if name else inputs.policy(key)
    gold = Gold.of(
        in_scope(opened, scope),
        suite=suite,
        declared=scope.labels,
        languages=scope.languages,
        discordance=discordance,
    )
    return suite_power(gold, pin=pins[suite], policy=chosen)


def power_text(power: Power) -> str:
    """Say it to a person: what each label can prove, then gate by gate what is too little."""
    title = (
        f"suite {power.suite} under policy {power.policy}: {power.documents} documents; "
        f"{power.confidence:.0%} confidence, {power.chance:.0%} power, "
        f"{power.discordance:.2%} of spans changing sides"
    )
    lines = [
        title,
        "",
        *table((_HEADINGS, *(_row(row) for row in power.labels))),
        "",
        "0 / 1 misses: highest floor proven if spans are independent; by family: if each family is",
        "right or wrong as a whole. Drop seen: smallest drop the regression gate would see.",
    ]
    for gate in power.gates:
        lines += ["", *_gate_lines(gate)]
    few = len(power.undecidable)
    every = sum(len(gate.thresholds) for gate in power.gates)
    lines += ["", f"{every - few} of {every} thresholds can be decided, {few} cannot", ""]
    return "\n".join(lines)


def _everything(documents: Iterable[Document]) -> Scope:
    """Every label a candidate may declare, or the suite has gold for; every language it has."""
    kept = tuple(documents)
    names = {facts.name for facts in labels.LABELS if not facts.is_coarse}
    names |= {span.label for document in kept for span in document.spans}
    return Scope(
        labels=tuple(sorted(names)),
        languages=tuple(sorted({document.language for document in kept})),
    )


def _row(row: LabelPower) -> tuple[str, ...]:
    gold = row.gold
    proven = (row.without_miss, row.with_one_miss, row.by_family)
    return (
        gold.name,
        str(gold.spans),
        str(gold.families),
        str(gold.documents),
        *(rounded_down(value) if gold.spans else "no gold" for value in proven),
        "no gold" if row.visible_drop is None else f"{row.visible_drop:.2%}",
    )


def _gate_lines(gate: GatePower) -> list[str]:
    if gate.note:
        return [f"{gate.gate}: {gate.note}"]
    decided = [row.name for row in gate.thresholds if row.is_decidable]
    lines = [f"{gate.gate}: decides {len(decided)} of {len(gate.thresholds)}"]
    lines += textwrap.wrap(
        ", ".join(decided), 96, initial_indent="  yes ", subsequent_indent="      "
    )
    lines += [f"  no  {row.sentence}" for row in gate.thresholds if not row.is_decidable]
    return lines
