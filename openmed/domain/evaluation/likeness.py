"""Whether two artifacts behaved the same on the suites that measured both, by their reports.

By the digests of what they redact. A report made before these were recorded is compared by
all it counts: which gold spans were covered, what leaked where, how much was predicted.
"""

from typing import NamedTuple

from openmed.domain.digest import Json, digest_of
from openmed.domain.evaluation.behaviour import SpansOf, by_language, is_same_behaviour
from openmed.domain.evaluation.leaks import digest_of_leaks
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.wire import plain


class MeasuredBehaviour(NamedTuple):
    """What one report tells of behaviour.

    Attributes:
        suite: content digest of the suite.
        name: its name.
        labels: what was declared.
        languages: what was declared.
        behaviour: what was redacted; empty where it is not known.
        counts: digest of everything that was counted; empty where a document was not answered, or
            nobody asked.
    """

    suite: str
    name: str
    labels: frozenset[str]
    languages: frozenset[str]
    behaviour: SpansOf
    counts: str


class Likeness(NamedTuple):
    """Two artifacts that behaved the same wherever they can be compared.

    Attributes:
        suites: names of the suites.
        is_by_counts: whether a suite was compared by what its reports count only.
    """

    suites: tuple[str, ...]
    is_by_counts: bool


def measured_behaviour(report: BenchmarkReport, *, is_counted: bool = False) -> MeasuredBehaviour:
    """What a report tells of behaviour.

    Args:
        report: the report.
        is_counted: whether its counts are asked for, too; those of a report that has nothing
            better always are.
    """
    wants_counts = is_counted or not report.behaviour
    is_whole = not report.failed_documents
    return MeasuredBehaviour(
        suite=report.suite.digest,
        name=report.suite.name,
        labels=frozenset(report.scope.labels),
        languages=frozenset(report.scope.languages),
        behaviour=by_language(report.behaviour),
        counts=digest_of(_counts(report)) if is_whole and wants_counts else "",
    )


def likeness(
    mine: tuple[MeasuredBehaviour, ...], theirs: tuple[MeasuredBehaviour, ...]
) -> Likeness | None:
    """Whether two artifacts behaved the same on every suite that measured both.

    Returns:
        None when they did not, or when no suite can tell.
    """
    others = {one.suite: one for one in theirs}
    found = [(one, _compared(one, others[one.suite])) for one in mine if one.suite in others]
    told = [(one.name, same) for one, same in found if same is not None]
    if not told or not all(same for _, same in told):
        return None
    by_counts = any(
        not (one.behaviour and others[one.suite].behaviour)
        for one, same in found
        if same is not None
    )
    return Likeness(suites=tuple(name for name, _ in told), is_by_counts=by_counts)


def _compared(mine: MeasuredBehaviour, theirs: MeasuredBehaviour) -> bool | None:
    """Whether two reports of one suite tell of the same behaviour; None where they cannot."""
    if mine.behaviour and theirs.behaviour:
        return is_same_behaviour(
            mine.behaviour, theirs.behaviour, labels=mine.labels, their_labels=theirs.labels
        )
    scopes = (mine.labels, mine.languages), (theirs.labels, theirs.languages)
    if not mine.counts or not theirs.counts or scopes[0] != scopes[1]:
        return None
    return mine.counts == theirs.counts


def _counts(report: BenchmarkReport) -> Json:
    """What was counted, without estimates, and without what older reports do not have."""
    return {
        "covered": [[row.label, row.bits] for row in report.outcomes],
        "labels": [[row.name, _exact(row.counts)] for row in report.labels],
        "languages": [[row.name, _exact(row.counts)] for row in report.languages],
        "slices": [[row.name, _exact(row.counts)] for row in report.slices],
        "predictions": [plain(row) for row in report.predictions],
        "redaction": plain(report.redaction),
        "leaks": digest_of_leaks(report),
    }


def _exact(counts: Counts) -> Json:
    names = (name for name in Counts.model_fields if name != "design_effect")
    return {name: int(getattr(counts, name)) for name in names}
