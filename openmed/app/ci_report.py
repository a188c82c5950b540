"""What CI tells people of a run: the summary of a job, and the text of an issue per held slot.

Everything that comes from a candidate's row or a gate is text to show, never markup or a command.
"""

import hashlib
import json
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.slot import parse_slot
from openmed.domain.text.markdown import markdown_safe
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
        issues: files with the text of an issue, one per held slot.
    """

    exit_code: int
    annotations: int
    issues: tuple[str, ...]


def tell_ci(world: Context, *, needs: str = "") -> CiReport:
    """Write the job's summary and annotations, and what issues would say to the outbox.

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
    issues = tuple(
        world.run_files.post(name, text)
        for row in rows
        for name, text in [issue_text(row)]
        if row.standing is not SlotOutcome.FROZEN
    )
    code = report.exit_code if report else ExitCode.NO_VERDICT
    return CiReport(exit_code=code, annotations=min(len(messages), 10), issues=issues)


def summary_markdown(report: RunReport | None, *, broken: tuple[str, ...]) -> str:
    """The summary of a job: what happened in numbers, then each candidate."""
    lines = [f"> **Job {escape(name)} failed.**" for name in broken]
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
    lines += [f"* **alarm:** {escape(alarm)}" for alarm in report.alarms]
    lines += [f"* {escape(f.step)}: {escape(f.message)}" for f in report.faults[:20]]
    return "\n".join([*lines, ""])


def issue_text(row: Result) -> tuple[str, str]:
    """File name and Markdown of the issue that tracks a slot and the gates that hold it.

    The fingerprint holds no value and no date, so the same trouble finds the same issue.
    """
    facts = {"slot": row.slot, "standing": row.standing.value, "gates": sorted(row.gates)}
    data = json.dumps(facts, sort_keys=True).encode()
    fingerprint = hashlib.sha256(data).hexdigest()
    gates = ", ".join(f"`{gate}`" for gate in row.gates) or "none"
    lines = [
        f"<!-- openmed:fp=sha256:{fingerprint} -->",
        f"# {row.standing.value}: {row.slot}",
        "",
        f"Candidate {escape(row.repo_id)}, artifact `{(row.artifact or 'none')[:16]}`.",
        f"Gates: {gates}",
        "",
        escape(row.reason),
        "",
        f"The slot serves generation {row.generation}"
        + (f" of {row.tag}." if row.tag else "; nothing is live."),
        "",
        "```",
        f"openmed release explain {row.slot}",
        f"openmed release gate {row.slot}",
        "```",
        "",
    ]
    return f"{parse_slot(row.slot).slug}.md", "\n".join(lines)


def escape(text: str) -> str:
    """Text as Markdown shows it as it stands: one line, no markup, nobody mentioned."""
    # A zero-width space ends the name before it begins: a backslash would not.
    return markdown_safe(text).replace("@", "@\u200b")


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
    return _row(tuple(escape(cell) for cell in (row.slot, row.repo_id, row.words, row.reason)))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(count: int) -> str:
    return "|---" * count + "|"
