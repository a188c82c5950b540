"""What pages say about one release, drawn from its verified record: the facts, in words."""

from collections.abc import Mapping
from typing import Final

from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.evaluation.report import Counts, SliceCounts
from openmed.domain.evaluation.scoring.statistics import proven_lower
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.results.grade import Grade
from openmed.domain.pages.inputs import ShownRelease
from openmed.domain.pages.release_summary import (
    GateSummary,
    ItemCounts,
    ItemRow,
    PerformanceSummary,
    SuiteSummary,
)
from openmed.domain.slot import parse_slot
from openmed.domain.text import labels
from openmed.domain.text.number_format import share_down, share_of_one, share_up, size

View = Mapping[str, object]

LIBRARIES: Final = frozenset({"onnx", "transformers"})
"""Runners whose name is their library's; reports made before `library_name` say only the runner."""

SIGNS = {
    Outcome.PASSED: ("ok", "✓"),
    Outcome.FAILED: ("bad", "✗"),
    Outcome.ERROR: ("bad", "!"),
    Outcome.INCONCLUSIVE: ("warn", "?"),
    Outcome.NOT_APPLICABLE: ("muted", "-"),
}
"""Colour class and sign of each outcome; colour never stands alone."""


def release_view(shown: ShownRelease) -> dict[str, object]:
    """Facts every page shares about a release."""
    live, release, summary = shown.live, shown.live.release, shown.summary
    return {
        "slot": release.slot,
        "slug": parse_slot(release.slot).slug,
        "family": parse_slot(release.slot).family,
        "title": release.candidate.title,
        "description": release.candidate.description,
        "repo_id": release.candidate.repo_id,
        "licence": release.candidate.licence,
        "library_name": library_name(shown),
        "usage": usage_view(shown),
        "attribution": release.candidate.attribution,
        "performance": performance_view(summary.performance),
        "languages": list(release.candidate.languages),
        "labels": list(release.candidate.labels),
        "tag": live.tag,
        "time": live.time,
        "generation": live.generation,
        "kind": live.kind,
        "reason": live.reason,
        "is_preview": release.policy.grade is Grade.PREVIEW,
        **grade_view(shown),
        "condemned": shown.condemned,
        "weakened": shown.weakened,
        "artifact": release.artifact,
        "files": release.files,
        "repro_hash": release.repro_hash,
        "policy": release.policy,
        "verdict": release.verdict,
        "verifier": shown.verifier,
        "gates": [gate_view(gate) for gate in summary.gates],
    }


def grade_view(shown: ShownRelease) -> dict[str, str]:
    """The grade of a release in words, with colour class and sign."""
    is_preview = shown.live.release.policy.grade is Grade.PREVIEW
    return {
        "grade": _grade(shown, preview="released (preview)", green="released"),
        "grade_word": _grade(shown, preview="preview", green="green"),
        "grade_class": "bad" if shown.condemned else "warn" if is_preview else "ok",
        "grade_sign": "✗" if shown.condemned else "◐" if is_preview else "●",
    }


def _grade(shown: ShownRelease, *, preview: str, green: str) -> str:
    if shown.condemned is not None:
        return "condemned by today's policy"
    return preview if shown.live.release.policy.grade is Grade.PREVIEW else green


def library_name(release: ShownRelease) -> str | None:
    """Library that loads the release, as its reports have it; None when they name none."""
    for suite in release.summary.suites:
        if suite.library_name is not None:
            return suite.library_name
        if suite.runner in LIBRARIES:
            return suite.runner
    return None


def usage_view(release: ShownRelease) -> View | None:
    """How the measured spans are had; None where no report says it."""
    for suite in release.summary.suites:
        facts = suite.decoding
        if facts is not None:
            kind, _, strategy = facts.decoder.partition("-")
            return {
                "decoder": facts.decoder,
                "strategy": strategy if kind == "hf" else "",
                "window": facts.window,
                "stride": facts.stride,
                "threshold": f"{facts.threshold:g}",
                "is_onnx": library_name(release) == "onnx",
            }
    return None


def gate_view(gate: GateSummary) -> View:
    """One gate: its outcome with a sign."""
    colour, sign = SIGNS[gate.outcome]
    return {
        "id": gate.id,
        "outcome": gate.outcome.value,
        "colour": colour,
        "sign": sign,
        "message": gate.message,
        "blocking": gate.blocking,
    }


