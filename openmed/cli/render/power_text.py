"""What a suite can decide, as lines: what each label can prove, then gate by gate what cannot."""

from collections.abc import Iterator

from openmed.cli.render.layout import counted, folded, table
from openmed.domain.gates.decidable_thresholds import rounded_down
from openmed.domain.gates.power import GatePower, LabelPower, Power
from openmed.domain.text.number_format import bad_share, count

_HEADINGS = (
    "LABEL", "SPANS", "FAMILIES", "DOCUMENTS", "0 MISSES", "1 MISS", "BY FAMILY", "DROP SEEN",
)  # fmt: skip
_NOTES = (
    "0 misses, 1 miss: highest floor that can be proven if spans are independent.",
    "By family: the same if each template family is right or wrong as a whole.",
    "Drop seen: smallest drop that the regression gate can detect.",
)


def power_text(power: Power, *, width: int) -> str:
    """Lines for a person."""
    title = (
        f"Suite {power.suite} under policy {power.policy}: {counted(power.documents, 'document')}; "
        f"{power.confidence:.0%} confidence, {power.chance:.0%} power; "
        f"{power.discordance:.2%} of spans assumed to change sides"
    )
    lines = [*folded(title, width=width), ""]
    lines += table(_HEADINGS, map(_row, power.labels), width=width)
    lines += ["", *(part for note in _NOTES for part in folded(note, width=width))]
    for gate in power.gates:
        lines += ["", *_gate(gate, width=width)]
    few = len(power.undecidable)
    every = sum(len(gate.thresholds) for gate in power.gates)
    total = f"{every - few} of {counted(every, 'threshold')} can be decided, {few} cannot"
    return "\n".join([*lines, "", *folded(total, width=width), ""])


def _row(row: LabelPower) -> tuple[str, ...]:
    gold = row.gold
    proven = (row.without_miss, row.with_one_miss, row.by_family)
    return (
        gold.name,
        count(gold.spans),
        count(gold.families),
        count(gold.documents),
        *(rounded_down(value) if gold.spans else "no gold" for value in proven),
        "no gold" if row.visible_drop is None else bad_share(row.visible_drop),
    )


def _gate(gate: GatePower, *, width: int) -> Iterator[str]:
    if gate.note:
        yield from folded(f"{gate.gate}: {gate.note}", width=width)
        return
    decided = [row.name for row in gate.thresholds if row.is_decidable]
    yield f"{gate.gate}: can decide {len(decided)} of {len(gate.thresholds)}"
    if decided:
        yield from folded(f"  yes  {', '.join(decided)}", width=width)
    for row in gate.thresholds:
        if not row.is_decidable:
            yield from folded(f"  no   {row.sentence}", width=width)
