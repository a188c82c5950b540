"""Files derived from the ledger under `gates/`: last-green metrics and quarantine files.

Nothing reads them to decide; any command writes them again.
"""

from openmed.domain.digest import Json
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.ledger.fleet_facts import QuarantineFact
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, TrustInputs
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain, pretty

SCHEMA_VERSION = 1
DIGITS = 6
"""Metrics are rounded to this many digits before they are stored."""


QUARANTINE = "quarantine"
"""Folder of the quarantine files."""


def render_records(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """Every derived file, by its path under `gates/`."""
    if not inputs.state.entries:
        return ()
    baseline_file = RenderedFile(
        path="baseline.json", content=pretty(baseline(inputs.releases)).decode()
    )
    condemned = {row.fact.artifact: row for row in reversed(inputs.state.quarantines)}
    return (
        baseline_file,
        *(
            RenderedFile(
                path=f"{QUARANTINE}/{artifact}.json", content=pretty(_quarantine(row)).decode()
            )
            for artifact, row in condemned.items()
        ),
    )


def baseline(releases: tuple[ReleaseRecord, ...]) -> Json:
    """Last-green metrics per slot, in the public project's schema with our own fields added."""
    return {
        "schema_version": SCHEMA_VERSION,
        "entries": {record.live.release.slot: _entry(record) for record in releases},
    }


def _entry(record: ReleaseRecord) -> Json:
    release = record.live.release
    slot = parse_slot(release.slot)
    return {
        "key": slot.key,
        "family": slot.family,
        "tier": slot.tier,
        "format": slot.format,
        "line": slot.line,
        "repo_id": release.candidate.repo_id,
        "released": record.live.tag,
        "updated_at": record.live.time,
        "generation": record.live.generation,
        "grade": release.policy.grade.value,
        "artifact": release.artifact,
        "reproducibility_hash": release.repro_hash,
        "metrics": {report.suite.name: _metrics(report) for report in record.reports},
    }


def _metrics(report: BenchmarkReport) -> Json:
    return {
        "suite_digest": report.suite.digest,
        "documents": report.suite.documents,
        "overall": _rates(report.overall),
        "labels": {row.name: _rates(row.counts) for row in report.labels},
    }


def _rates(counts: Counts) -> Json:
    return {
        "support": counts.support,
        "coverage_recall": _ratio(counts.covered, counts.support),
        "character_leak_rate": _ratio(counts.leaked, counts.characters),
        "exposed": counts.exposed,
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, DIGITS) if whole else None


def _quarantine(row: QuarantineFact) -> Json:
    return {"since": row.time, "tag": row.tag, "fact": plain(row.fact)}
