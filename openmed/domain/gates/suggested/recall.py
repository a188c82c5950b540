"""Suggested tables of the gates that look at gold: how much there is, and what is left in clear."""

from collections.abc import Collection, Iterable, Iterator

from openmed.domain.digest import Json
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.gates.gate import LabelGate, Measure
from openmed.domain.gates.report_validation import label_counts, valid_report
from openmed.domain.gates.rules.critical_leakage import TOTAL
from openmed.domain.gates.rules.evidence import EvidenceSettings
from openmed.domain.gates.suggested.margins import (
    LEAST,
    LEAST_FAMILIES,
    LEAST_SPANS,
    MOST_LEAKED,
    MOST_LEAKS,
    POINTS,
    floor_of,
    limit_of,
    margin_of,
)
from openmed.domain.gates.suggested.values import Measured, SuggestedGate, SuggestedKey
from openmed.domain.text import labels
from openmed.domain.text.number_format import exact_share, share_down, share_up
from openmed.domain.wire import parse


def suggested_evidence(measured: Measured) -> SuggestedGate:
    """No more gold than there is, and no less than what proves anything."""
    found = measured.gate.decide(measured.evidence, measured.table.settings)
    if not found.measures:
        return measured.without_evidence(found.message)
    thin = [m for m in found.measures if m.support < LEAST_SPANS or m.families < LEAST_FAMILIES]
    spans = min(found.measures, key=lambda m: m.support)
    families = min(found.measures, key=lambda m: m.families)
    return measured.suggested(
        f"Fewest gold spans of what is declared: {_gold(spans)}; fewest families: "
        f"{_gold(families)}.",
        SuggestedKey("min_support", spans.support),
        SuggestedKey("min_families", families.families),
    )._replace(unmeasured=tuple(map(_too_thin, thin)))


def _gold(measure: Measure) -> str:
    return (
        f"{measure.name} with {measure.support} spans of {measure.families} families on "
        f"{measure.suite}"
    )


def _too_thin(measure: Measure) -> str:
    return (
        f"{_gold(measure)}; fewer than {LEAST_SPANS} of {LEAST_FAMILIES} prove nothing: leave it "
        "out of the row, or pin a suite that has more"
    )


def suggested_floors(measured: Measured) -> SuggestedGate:
    """A floor for each declared label that the gate is about."""
    report = valid_report(measured.evidence, str(measured.settings["suite"]))
    if isinstance(report, str):
        return measured.without_evidence(report)
    rows = tuple(_counted(report, _about(measured)))
    found = [(name, counts, floor_of(counts.covered, counts.support)) for name, counts in rows]
    return measured.suggested(
        f"Measured on {report.suite.name}, minus the margin in each row. The default holds for a "
        "label that is declared later.",
        SuggestedKey(
            "labels",
            [
                _row("label", name, floor, said=_spans(counts.covered, counts.support))
                for name, counts, floor in found
                if floor is not None
            ],
        ),
        weak=tuple(
            f"{name}: {counts.covered} of {counts.support} spans are covered on "
            f"{report.suite.name}; fewer than {exact_share(LEAST)} is no claim to find it"
            for name, counts, floor in found
            if floor is None
        ),
    )


def _about(measured: Measured) -> tuple[str, ...]:
    """Declared labels that the gate judges."""
    gate = measured.gate
    about = gate.about(measured.table.settings) if isinstance(gate, LabelGate) else ()
    return tuple(sorted(set(measured.evidence.candidate.labels) & set(about)))


def _counted(report: BenchmarkReport, names: Collection[str]) -> Iterator[tuple[str, Counts]]:
    """Labels with gold; of the others the table for evidence speaks."""
    for name in names:
        counts = label_counts(report, name)
        if counts is not None and counts.support:
            yield name, counts


def _row(key: str, name: str, floor: float, *, said: str) -> dict[str, Json]:
    return {key: name, "floor": floor, "reason": said}


def _spans(hits: int, total: int) -> str:
    return f"measured {hits} of {total}; margin {margin_of(total)} spans"


def suggested_critical(measured: Measured) -> SuggestedGate:
    """As many leaks as there were, and none where there was none."""
    found = measured.gate.decide(measured.evidence, measured.table.settings)
    whole = [m for m in found.measures if m.name == TOTAL]
    if not whole:
        return measured.without_evidence(found.message)
    rows = [m for m in found.measures if m.name != TOTAL]
    total, gold = int(whole[0].observed or 0), sum(m.support for m in rows)
    allowed = total + (margin_of(gold) if total else 0)
    said = ", ".join(f"{m.observed:g} {m.name}" for m in rows if m.observed)
    margin = f" ({said}); margin {allowed - total}" if total else ""
    return measured.suggested(
        f"Measured {total} leaks of {gold} spans{margin}. A green release allows none.",
        SuggestedKey("allowed", min(allowed, MOST_LEAKS)),
        weak=(f"{total} critical identifiers are left in clear; at most {MOST_LEAKS}",)
        if total > MOST_LEAKS
        else (),
    )


