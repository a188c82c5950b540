"""Files derived from the ledger under `gates/`: last-green metrics and quarantine files.

Nothing reads them to decide; any command writes them again.
"""

from openmed.domain.digest import Json, canonical_json
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.ledger.fleet_facts import QuarantineFact
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, TrustInputs
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain, pretty

SCHEMA_VERSION = 2
DIGITS = 6
"""Metrics are rounded to this many digits before they are stored."""


BASELINE = "baseline.json"
"""The file of last-green metrics."""

QUARANTINE = "quarantine"
"""Folder of the quarantine files."""


def render_records(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """Every derived file, by its path under `gates/`."""
    if not inputs.state.entries:
        return ()
    baseline_file = RenderedFile(path=BASELINE, content=_lines(baseline(inputs.releases)))
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


def render_earlier_baseline(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """The baseline file as engines before version 2 made it: of a fleet it has 14 kB a slot."""
    table: Json = {
        "schema_version": 1,
        "entries": {
            record.live.release.slot: _entry(
                record, {report.suite.name: _all_metrics(report) for report in record.reports}
            )
            for record in inputs.releases
        },
    }
    return (RenderedFile(path=BASELINE, content=pretty(table).decode()),)


def baseline(releases: tuple[ReleaseRecord, ...]) -> dict[str, Json]:
    """Last-green metrics per slot, in the public project's schema with our own fields added.

    A report is named by its digest, `gates/evidence/<digest>.json`; only its overall metrics are
    copied. Every flip writes the file anew, so a slot has less than 1 kB in it.
    """
    return {record.live.release.slot: _entry(record, _metrics(record)) for record in releases}


def _lines(entries: dict[str, Json]) -> str:
    """One line a slot: a flip changes the lines of the slots that moved, and no other."""
    rows = ",\n".join(
        f"{canonical_json(slot).decode()}:{canonical_json(entry).decode()}"
        for slot, entry in sorted(entries.items())
    )
    return f'{{"schema_version":{SCHEMA_VERSION},"entries":{{\n{rows}\n}}}}\n'


def _entry(record: ReleaseRecord, metrics: dict[str, Json]) -> Json:
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
        "metrics": metrics,
    }


def _metrics(record: ReleaseRecord) -> dict[str, Json]:
    named = {row.suite: row.report for row in record.verdict.reports}
    return {
        report.suite.name: {
            "report": named[report.suite.name],
            **_rates(report.overall),
        }
        for report in record.reports
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


def _quarantine(row: QuarantineFact) -> Json:
    return {"since": row.time, "tag": row.tag, "fact": plain(row.fact)}
