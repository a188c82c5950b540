"""A sample is drawn by seed and predictions; what differs too often holds a report."""

import pytest

from openmed.domain.evaluation.recheck import (
    CountedHere,
    Recheck,
    RecheckedReport,
    RecheckLimits,
    differing,
    drawn,
    hold_reason,
)
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import PredictedSpan

SLOT, SEED, ONE, OTHER = "pii::tiny::onnx", "0" * 16, "1" * 64, "2" * 64
IDS = [f"note-{n}" for n in range(200)]
HERE = CountedHere(SLOT, "golden", predictions=ONE, documents=200)
LIMITS = RecheckLimits(documents=20, rate=0.05)


def _row(**fields: object) -> RecheckedReport:
    row = {"slot": SLOT, "report": "golden", "predictions": ONE, "documents": 20}
    return RecheckedReport.model_validate({**row, **fields})


def _reason(*rows: RecheckedReport, here: CountedHere = HERE) -> str:
    return hold_reason(Recheck(seed=SEED, reports=rows), here, limits=LIMITS)


class TestTheSample:
    """Nobody who made the predictions knew it."""

    def test_it_has_the_size_and_the_order_of_the_suite(self) -> None:
        """No document twice."""
        positions = drawn(IDS, seed=SEED, predictions=ONE, size=20)
        assert len(set(positions)) == 20
        assert list(positions) == sorted(positions)

    def test_a_small_suite_is_run_whole(self) -> None:
        """There is no more of it."""
        assert drawn(IDS[:5], seed=SEED, predictions=ONE, size=20) == (0, 1, 2, 3, 4)

    @pytest.mark.parametrize(
        ("seed", "predictions"), [("f" * 16, ONE), (SEED, OTHER)], ids=["seed", "predictions"]
    )
    def test_it_hangs_on_seed_and_predictions(self, seed: str, predictions: str) -> None:
        """Who edits predictions draws another one."""
        assert drawn(IDS, seed=SEED, predictions=ONE, size=20) != drawn(
            IDS, seed=seed, predictions=predictions, size=20
        )

    def test_every_document_is_drawn_about_as_often(self) -> None:
        """Over 400 seeds each of 200 documents comes about 40 times."""
        counts = dict.fromkeys(range(200), 0)
        for seed in range(400):
            for at in drawn(IDS, seed=f"{seed:016x}", predictions=ONE, size=20):
                counts[at] += 1
        assert min(counts.values()) > 15
        assert max(counts.values()) < 75


def _record(
    *spans: tuple[int, int, str], score: float = 1.0, ok: bool = True
) -> DocumentPredictions:
    return DocumentPredictions(
        document="a",
        status=Status.OK if ok else Status.FAILED,
        spans=tuple(PredictedSpan(start=s, end=e, label=n, score=score) for s, e, n in spans),
    )


@pytest.mark.parametrize(
    ("again", "differs"),
    [
        (_record((1, 4, "SSN")), False),
        (_record((1, 4, "SSN"), score=0.7), False),
        (_record((1, 5, "SSN")), True),
        (_record((1, 4, "MRN")), True),
        (_record((1, 4, "SSN"), (6, 9, "SSN")), True),
        (_record(), True),
        (_record(ok=False), True),
    ],
)
def test_a_document_differs_by_offset_or_label(
    again: DocumentPredictions, *, differs: bool
) -> None:
    """Other processors give other scores; a document without an answer is another one."""
    assert differing([_record((1, 4, "SSN"))], [again]) == (("a",) if differs else ())


class TestWhatHolds:
    """Everything but a sample of these predictions, large enough, that came out the same."""

    def test_the_same_spans_do_not(self) -> None:
        """Nor as many differences as the policy allows: one of twenty."""
        assert _reason(_row()) == ""
        assert _reason(_row(differing=("note-1",))) == ""

    def test_a_small_suite_needs_no_more_than_it_has(self) -> None:
        """Seven of seven."""
        here = HERE._replace(documents=7)
        assert _reason(_row(documents=7), here=here) == ""

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ((), "not re-checked"),
            ((_row(slot="pii::base::onnx"),), "not re-checked"),
            ((_row(report="shield"),), "not re-checked"),
            ((_row(), _row()), "not re-checked"),
            ((_row(predictions=OTHER),), "against other predictions"),
            ((_row(fault="it died"),), "could not be re-checked: it died"),
            ((_row(documents=19),), "19 documents of report golden were re-checked, expected 20"),
            ((_row(differing=("a", "b")),), "2 of 20 documents of report golden got other spans"),
        ],
    )
    def test_everything_else_does(self, rows: tuple[RecheckedReport, ...], words: str) -> None:
        """With the reason."""
        assert words in _reason(*rows)