def suggested_leakage(measured: Measured) -> SuggestedGate:
    """Characters left in clear of all declared labels."""
    report = valid_report(measured.evidence, str(measured.settings["suite"]))
    if isinstance(report, str):
        return measured.without_evidence(report)
    declared = measured.evidence.candidate.labels
    rows = [row.counts for row in report.labels if labels.claims(declared, row.name)]
    leaked = sum(counts.leaked for counts in rows)
    characters = sum(counts.characters for counts in rows)
    if not characters:
        return measured.without_evidence(f"{report.suite.name} has no gold of the declared labels")
    limit = limit_of(leaked / characters, most=MOST_LEAKED)
    settings = {name: None for name in ("steward",) if name in measured.settings}
    found = measured.suggested(
        f"Measured {leaked} of {characters} characters ({share_up(leaked, characters)}); margin "
        f"{exact_share(POINTS)}.",
        SuggestedKey("limit", MOST_LEAKED if limit is None else limit),
        weak=_leaky(report.suite.name, leaked, characters) if limit is None else (),
    )
    return found._replace(keys=tuple(key for key in found.keys if key.name not in settings))


def _leaky(name: str, leaked: int, characters: int) -> tuple[str, ...]:
    share = share_up(leaked, characters)
    said = f"{name}: {share} of the characters of declared labels are left in clear"
    return (f"{said}; {exact_share(MOST_LEAKED)} is the most",)


def suggested_languages(measured: Measured) -> SuggestedGate:
    """Characters left in clear, of each declared language."""
    report = valid_report(measured.evidence, str(measured.settings["suite"]))
    if isinstance(report, str):
        return measured.without_evidence(report)
    there = {row.name: row.counts for row in report.declared_languages}
    wanted = sorted(measured.evidence.candidate.languages)
    found = [(name, there[name]) for name in wanted if name in there and there[name].characters]
    missing = [name for name in wanted if name not in dict(found)]
    weak = [
        fault
        for name, counts in found
        if limit_of(counts.leaked / counts.characters, most=MOST_LEAKED) is None
        for fault in _leaky(name, counts.leaked, counts.characters)
    ]
    return measured.suggested(
        f"Measured on {report.suite.name}, plus {exact_share(POINTS)}. The default holds for a "
        "language that is declared later.",
        SuggestedKey("languages", list(_limits(found))),
        weak=tuple(weak),
    )._replace(unmeasured=tuple(f"{report.suite.name} has no gold in {n}" for n in missing))


def _limits(found: Iterable[tuple[str, Counts]]) -> Iterator[dict[str, Json]]:
    for name, counts in found:
        limit = limit_of(counts.leaked / counts.characters, most=MOST_LEAKED)
        if limit is not None:
            reason = f"measured {counts.leaked} of {counts.characters} characters"
            yield {"language": name, "limit": limit, "reason": reason}


def left_in_clear(measured: Measured) -> tuple[str, ...]:
    """What the candidate leaves in clear on the suites that floors are for, one sentence each."""
    wanted = parse(EvidenceSettings, measured.table.settings.encode(), what="table")
    reports = [valid_report(measured.evidence, name) for name in wanted.suites]
    return tuple(
        sentence
        for report in reports
        if not isinstance(report, str)
        for sentence in _left(report, measured.evidence.candidate.labels)
    )


def _left(report: BenchmarkReport, declared: Collection[str]) -> Iterator[str]:
    rows = [row for row in report.labels if labels.claims(declared, row.name)]
    total = sum(row.counts.support for row in rows)
    covered = sum(row.counts.covered for row in rows)
    name = report.suite.name
    yield (
        f"On {name} it covers {covered} of {total} spans of its declared labels "
        f"({share_down(covered, total)}), and {report.overall.covered} of "
        f"{report.overall.support} of all gold "
        f"({share_down(report.overall.covered, report.overall.support)})."
    )
    bare = sorted(
        ((row.counts.support - row.counts.covered, row.name, row.counts.support) for row in rows),
        reverse=True,
    )
    said = ", ".join(f"{label} {left} of {gold}" for left, label, gold in bare if left)
    yield f"Not covered whole, by label: {said or 'none'}."
    others = [row for row in report.labels if not labels.claims(declared, row.name)]
    if others:
        listed = ", ".join(f"{row.name} {row.counts.support}" for row in others)
        yield f"Not declared, so nobody may rely on it for these: {listed}."
