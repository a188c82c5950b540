"""Two reports compared span by span: shared by the gates that do so.

Both are of the identical suite, counted by the same code (`report_validation.py` checks it), so the
bit of one span stands in the same place in both.
"""

from collections.abc import Collection
from typing import Annotated, NamedTuple

from pydantic import Field

from openmed.domain.candidates.candidate import Language
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.pairs import Pairs
from openmed.domain.evaluation.scoring.statistics import smallest_visible_drop, tango_bounds
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.text.number_format import bad_share, count, share_change

OVERALL = "all labels"


def first_release(evidence: Evidence) -> Finding | None:
    """The finding of a gate that compares with the live release, when nothing is live."""
    if evidence.against.artifact is not None:
        return None
    fault = _no_first_release(evidence)
    if fault:
        return Finding(outcome=Outcome.ERROR, message=fault)
    if evidence.candidate.adopted:
        message = "adopted = true: it is what the slot's first release will be compared with"
        return Finding(outcome=Outcome.NOT_APPLICABLE, message=message)
    if evidence.candidate.bootstrap:
        message = "first release of the slot (bootstrap = true): no live release to compare with"
        return Finding(outcome=Outcome.NOT_APPLICABLE, message=message)
    message = "no live release to compare with; set bootstrap = true in the row for a first release"
    return Finding(outcome=Outcome.ERROR, message=message)


def _no_first_release(evidence: Evidence) -> str:
    """Why this is no first release, whatever the row says; empty when it may be one."""
    if evidence.against.generation:
        return (
            f"the slot had {evidence.against.generation} generations, and none of them can be "
            "compared with; bootstrap is for a slot that never had a release"
        )
    if evidence.served_in:
        return (
            f"{evidence.candidate.repo_id} is live in slot {evidence.served_in}; bootstrap is for "
            "a repository that no other slot serves"
        )
    return ""


class DroppedLanguage(Frozen):
    """A language that need not be declared although the live release does, and why."""

    language: Annotated[Language, Stricter.WORDS]
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


DroppedLanguages = Annotated[tuple[DroppedLanguage, ...], Rows(key="language")]
"""Key of a gate that compares with the live release; languages without a row are kept."""


def dropped_languages(evidence: Evidence, *, may_drop: DroppedLanguages) -> Finding | None:
    """FAILED when the live release declares a language that the candidate does not.

    By the row that the ledger has of it: what is measured of it is measured in the candidate's
    languages only, so no report shows one that was dropped.
    """
    if evidence.before is None:
        message = "what the live release declares is not known"
        return Finding(outcome=Outcome.ERROR, message=message)
    kept = {*evidence.candidate.languages, *(row.language for row in may_drop)}
    dropped = sorted(set(evidence.before.languages) - kept)
    if not dropped:
        return None
    message = (
        f"the live release declares the languages {', '.join(dropped)}, the candidate does not; "
        "may_drop_languages allows it with a reason"
    )
    return Finding(outcome=Outcome.FAILED, message=message)


def dropped_labels(
    report: BenchmarkReport, before: BenchmarkReport, *, may_drop: Collection[str]
) -> Finding | None:
    """FAILED when the live release declares what the candidate does not; None when it does."""
    dropped = sorted(set(before.scope.labels) - set(report.scope.labels) - set(may_drop))
    if not dropped:
        return None
    message = f"the live release declares {', '.join(dropped)}, the candidate does not"
    return Finding(outcome=Outcome.FAILED, message=message)


class Interval(NamedTuple):
    """Where the true difference of recall lies, each end with 95 % confidence."""

    lower: float
    upper: float


def interval_of(pair: Pairs) -> Interval:
    """Tango's score interval of now minus before."""
    return Interval(*tango_bounds(pair.lost, pair.gained, pair.total))


def measure_of(
    pair: Pairs, interval: Interval, *, suite: str, limit: float, outcome: Outcome
) -> Measure:
    """The pairs as a gate shows them; the limit is the lowest difference that is allowed."""
    return Measure(
        suite=suite,
        name=pair.name,
        observed=round(-pair.drop, 6),
        limit=limit,
        support=pair.total,
        families=pair.families,
        bound=interval.lower,
        upper=interval.upper,
        lost=pair.lost,
        gained=pair.gained,
        outcome=outcome,
    )


def said_of(measure: Measure) -> str:
    """One label's difference in words."""
    return (
        f"{measure.name} {share_change(measure.observed or 0.0)} "
        f"[{share_change(measure.bound or 0.0)}, {share_change(measure.upper or 0.0)}], "
        f"{count(measure.lost or 0)} lost, {count(measure.gained or 0)} gained "
        f"of {count(measure.support)} spans"
    )


def power_of(whole: Pairs) -> str:
    """What was lost over all, and what these pairs could have seen."""
    visible = smallest_visible_drop(max(whole.lost + whole.gained, 1) / whole.total, whole.total)
    return (
        f"{count(whole.lost)} of {count(whole.total)} spans lost, {count(whole.gained)} gained; "
        f"the test can detect drops of {bad_share(visible)} or more"
    )
