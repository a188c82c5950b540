"""What a suite is too small to decide, threshold by threshold, before any candidate is measured.

A threshold is decidable when the suite holds enough that the best candidate there can be
would be proven to meet it at 95 %. Gates whose rule is a fact about the run, not an
estimate, have no such threshold. Arithmetic: `scoring/statistics.py`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from openmed.domain.evaluation.report import Count
from openmed.domain.evaluation.scoring.pairs import OVERALL
from openmed.domain.evaluation.scoring.statistics import (
    clopper_pearson_lower,
    most_misses,
    pairs_to_see,
    smallest_visible_drop,
    trials_needed,
    zero_leak_upper,
)
from openmed.domain.frozen import Frozen
from openmed.domain.gates.policy import GatePolicy
from openmed.domain.gates.recall_floors import DIRECT, FloorSettings, read_floors
from openmed.domain.gates.rules import (
    critical_leakage,
    evidence,
    generalization,
    precision,
    regression,
    residual_leakage,
)
from openmed.domain.gates.rules.name_recall import NAMES
from openmed.domain.gates.rules.structured_recall import STRUCTURED
from openmed.domain.text import labels
from openmed.domain.text.number_format import bad_share, exact_share
from openmed.domain.text.span import Document
from openmed.domain.wire import parse

DISCORDANCE: Final = 0.005
"""Of spans that change sides: a quantised build of the same weights measured 0.5 to 0.7 %."""


class Support(Frozen):
    """Gold of one label, one language, or all of it.

    Attributes:
        name: which.
        spans: gold spans.
        families: template families they come from.
        documents: documents they stand in.
    """

    name: str
    spans: Count
    families: Count
    documents: Count


class Threshold(Frozen):
    """One number of a policy, and whether a suite can decide it.

    Attributes:
        gate: gate it belongs to.
        name: label, language or quantity.
        limit: the number.
        has: what the suite holds of what the gate counts (spans or documents).
        needs: the fewest of them that can decide; None when no number can.
        is_decidable: whether it holds enough.
        sentence: what it can prove, or what is missing.
    """

    gate: str
    name: str
    limit: float
    has: Count
    needs: Count | None
    is_decidable: bool
    sentence: str


@dataclass(frozen=True)
class Gold:
    """The gold of a suite, as far as a candidate declares it.

    Attributes:
        suite: name of the suite.
        documents: how many documents are in scope.
        without_gold: of these, how many have none.
        labels: gold of every declared label, also of those that have none.
        languages: gold of every declared language.
        overall: gold of all declared labels together.
        discordance: share of spans that change sides between two releases.
    """

    suite: str
    documents: int
    without_gold: int
    labels: Mapping[str, Support]
    languages: tuple[Support, ...]
    overall: Support
    discordance: float

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        *,
        suite: str,
        declared: Iterable[str],
        languages: Iterable[str],
        discordance: float,
    ) -> "Gold":
        """Count.

        Args:
            documents: the suite's documents in declared languages.
            suite: its name.
            declared: labels a candidate declares.
            languages: languages it declares.
            discordance: see above.
        """
        kept = tuple(documents)
        places = [(span.label, document) for document in kept for span in document.spans]
        wanted = sorted(set(declared))
        names = {label for label, _ in places}
        is_claimed = {label: labels.claims(wanted, label) for label in names}
        claimed = [d for label, d in places if is_claimed[label]]
        return cls(
            suite=suite,
            documents=len(kept),
            without_gold=sum(1 for document in kept if not document.spans),
            labels={n: _support(n, [d for label, d in places if label == n]) for n in wanted},
            languages=tuple(
                _support(name, [d for _, d in places if d.language == name])
                for name in sorted(set(languages))
            ),
            overall=_support(OVERALL, claimed),
            discordance=discordance,
        )


def thresholds(gold: Gold, gate: GatePolicy) -> tuple[Threshold, ...] | str:
    """Every threshold of a gate on this suite, or one sentence why it has none.

    Raises:
        EvidenceError: the gate's table is not the one it knows.
    """
    if gate.not_applicable is not None:
        return f"not applicable: {gate.not_applicable}"
    rule = _RULES.get(gate.id)
    if rule is None:
        return "does not depend on how much gold there is"
    rows = tuple(rule(gold, gate))
    return rows or f"sets no threshold on suite {gold.suite} for the declared labels"


def _support(name: str, documents: list[Document]) -> Support:
    return Support(
        name=name,
        spans=len(documents),
        families=len({document.family for document in documents}),
        documents=len({document.id for document in documents}),
    )


def _floors(about: Iterable[str]) -> "_Rule":
    names = tuple(about)

    def rule(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
        floors: FloorSettings = read_floors(gate.settings, about=names)
        if floors.suite == gold.suite:
            for name, row in gold.labels.items():
                if name in names:
                    limit = floors.floor_of(name)
                    yield _proven(gate.id, name, limit, floor=limit, has=row.spans)

    return rule


def _evidence(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    wanted = parse(evidence.EvidenceSettings, gate.settings.encode(), what="table")
    if gold.suite not in wanted.suites:
        return
    for row in (*gold.labels.values(), *gold.languages):
        enough = row.spans >= wanted.min_support and row.families >= wanted.min_families
        said = f"{row.name}: {row.spans} spans of {row.families} families"
        asked = f"{wanted.min_support} of {wanted.min_families}"
        yield Threshold(
            gate=gate.id,
            name=row.name,
            limit=float(wanted.min_support),
            has=row.spans,
            needs=wanted.min_support,
            is_decidable=enough,
            sentence=f"{said} (minimum {asked})"
            if enough
            else f"{said}, needs {asked}: no verdict, whatever is predicted",
        )


def _critical(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    wanted = parse(critical_leakage.CriticalLeakageSettings, gate.settings.encode(), what="table")
    if wanted.suite != gold.suite:
        return
    for name in (name for name in wanted.labels if name in gold.labels):
        documents = gold.labels[name].documents
        proven = (
            f"no leak in {documents} documents proves that fewer than "
            f"{bad_share(zero_leak_upper(documents))} leak"
            if documents
            else "no gold: no verdict for who declares it"
        )
        yield Threshold(
            gate=gate.id,
            name=name,
            limit=float(wanted.allowed),
            has=documents,
            needs=1,
            is_decidable=documents > 0,
            sentence=f"{name}: {proven}",
        )


def _residual(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    """Characters of one span leak together, so spans are what is counted."""
    wanted = parse(residual_leakage.ResidualLeakageSettings, gate.settings.encode(), what="table")
    if wanted.suite == gold.suite:
        limit = min(wanted.limit, wanted.limit if wanted.steward is None else wanted.steward)
        name = "leaked characters"
        yield _proven(gate.id, name, limit, floor=1 - limit, has=gold.overall.spans)


def _regression(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    wanted = parse(regression.RegressionSettings, gate.settings.encode(), what="table")
    if wanted.suite != gold.suite:
        return
    for row in (gold.overall, *gold.labels.values()):
        is_overall = row is gold.overall
        margin = wanted.overall if is_overall else wanted.wanted_of(row.name)
        needs = pairs_to_see(gold.discordance, drop=margin)
        sentence = f"{row.name}: no gold"
        if row.spans:
            seen = smallest_visible_drop(gold.discordance, row.spans)
            sentence = (
                f"{row.name}: {row.spans} spans can detect drops of {bad_share(seen)} or more"
            )
        if row.spans < needs:
            sentence += f"; a drop of {exact_share(margin)} needs {needs}"
        if row.spans and not is_overall:
            held = wanted.margin_of(row.name, row.spans)
            sentence += f"; margin used: {bad_share(held)}" if held > margin else ""
        yield Threshold(
            gate=gate.id,
            name=row.name,
            limit=margin,
            has=row.spans,
            needs=needs,
            is_decidable=row.spans >= needs,
            sentence=sentence,
        )


def _generalization(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    """When nothing is missed, spans of one family prove no more than one span does."""
    wanted = parse(generalization.GeneralizationSettings, gate.settings.encode(), what="table")
    if gold.suite not in wanted.suites:
        return
    judged = [row for row in gold.labels.values() if row.spans >= wanted.min_support]
    for row in (gold.overall, *judged):
        is_overall = row is gold.overall
        gap = wanted.gap_of(gold.suite) if is_overall else wanted.per_label_of(gold.suite)
        limit = 1 - gap
        yield _proven(gate.id, row.name, gap, floor=limit, has=row.families, unit="families")


def _precision(gold: Gold, gate: GatePolicy) -> Iterator[Threshold]:
    """As if there were one prediction per gold span; what lies outside gold, by documents."""
    wanted = parse(precision.PrecisionSettings, gate.settings.encode(), what="table")
    if wanted.suite != gold.suite:
        return
    for name, row in gold.labels.items():
        limit = wanted.floor_of(name)
        yield _proven(gate.id, name, limit, floor=limit, has=row.spans)
    for name, row in gold.labels.items():
        limit = wanted.typed_of(name)
        yield _proven(gate.id, f"{name} typed", limit, floor=limit, has=row.spans)
    for name, limit, has in (
        ("over-redaction", wanted.over_redaction, gold.documents),
        ("false alarms", wanted.false_alarms, gold.without_gold),
    ):
        yield _proven(gate.id, name, limit, floor=1 - limit, has=has, unit="documents")


def _proven(  # noqa: PLR0913 - a row of the table
    gate: str, name: str, limit: float, *, floor: float, has: int, unit: str = "spans"
) -> Threshold:
    """A share that must be at least `floor`; the best case is that nothing is missed."""
    misses = most_misses(floor, has) if has else None
    needs = trials_needed(floor, 0) if floor < 1 else None
    if misses is not None:
        said = f"{has} {unit} prove {floor:.4f} with up to {misses} missed"
    else:
        best = rounded_down(clopper_pearson_lower(has, has)) if has else ""
        said = f"{has} {unit} prove {best} at best" if has else "no gold"
        said += f"; {floor:.4f} needs "
        said += (
            f"{needs} without a miss, {trials_needed(floor, 1)} with one"
            if needs
            else "more than there can be"
        )
    return Threshold(
        gate=gate,
        name=name,
        limit=limit,
        has=has,
        needs=needs,
        is_decidable=misses is not None,
        sentence=f"{name}: {said}",
    )


def rounded_down(share: float) -> str:
    """A share to 4 digits, rounded down: no more than what is proven."""
    return f"{math.floor(share * 10_000) / 10_000:.4f}"


_Rule = Callable[[Gold, GatePolicy], Iterator[Threshold]]

_RULES: Final[Mapping[str, _Rule]] = {
    "evidence": _evidence,
    "recall_floor": _floors(DIRECT),
    "structured_recall": _floors(STRUCTURED),
    "name_recall": _floors(NAMES),
    "critical_leakage": _critical,
    "residual_leakage": _residual,
    "regression": _regression,
    "generalization": _generalization,
    "precision": _precision,
}
