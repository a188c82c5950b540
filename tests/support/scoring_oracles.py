"""Edge cases of span scoring, and what our scorer and two others say of them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from nervaluate import Evaluator
from support import scoring_reference as reference

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.suites.gold_faults import gold_fault
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

Triple = tuple[int, int, str]
Fives = dict[str, list[int]]
"""Correct, incorrect, partial, missed, spurious, by schema."""

SCHEMAS = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
"""Our names of the four schemas, and nervaluate's."""

EDGE_CASES = Path(__file__).parents[1] / "cases" / "scoring" / "edge-cases.toml"


class Case(NamedTuple):
    """One row of the fixture."""

    name: str
    text: str
    gold: tuple[Triple, ...]
    predicted: tuple[Triple, ...]
    tags: tuple[str, ...]
    expected: Mapping[str, object]

    @classmethod
    def of(cls, row: Mapping[str, object], note: str) -> "Case":
        """Read one table."""
        gold, predicted = (
            tuple((start, end, label) for start, end, label in cast("Sequence[Triple]", row[key]))
            for key in ("gold", "predicted")
        )
        tags = cast("Sequence[str]", row.get("tags") or [label for _, _, label in gold + predicted])
        return cls(
            name=f"{row['number']} {row['name']}",
            text=str(row.get("text", note)),
            gold=gold,
            predicted=predicted,
            tags=tuple(sorted(set(tags))),
            expected=row,
        )


def edge_cases() -> tuple[Case, ...]:
    """Every case of the fixture."""
    table = tomllib.loads(EDGE_CASES.read_text(encoding="utf-8"))
    return tuple(Case.of(row, table["note"]) for row in table["case"])


def document(case: Case) -> Document:
    """The case's text and gold."""
    spans = tuple(GoldSpan(start=s, end=e, label=label) for s, e, label in case.gold)
    return Document(
        id="d", language="en", family="f", slice="base", smoke=False, text=case.text, spans=spans
    )


def refusal(case: Case) -> str:
    """What the suite's check says of the gold."""
    return gold_fault(document(case))


def report(case: Case) -> BenchmarkReport:
    """What our scorer counts."""
    spans = tuple(
        PredictedSpan(start=s, end=e, label=label, score=1.0) for s, e, label in case.predicted
    )
    answer = DocumentPredictions(document="d", status=Status.OK, spans=spans)
    return reference.scored([document(case)], [answer])


def ours(case: Case) -> dict[str, int]:
    """The row of our scorer."""
    counted = report(case)
    counts = counted.overall
    return {
        "gold": counts.support,
        "covered": counts.covered,
        "leaked": counts.leaked,
        "strict": counts.strict,
        "exact": counts.exact,
        "over": counted.redaction.over_redacted,
        "exposed": counts.exposed,
        "invalid": counted.invalid_predictions,
    }


def semeval(case: Case) -> Fives:
    """Our counts by schema."""
    return fives(report(case))


def fives(counted: BenchmarkReport) -> Fives:
    """Counts by schema of a report."""
    return {
        row.name: [row.correct, row.incorrect, row.partial, row.missed, row.spurious]
        for row in counted.matchings
    }


def nervaluate(case: Case, *, is_half_open: bool = False) -> Fives:
    """What nervaluate counts."""
    return nervaluate_fives(
        [case.gold], [case.predicted], tags=case.tags, last=0 if is_half_open else -1
    )


def nervaluate_fives(
    gold: Sequence[Sequence[Triple]],
    predicted: Sequence[Sequence[Triple]],
    *,
    tags: Sequence[str],
    last: int = -1,
) -> Fives:
    """What nervaluate counts over several documents."""
    true, given = (
        [[{"start": s, "end": e + last, "label": label} for s, e, label in row] for row in rows]
        for rows in (gold, predicted)
    )
    overall = Evaluator(true, given, tags=list(tags), loader="dict").evaluate()["overall"]
    return {
        name: [
            overall[theirs].correct,
            overall[theirs].incorrect,
            overall[theirs].partial,
            overall[theirs].missed,
            overall[theirs].spurious,
        ]
        for name, theirs in SCHEMAS.items()
    }


def tagged(text: str, spans: Sequence[Triple]) -> list[str]:
    """BIO tags over words and single signs; a span marks every token it touches."""
    tokens = [(match.start(), match.end()) for match in re.finditer(r"\w+|[^\w\s]", text)]
    tags = ["O"] * len(tokens)
    for start, end, label in spans:
        touched = [i for i, (s, e) in enumerate(tokens) if s < end and e > start]
        for number, index in enumerate(touched):
            tags[index] = f"{'I' if number else 'B'}-{label}"
    return tags


def seqeval(case: Case) -> list[float]:
    """Precision and recall by seqeval, to 4 digits; only where it is installed."""
    from seqeval.metrics import precision_score, recall_score  # noqa: PLC0415 - perhaps not there

    true, given = ([tagged(case.text, spans)] for spans in (case.gold, case.predicted))
    return [
        round(float(measure(true, given, zero_division=0)), 4)
        for measure in (precision_score, recall_score)
    ]
