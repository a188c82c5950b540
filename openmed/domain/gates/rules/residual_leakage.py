"""Gate `residual_leakage`: how many sensitive characters of declared labels stay in clear."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import NoneIs, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.text.number_format import count, exact_share, share_up
from openmed.domain.wire import parse

Share = Annotated[float, Field(ge=0, lt=1)]


class ResidualLeakageSettings(Frozen):
    """Table `[gates.residual_leakage]`.

    Attributes:
        suite: suite the limit is for.
        limit: most leaked / gold characters.
        steward: the family's own, stricter target; None = it has none.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    limit: Annotated[Share, Stricter.LOWER]
    steward: Annotated[Share | None, Stricter.LOWER, NoneIs("limit")] = None


class ResidualLeakage:
    """Leaked characters / gold characters of all declared labels together, at most the limit."""

    id = "residual_leakage"
    table = ResidualLeakageSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED above the limit; ERROR if nothing declared has gold."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        declared = evidence.candidate.labels
        rows = [row.counts for row in report.labels if labels.claims(declared, row.name)]
        characters = sum(counts.characters for counts in rows)
        leaked = sum(counts.leaked for counts in rows)
        if characters == 0:
            message = f"suite {wanted.suite} has no gold of the declared labels"
            return Finding(outcome=Outcome.ERROR, message=message)
        limit = min(wanted.limit, wanted.limit if wanted.steward is None else wanted.steward)
        # Compared as counts, so that rounding cannot bring a value under its limit.
        outcome = Outcome.PASSED if leaked <= limit * characters else Outcome.FAILED
        measure = Measure(
            suite=wanted.suite,
            name="leaked characters",
            observed=round(leaked / characters, 6),
            limit=limit,
            support=sum(counts.support for counts in rows),
            families=max(counts.families for counts in rows),
            bound=None,
            outcome=outcome,
        )
        message = (
            f"{count(leaked)} of {count(characters)} sensitive characters left in clear "
            f"({share_up(leaked, characters)}), limit {exact_share(limit)}"
        )
        return Finding(outcome=outcome, message=message, measures=(measure,))


def _read(settings: str) -> ResidualLeakageSettings:
    return parse(ResidualLeakageSettings, settings.encode(), what="table")
