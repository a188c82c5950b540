"""What stands, read from the index: what a run with nothing to do says, and what follows from it.

Apart from what makes it, so that a command with nothing to do loads none of that.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from openmed.domain.release.results.run_report import RunReport
from openmed.pipeline.definition import EVERY
from openmed.pipeline.events import tell_reused
from openmed.pipeline.sharing_rules import require_alone

if TYPE_CHECKING:
    from openmed.context import Context
    from openmed.context.watch import Standing

QUESTION: Final = "run"
REPORT: Final = "report"
"""Report of a run that had nothing to do at all; not there while something was left to do."""
GATE: Final = "gate"
"""What `release gate` says then."""
QUIET_UNTIL: Final = "until"
"""First moment at which a run could come to something else by itself."""
SLOTS: Final = "slots"
"""What stands of each slot (`KeptSlots`)."""
PLANS: Final = "plans"
"""What `release plan` says of each of them, a line a slot."""
JUDGED: Final = "judged"
"""What `release gate` says of each of them, a line a slot; empty where there is no verdict."""
CATALOGUE: Final = "catalogue"
"""What a plan says of the catalogue."""
_STARTED: Final = b'\n  "started": "'


def quiet_answers(context: "Context") -> Mapping[str, bytes]:
    """What the last run that had nothing to do answered, while nothing it rests on moved."""
    known = context.standing.read(QUESTION, now=context.now)
    return {} if known is None else quiet_at(known, context.now)


def quiet_at(known: "Standing", now: str) -> Mapping[str, bytes]:
    """The same of what was kept, where nothing of that moved."""
    is_quiet = REPORT in known.answers and now.encode() < known.answers[QUIET_UNTIL]
    return known.answers if is_quiet else {}


def plan_of_lines(answers: Mapping[str, bytes]) -> bytes:
    """What `release plan` says while a run has nothing to do, as JSON."""
    head = b'{"schema":"openmed.plan/1","is_flipping":false,"outdated":[],"catalogue":'
    lines = b",".join(answers[PLANS].splitlines())
    return b"".join((head, answers[CATALOGUE], b',"slots":[', lines, b"]}"))


def standing_report(context: "Context") -> RunReport | None:
    """Report of a run of the whole fleet, where it has nothing to do.

    It is written as a run writes it.
    """
    known = quiet_answers(context).get(REPORT)
    return None if known is None else told_again(context, known)


def told_again(context: "Context", known: bytes) -> RunReport:
    """The report of a run that had nothing to do, written and told as that of this run."""
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
