"""Runs as the status page shows them, apart from what the ledger says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from openmed.domain.digest import Json
from openmed.domain.records.run_history import (
    expected_runs,
    last_runs,
    rollbacks,
    undelivered,
)
from openmed.domain.records.run_record import SLO_SECONDS, RunRecord, StageTimes
from openmed.domain.wire import plain
from openmed.exit_codes import EXIT_CODES, ExitCode

if TYPE_CHECKING:
    from openmed.domain.pages.view import View

MOST: Final = 20
"""Runs and rollbacks on a page; `openmed release history --runs` lists every one."""
STAGES: Final = (
    "decided", "flipped", "served", "regenerated", "persisted", "told",
)  # fmt: skip
_LOST: Final = 137


def run_section(runs: Sequence[RunRecord]) -> "View":
    """What the status page shows of runs; nothing is there where none was recorded."""
    return {
        "last": last_sentence(runs),
        "expected": [
            {"command": run.command, "next_by": run.next_by} for run in expected_runs(runs)
        ],
        "rows": [run_row(run) for run in reversed(runs[-MOST:])],
        "rollbacks": [_rollback_row(run) for run in rollbacks(runs)[:MOST]],
        "stages": STAGES,
        "promised": f"{SLO_SECONDS:.0f}",
        "undelivered": undelivered(runs),
    }


def run_facts(runs: Sequence[RunRecord]) -> dict[str, Json]:
    """The same for programs; empty where no run was recorded."""
    if not runs:
        return {}
    return {
        "runs": {
            "last": [plain(run) for run in last_runs(runs)],
            "rollbacks": [plain(run) for run in rollbacks(runs)[:MOST]],
        }
    }


def last_sentence(runs: Sequence[RunRecord]) -> str:
    """The newest run in one sentence; empty where there is none."""
    if not runs:
        return ""
    run = runs[-1]
    return f"Last run: {run.ended}, {run.command}, exit {run.exit_code} ({meaning(run)})."


def meaning(run: RunRecord) -> str:
    """What its exit code means."""
    if run.exit_code == _LOST:
        return "killed"
    try:
        return EXIT_CODES[ExitCode(run.exit_code)].means
    except ValueError:
        return "unknown"


def run_row(run: RunRecord) -> "View":
    """One run of a table."""
    is_good = run.exit_code == ExitCode.DONE
    said = [f"{count} {name.replace('_', ' ')}" for name, count in run.counts]
    return {
        "ended": run.ended,
        "command": run.command,
        "trigger": run.trigger,
        "exit_code": run.exit_code,
        "meaning": meaning(run),
        "tag": run.tag,
        "detail": "; ".join([*([", ".join(said)] if said else []), *filter(None, [run.detail])]),
        "colour": "ok" if is_good else "bad",
        "sign": "●" if is_good else "✗",
    }


def _rollback_row(run: RunRecord) -> "View":
    times = run.times or StageTimes(detected_at=run.started)
    total = times.last or 0.0
    is_late = times.is_slow
    return {
        "ended": run.ended,
        "command": run.command,
        "tag": run.tag,
        "detected_at": times.detected_at,
        "stages": [_seconds(getattr(times, stage)) for stage in STAGES],
        "total": _seconds(total),
        "colour": "bad" if is_late else "ok",
        "verdict": "late" if is_late else "in time",
    }


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