def counts_view(name: str, counts: Counts) -> View:
    """One row of counts with its shares."""
    return {
        **item_view(name, ItemCounts.model_validate(_shared(counts))),
        "documents": counts.documents,
        "typed": share_down(counts.typed, counts.support),
        "strict": share_down(counts.strict, counts.support),
    }


def item_view(name: str, counts: ItemCounts) -> dict[str, object]:
    """One row of what a summary keeps of counts, with its shares."""
    proven = proven_lower(counts)
    return {
        "name": name,
        "support": counts.support,
        "families": counts.families,
        "covered": counts.covered,
        "partial": counts.partial,
        "missed": counts.missed,
        "exposed": counts.exposed,
        "recall": share_down(counts.covered, counts.support),
        "proven": share_of_one(proven),
        "leaked": share_up(counts.leaked, counts.characters),
        "effect": "no data" if counts.design_effect is None else f"{counts.design_effect:.2f}",
        "bar": bar(counts.covered / counts.support if counts.support else None, proven),
    }


def _shared(counts: Counts) -> dict[str, object]:
    return {name: getattr(counts, name) for name in ItemCounts.model_fields}


def rows_view(rows: tuple[SliceCounts, ...]) -> list[View]:
    """Rows of counts, as they stand."""
    return [counts_view(row.name, row.counts) for row in rows]


def leak_rows(release: ShownRelease, suite: SuiteSummary) -> list[View]:
    """Declared labels with what they let through, worst first."""
    rows = sorted(
        declared_rows(release, suite),
        key=lambda row: (row.counts.covered / max(1, row.counts.support), row.name),
    )
    return [item_view(row.name, row.counts) for row in rows]


def declared_rows(release: ShownRelease, suite: SuiteSummary) -> tuple[ItemRow, ...]:
    """Rows of the labels the model claims to find."""
    declared = release.live.release.candidate.labels
    return tuple(row for row in suite.labels.rows if labels.claims(declared, row.name))


def undeclared(release: ShownRelease, suite: SuiteSummary) -> list[str]:
    """Labels the suite has gold for and the model does not claim to find."""
    declared = release.live.release.candidate.labels
    return [name for name in suite.labels.names if not labels.claims(declared, name)]


def direct_left(release: ShownRelease, suite: SuiteSummary) -> tuple[int, int]:
    """Declared direct identifiers left in clear, and how many there were."""
    rows = [r for r in declared_rows(release, suite) if labels.BY_NAME[r.name].direct]
    leaks = dict(zip(suite.labels.names, suite.direct_leaks, strict=True))
    return sum(leaks[row.name] for row in rows), sum(row.counts.support for row in rows)


def declared_counts(release: ShownRelease, suite: SuiteSummary) -> tuple[int, int, int, int]:
    """Covered, support, leaked and all characters of the declared labels together."""
    rows = [row.counts for row in declared_rows(release, suite)]
    return (
        sum(row.covered for row in rows),
        sum(row.support for row in rows),
        sum(row.leaked for row in rows),
        sum(row.characters for row in rows),
    )


def performance_view(report: PerformanceSummary | None) -> View | None:
    """Speed and size, with where they were measured."""
    if report is None:
        return None
    host = report.host
    return {
        "p50": f"{report.latency.p50:.1f} ms",
        "p95": f"{report.latency.p95:.1f} ms",
        "p99": f"{report.latency.p99:.1f} ms",
        "cold_start": f"{report.cold_start / 1000:.2f} s",
        "peak": size(report.peak_rss) if report.peak_rss else "no data",
        "model": size(report.model_bytes),
        "documents": report.documents,
        "differing": report.differing_documents,
        "isolation": _isolation(report.isolation),
        "host": f"{host.system} {host.machine}, {host.processors} processors, Python {host.python}",
    }


def _isolation(report: IsolationReport | None) -> View:
    """What was closed to the candidate's code, or why nothing was."""
    if report is None:
        return {"layers": [], "waiver": None, "is_known": False}
    return {"layers": list(report.layers), "waiver": report.waiver, "is_known": True}


def bar(observed: float | None, proven: float | None) -> View | None:
    """Positions of a small bar from 50 % to 100 %: observed value and proven bound."""
    if observed is None or proven is None:
        return None
    return {"observed": _place(observed), "proven": _place(proven)}


def _place(value: float) -> str:
    return f"{max(0.0, (value - 0.5) * 2) * 100:.1f}"
