"""A sample of what was predicted, predicted again on a fresh machine: the same spans or not.

A re-count shows that a report follows from predictions; only running the candidate again shows
that the predictions are the candidate's. The sample is drawn after every prediction is fixed, so
nobody who made them knew it.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import Count
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.slot import SlotKey

SEED = re.compile(r"[0-9a-f]{16,64}")
Seed = Annotated[str, Field(pattern=f"^{SEED.pattern}$")]


class RecheckedReport(Frozen):
    """What running a sample of one report's documents again came to.

    Attributes:
        slot: the candidate's slot.
        report: name of the report, as a verdict names it.
        predictions: digest of the predictions it was compared with; a re-check of others is none.
        documents: documents that were run again.
        differing: ids of those that got other spans.
        fault: why nothing was run again; empty when it was.
    """

    slot: SlotKey
    report: str
    predictions: Digest
    documents: Count
    differing: tuple[str, ...] = ()
    fault: Annotated[str, Field(max_length=1000)] = ""


class Recheck(Frozen):
    """Product of `openmed release recheck`.

    Attributes:
        seed: what the sample was drawn by.
        reports: one row a report that was counted from predictions.
    """

    schema_: Literal["openmed.recheck/1"] = Field(default="openmed.recheck/1", alias="schema")
    seed: Seed
    reports: tuple[RecheckedReport, ...]


class RecheckLimits(NamedTuple):
    """What a policy asks of a re-check.

    Attributes:
        documents: documents of each report that are run again; all where there are fewer.
        rate: most of them that may get other spans.
    """

    documents: int
    rate: float


def drawn(ids: Sequence[str], *, seed: str, predictions: str, size: int) -> tuple[int, ...]:
    """Positions of the documents to run again, in order.

    Args:
        ids: of the documents.
        seed: what they are drawn by.
        predictions: digest of the predictions to compare with.
        size: how many; all where there are fewer.
    """
    marks = sorted(
        (sha256_hex(f"{seed}\n{predictions}\n{name}".encode()), at) for at, name in enumerate(ids)
    )
    return tuple(sorted(at for _, at in marks[:size]))


def differing(
    before: Sequence[DocumentPredictions], again: Sequence[DocumentPredictions]
) -> tuple[str, ...]:
    """Ids of documents whose spans differ by offset or label; scores do not count."""
    return tuple(
        one.document
        for one, other in zip(before, again, strict=True)
        if other.status is not Status.OK or _spans(one) != _spans(other)
    )


class CountedHere(NamedTuple):
    """A report that was counted here, from predictions made elsewhere.

    Attributes:
        slot: the candidate's slot.
        report: its name.
        predictions: digest of the predictions.
        documents: how many documents it covers.
    """

    slot: str
    report: str
    predictions: str
    documents: int


def hold_reason(recheck: Recheck, counted: CountedHere, *, limits: RecheckLimits) -> str:
    """Why a report may not be judged yet; empty when its sample came out the same.

    Args:
        recheck: what was run again.
        counted: the report.
        limits: what the policy asks.
    """
    report = counted.report
    rows = [row for row in recheck.reports if (row.slot, row.report) == (counted.slot, report)]
    if len(rows) != 1:
        return f"report {report} was not re-checked on another machine"
    row = rows[0]
    wanted = min(limits.documents, counted.documents)
    if row.predictions != counted.predictions:
        return f"report {report} was re-checked against other predictions than those here"
    if row.fault:
        return f"report {report} could not be re-checked: {row.fault}"
    if row.documents < wanted:
        return f"{row.documents} documents of report {report} were re-checked, expected {wanted}"
    if len(row.differing) > limits.rate * row.documents:
        got = f"{len(row.differing)} of {row.documents} documents of report {report}"
        return f"{got} got other spans when they were run again; the policy allows {limits.rate:g}"
    return ""


def _spans(record: DocumentPredictions) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.label) for span in record.spans}
