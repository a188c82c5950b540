"""What CI tells people of a run: the summary of a job, and a notice for each held slot.

Everything that comes from a candidate's row or a gate is text to show, never markup or a command.
"""

import json
from typing import NamedTuple

from openmed.app.notify import standing_troubles
from openmed.context import Context
from openmed.domain.notices.inert import markdown
from openmed.domain.release.results.run_notices import recovery_notices, trouble_notice
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.wire import parse
from openmed.errors import EvidenceError
from openmed.exit_codes import ExitCode

MOST_ANNOTATIONS = 9
"""GitHub shows ten a step; the tenth says how many more there are."""
_HEADINGS = ("Released", "Live", "Held", "No verdict")


class CiReport(NamedTuple):
    """What was told.

    Attributes:
        exit_code: of the run that was told about; 5 when it left no report.
        annotations: lines shown beside the run.
        notices: files in the outbox: one for each trouble of a slot, there or ended.
    """

    exit_code: int
    annotations: int
    notices: tuple[str, ...]


def tell_ci(world: Context, *, needs: str = "") -> CiReport:
    """Write the job's summary and annotations, and notices to the outbox.

    Args:
        world: the release repository.
        needs: results of the jobs before, as the workflow has them in JSON; may be empty.
    """
    report = _report(world)
    broken = _broken(needs)
    world.ci.summary(summary_markdown(report, broken=broken))
    rows = [row for row in report.candidates if row.exit_code != ExitCode.DONE] if report else []
    messages = [(f"{row.standing.value}: {row.slot}", row.reason) for row in rows]
    messages += [("job failed", name) for name in broken]
    for title, message in messages[:MOST_ANNOTATIONS]:
        world.ci.annotate(title, message)
    if len(messages) > MOST_ANNOTATIONS:
        world.ci.annotate("more", f"and {len(messages) - MOST_ANNOTATIONS} more, see the summary")
    notices = _put_notices(world, report) if report else ()
    code = report.exit_code if report else ExitCode.NO_VERDICT
    return CiReport(exit_code=code, annotations=min(len(messages), 10), notices=notices)


def summary_markdown(report: RunReport | None, *, broken: tuple[str, ...]) -> str:
    """The summary of a job: what happened in numbers, then each candidate."""
    lines = [f"> **Job {markdown(name)} failed.**" for name in broken]
    if report is None:
        lines += [
            "### No release was run",
            "",
            "There is no run report: no verdict, nothing moved.",
        ]
        return "\n".join([*lines, ""])
    counts = (
        _count(report, SlotOutcome.RELEASED),
        _count(report, SlotOutcome.LIVE),
        _count(
            report,
            SlotOutcome.QUARANTINED,
            SlotOutcome.CONDEMNED,
            SlotOutcome.FROZEN,
            SlotOutcome.REFUSED,
        ),
        _count(report, SlotOutcome.NOT_EVALUATED, SlotOutcome.NOT_SERVED),
    )
    tag = f"ledger entry {report.tag}" if report.tag else "no ledger entry"
    lines += [f"### {report.command}: exit code {report.exit_code}, {tag}", ""]
    lines += [_row(_HEADINGS), _rule(len(_HEADINGS)), _row(tuple(str(n) for n in counts)), ""]
    if report.candidates:
        heads = ("Slot", "Candidate", "Decision", "Why")
        lines += ["<details open><summary>Candidates</summary>", "", _row(heads), _rule(len(heads))]
        lines += [_candidate(row) for row in report.candidates]
        lines += ["", "</details>", ""]
    lines += [f"* **alarm:** {markdown(alarm)}" for alarm in report.alarms]
    lines += [f"* {markdown(f.step)}: {markdown(f.message)}" for f in report.faults[:20]]
    return "\n".join([*lines, ""])


def _put_notices(world: Context, report: RunReport) -> tuple[str, ...]:
    """Put into the outbox what is held, and what has ended; gives the files."""
    found = [trouble_notice(row, _evidence(world, row), now=world.now) for row in report.candidates]
    ended = recovery_notices(report.candidates, standing_troubles(world), now=world.now)
    notices = (*filter(None, found), *ended)
    return tuple(world.shown(world.outbox.put(notice)) for notice in notices)


def _evidence(world: Context, row: Result) -> tuple[str, ...]:
    digest = world.products.digest(row.slot, "verdict")
    return (digest,) if digest else ()


def _report(world: Context) -> RunReport | None:
    data = world.run_files.read_report()
    if data is None:
        return None
    try:
        return parse(RunReport, data, what="artifacts/run-report.json")
    except EvidenceError:
        return None


def _broken(needs: str) -> tuple[str, ...]:
    """Jobs before that did not succeed; what cannot be read did not."""
    if not needs:
        return ()
    try:
        results = {name: job["result"] for name, job in json.loads(needs).items()}
    except (ValueError, AttributeError, KeyError, TypeError):
        return ("unknown",)
    return tuple(name for name, result in results.items() if result not in ("success", "skipped"))


def _count(report: RunReport, *standings: SlotOutcome) -> int:
    return sum(1 for row in report.candidates if row.standing in standings)


def _candidate(row: Result) -> str:
    return _row(tuple(markdown(cell) for cell in (row.slot, row.repo_id, row.words, row.reason)))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(count: int) -> str:
    return "|---" * count + "|"
