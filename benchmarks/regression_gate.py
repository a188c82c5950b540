"""How often gate `regression` passes, fails or has no verdict, beside a rule on point estimates.

    python benchmarks/regression_gate.py [--runs 2000] [--seed 20261124] [--spans 4000 20000]

A run draws, for one true drop and one discordance, how many gold spans of every label are lost
and gained, and asks the gate's own rule: over all labels, and for the whole gate, where every
label must hold too. Labels share the spans as they do in the committed golden suite. Spans are
drawn independently; template families make real ones tell less, so the rates are the best case.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from openmed.adapters.inputs import FileInputs
from openmed.domain.gate import Outcome, worst
from openmed.domain.gates.regression import outcome_of
from openmed.domain.scoring.statistics import pairs_needed, tango_bounds
from openmed.domain.slot import parse_slot

ROOT = Path(__file__).parents[1]
DROPS = (0.0, 0.002, 0.005, 0.01, 0.02)
DISCORDANCES = (0.005, 0.015)
SIZES = (4_000, 20_000)
POINT = 0.002
"""Others fail a candidate whose measured recall is lower by more than this."""
WANTED = 0.90
POLICIES = ("default", "pii--tiny--onnx")


Known = dict[str, int]
"""Gold spans by label."""


class Margins(NamedTuple):
    """What a policy calls no drop, and the labels it is about; none named = all."""

    policy: str
    overall: float
    per_label: float
    labels: frozenset[str] = frozenset()


class Rates(NamedTuple):
    """Shares of runs: the rule over all labels, the whole gate, the rule of others."""

    passed: float
    failed: float
    undecided: float
    gate_passed: float
    gate_failed: float
    gate_undecided: float
    point_failed: float


class Draw(NamedTuple):
    """What is drawn.

    Attributes:
        labels: gold spans of each label.
        drop: true loss of recall.
        discordance: share of spans that change sides; at least the drop.
        runs: comparisons.
        seed: of the draws.
    """

    labels: tuple[int, ...]
    drop: float
    discordance: float
    runs: int
    seed: int


@cache
def rule(lost: int, gained: int, spans: int, margin: float) -> Outcome:
    """The gate's own rule on one row."""
    bounds = tango_bounds(lost, gained, spans)
    return outcome_of(lost, gained, spans, bounds=bounds, margin=margin)


def simulate(draw: Draw, margins: Margins) -> Rates:
    """Decide every drawn comparison by both rules."""
    changed = max(draw.discordance, draw.drop)
    chances = [(changed + draw.drop) / 2, (changed - draw.drop) / 2, 1 - changed]
    generator = np.random.Generator(np.random.PCG64(draw.seed))
    drawn = [generator.multinomial(n, chances, size=draw.runs)[:, :2] for n in draw.labels]
    spans = sum(draw.labels)
    overall: Counter[Outcome] = Counter()
    gate: Counter[Outcome] = Counter()
    point = 0
    for run in np.stack(drawn, axis=1).tolist():
        lost, gained = (sum(column) for column in zip(*run, strict=True))
        whole = rule(lost, gained, spans, margins.overall)
        parts = (
            rule(row[0], row[1], size, margins.per_label)
            for row, size in zip(run, draw.labels, strict=True)
        )
        overall[whole] += 1
        gate[worst((whole, *parts))] += 1
        point += (lost - gained) / spans > POINT
    order = (Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE)
    shares = [tally[outcome] / draw.runs for tally in (overall, gate) for outcome in order]
    return Rates._make((*shares, point / draw.runs))


def tables(known: Known, sizes: tuple[int, ...], *, runs: int, seed: int) -> Iterator[str]:
    """Everything, as markdown."""
    for margins in policies():
        for size in sizes:
            labels = judged(known, size, margins)
            for discordance in DISCORDANCES:
                yield (
                    f"### Policy `{margins.policy}` (margins {margins.overall} and "
                    f"{margins.per_label}), {size:,} spans, discordance {discordance:.1%}\n"
                )
                yield (
                    "| true drop | all labels: passed | failed | no verdict "
                    "| whole gate: passed | failed | no verdict | drop > 0.002: failed |"
                )
                yield "|---|---|---|---|---|---|---|---|"
                for drop in DROPS:
                    rates = simulate(Draw(labels, drop, discordance, runs, seed), margins)
                    yield f"| {drop:.3f} | {' | '.join(f'{rate:.1%}' for rate in rates)} |"
                yield ""
    yield from requirement(known, sizes, runs=runs, seed=seed)


