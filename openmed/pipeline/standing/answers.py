"""What stands, read from the index: what a run with nothing to do says, and what follows from it.

Apart from what makes it, so that a command with nothing to do loads none of that.
"""

from typing import TYPE_CHECKING, Final

from openmed.domain.release.results.run_report import RunReport
from openmed.pipeline.definition import EVERY
from openmed.pipeline.events import tell_reused
from openmed.pipeline.sharing_rules import require_alone

if TYPE_CHECKING:
    from openmed.context import Context

QUESTION: Final = "run"
REPORT: Final = "report"
PLAN: Final = "plan"
"""What `release plan` says while a run has nothing to do."""
GATE: Final = "gate"
"""What `release gate` says then."""
_STARTED: Final = b'\n  "started": "'


def standing_answer(context: "Context", name: str) -> bytes | None:
    """What the last run that had nothing to do answered, while nothing it rests on moved."""
    known = context.standing.read(QUESTION, now=context.now)
    return known.answers.get(name) if known else None


def standing_report(context: "Context") -> RunReport | None:
    """Report of a run of the whole fleet, where it has nothing to do.

    It is written as a run writes it.
    """
    known = standing_answer(context, REPORT)
    if known is None:
        return None
    content = _started_at(known, context.now)
    report = RunReport.model_validate_json(content)
    context.run_files.write_report(content)
    if context.tell is not None:
        for step in report.steps:
            tell_reused(context, step.task)
    return report


def unshared_report(context: "Context", *, retry: bool, pattern: str) -> RunReport | None:
    """`standing_report` where the state is this machine's own and nobody else is asked.

    Raises:
        UsageError: the state was shared, and nobody reviewed that it no longer is.
    """
    if retry or pattern != EVERY or context.git_state is not None:
        return None
    require_alone(context)
    return standing_report(context)


def _started_at(report: bytes, now: str) -> bytes:
    """The report of a run that started now: nothing else of it differs."""
    before, mark, after = report.partition(_STARTED)
    _, quote, rest = after.partition(b'"')
    return b"".join((before, mark, now.encode(), quote, rest))
