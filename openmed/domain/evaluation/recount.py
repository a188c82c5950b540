"""Whether a report is what its predictions count to; asked where a verdict is signed.

Files of reports carry a checksum that anybody can compute, so a report counts only as far as it
comes out again. Predictions are not proven by it: other predictions give another honest count,
and only running the candidate again finds those (`openmed release recheck`).
"""

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.wire import plain
from openmed.errors import IntegrityError


def require_same(kept: BenchmarkReport | None, again: BenchmarkReport | None, *, name: str) -> None:
    """Refuse a report that is not its re-count.

    Args:
        kept: the report, as it was found.
        again: what its predictions count to.
        name: of the report, as a verdict names it.

    Raises:
        IntegrityError: says in which parts they differ, never their values.
    """
    if kept == again:
        return
    parts = ", ".join(_differing(kept, again)[:_MOST]) or "whether there is one"
    msg = f"report {name} is not what its predictions count to; it differs in {parts}"
    raise IntegrityError(msg, next_step="openmed release gate")


_MOST = 5
"""Parts that are named; one is enough to know where to look."""


def _differing(kept: BenchmarkReport | None, again: BenchmarkReport | None) -> list[str]:
    one, other = (plain(report) if report else None for report in (kept, again))
    if not isinstance(one, dict) or not isinstance(other, dict):
        return []
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