def requirement(known: Known, sizes: tuple[int, ...], *, runs: int, seed: int) -> Iterator[str]:
    """Whether an equal model is released often enough, and from what size on."""
    yield "### An equal model at 0.5 % discordance: releasable in at least 90 % of runs?\n"
    yield "| policy | spans | smallest label | all labels | holds | whole gate | holds |"
    yield "|---|---|---|---|---|---|---|"
    for margins in policies():
        for size in sizes:
            labels = judged(known, size, margins)
            rates = simulate(Draw(labels, 0.0, DISCORDANCES[0], runs, seed), margins)
            said = f"{_holds(rates.passed)} | {_holds(rates.gate_passed)}"
            yield f"| {margins.policy} | {size:,} | {min(labels)} | {said} |"
    yield "\n### Size of suite at which the whole gate releases an equal model so often\n"
    larger = (20_000, 50_000, 100_000, 200_000, 400_000)
    yield f"| policy | labels | {' | '.join(f'{size:,}' for size in larger)} |"
    yield f"|---|---|{'---|' * len(larger)}"
    for margins in policies():
        draws = [Draw(judged(known, n, margins), 0.0, DISCORDANCES[0], runs, seed) for n in larger]
        every = [simulate(draw, margins) for draw in draws]
        cells = [f"{rates.gate_passed:.1%}, {rates.gate_failed:.1%} failed" for rates in every]
        yield f"| {margins.policy} | {len(draws[0].labels)} | {' | '.join(cells)} |"
    yield "\n### Spans of one row (a label, or all together) from which it holds\n"
    yield "| margin | 80 % (formula) | 90 % (simulated) | 99 % (simulated) |"
    yield "|---|---|---|---|"
    for margin in sorted({m for row in policies() for m in (row.overall, row.per_label)}):
        formula = pairs_needed(DISCORDANCES[0], margin=margin)
        simulated = (needed(margin, share, runs=runs, seed=seed) for share in (WANTED, 0.99))
        yield f"| {margin} | {formula:,} | {' | '.join(f'{n:,}' for n in simulated)} |"


def needed(margin: float, share: float, *, runs: int, seed: int) -> int:
    """Fewest spans, to 2 %, from which an equal model passes so often."""
    margins = Margins("", margin, margin)
    low, high = 20, 200_000
    while high > low * 1.02:
        middle = (low + high) // 2
        rates = simulate(Draw((middle,), 0.0, DISCORDANCES[0], runs, seed), margins)
        low, high = (low, middle) if rates.passed >= share else (middle, high)
    return high


def policies() -> Iterator[Margins]:
    """The margins of the committed policies."""
    for name in POLICIES:
        text = (ROOT / "gates" / "policy" / f"{name}.toml").read_text(encoding="utf-8")
        table = tomllib.loads(text)["gates"]["regression"]
        declared = [row.labels for row in FileInputs(ROOT).queue() if slug_of(row.slot) == name]
        labels = frozenset(label for row in declared for label in row)
        yield Margins(name, float(table["overall"]), float(table["per_label"]), labels)


def slug_of(slot: str) -> str:
    """How a policy file of a slot is called."""
    return parse_slot(slot).slug


def judged(known: Known, size: int, margins: Margins) -> tuple[int, ...]:
    """Spans of the labels judged, in a suite of that size with the same shares."""
    whole = sum(known.values())
    wanted = margins.labels or known.keys()
    return tuple(max(1, round(n * size / whole)) for name, n in known.items() if name in wanted)


def committed_labels() -> Known:
    """Gold spans of each label of the committed golden suite."""
    inputs = FileInputs(ROOT)
    (pin,) = (pin for pin in inputs.pins() if pin.name == "golden")
    documents = inputs.suite(pin).documents
    tally = Counter(span.label for document in documents for span in document.spans)
    return {name: tally[name] for name in sorted(tally)}


def _holds(rate: float) -> str:
    return f"{rate:.1%} | {'yes' if rate >= WANTED else '**no**'}"


def main() -> None:
    """Print it."""
    options = argparse.ArgumentParser(description="rates of gate regression")
    options.add_argument("--runs", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=20261124)
    options.add_argument("--spans", type=int, nargs="*", default=[])
    chosen = options.parse_args()
    known = committed_labels()
    whole = sum(known.values())
    sizes = tuple(chosen.spans) or (whole, *SIZES)
    print(
        f"Seed {chosen.seed}, {chosen.runs:,} runs each. The committed golden suite has "
        f"{whole:,} spans of {len(known)} labels; smallest {min(known.values())}, "
        f"largest {max(known.values())}.\n"
    )
    for line in tables(known, sizes, runs=chosen.runs, seed=chosen.seed):
        print(line)


if __name__ == "__main__":
    main()
