"""Gate `smallest_suite`: a suite has at least so many documents."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.wire import parse


class Settings(Frozen):
    """Table `[gates.smallest_suite]`.

    Attributes:
        suite: which suite.
        documents: fewest documents.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    documents: Annotated[int, Field(ge=1, le=1_000_000), Stricter.HIGHER]


class SmallestSuite:
    """At least so many documents, all answered."""

    id = "smallest_suite"
    table = Settings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """INCONCLUSIVE with fewer documents; ERROR without a report to look at."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        got = report.suite.documents
        outcome = Outcome.PASSED if got >= wanted.documents else Outcome.INCONCLUSIVE
        measure = Measure(
            suite=wanted.suite,
            name="documents",
            observed=float(got),
            limit=float(wanted.documents),
            support=got,
            families=0,
            bound=None,
            outcome=outcome,
        )
        message = f"{wanted.suite} has {got} documents, wanted {wanted.documents}"
        return Finding(outcome=outcome, message=message, measures=(measure,))


def _read(settings: str) -> Settings:
    return parse(Settings, settings.encode(), what="table")
