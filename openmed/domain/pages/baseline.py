"""The file of last-green metrics: one line a slot, each made from what is live in that slot alone.

The public project's schema with our own fields added. Nothing reads it to decide.
"""

from collections.abc import Iterable

from openmed.domain.digest import Json, canonical_json
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.pages.inputs import RenderedFile, ShownRelease, TrustInputs
from openmed.domain.slot import parse_slot
from openmed.domain.wire import pretty

SCHEMA_VERSION = 2
DIGITS = 6
"""Metrics are rounded to this many digits before they are stored."""
BASELINE = "baseline.json"
"""Its name under `gates/`."""


def baseline_line(release: ShownRelease) -> str:
    """The line of one slot.

    A report is named by its digest, `gates/evidence/<digest>.json`; only its overall metrics are
    copied. Every flip writes the file anew, so a slot has less than 1 kB in it.
    """
    metrics: dict[str, Json] = {
        one.suite.name: {"report": one.report, **_rates(one.overall)}
        for one in release.summary.suites
    }
    slot = release.live.release.slot
    name, entry = canonical_json(slot), canonical_json(_entry(release.live, metrics))
    return f"{name.decode()}:{entry.decode()}"


def baseline_file(lines: Iterable[str]) -> str:
    """The whole file: a flip changes the lines of the slots that moved, and no other.

    Args:
        lines: of every slot, in order of their names.
    """
    rows = ",\n".join(lines)
    return f'{{"schema_version":{SCHEMA_VERSION},"entries":{{\n{rows}\n}}}}\n'


def render_earlier_baseline(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """The baseline file as engines before version 2 made it: of a fleet it has 14 kB a slot."""
    table: Json = {
        "schema_version": 1,
        "entries": {
            record.live.release.slot: _entry(
                record.live, {report.suite.name: _all_metrics(report) for report in record.reports}
            )
            for record in inputs.releases
        },
    }
    return (RenderedFile(path=BASELINE, content=pretty(table).decode()),)


def _entry(live: LiveRelease, metrics: dict[str, Json]) -> Json:
    release = live.release
    slot = parse_slot(release.slot)
    return {
        "key": slot.key,
        "family": slot.family,
        "tier": slot.tier,
        "format": slot.format,
        "line": slot.line,
        "repo_id": release.candidate.repo_id,
        "released": live.tag,
        "updated_at": live.time,
        "generation": live.generation,
        "grade": release.policy.grade.value,
        "artifact": release.artifact,
        "reproducibility_hash": release.repro_hash,
        "metrics": metrics,
    }


def _all_metrics(report: BenchmarkReport) -> Json:
    return {
        "suite_digest": report.suite.digest,
        "documents": report.suite.documents,
        "overall": _rates(report.overall),
        "labels": {row.name: _rates(row.counts) for row in report.labels},
    }


def _rates(counts: Counts) -> dict[str, Json]:
    return {
        "support": counts.support,
        "coverage_recall": _ratio(counts.covered, counts.support),
        "character_leak_rate": _ratio(counts.leaked, counts.characters),
        "exposed": counts.exposed,
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, DIGITS) if whole else None
