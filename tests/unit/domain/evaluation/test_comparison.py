"""Two reports of one suite, span by span."""

import pytest

from openmed.domain.evaluation.comparison import compare
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.evaluation.scoring.score import score
from openmed.domain.inference.declared_labels import declared_labels
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan
from openmed.errors import EvidenceError

HEX = "0" * 64
GOLD = ((0, 3, "PATIENT_NAME"), (4, 8, "MRN"), (9, 13, "ANY_ID"))


def document(number: int, language: str = "en") -> Document:
    """Three values."""
    return Document(
        id=f"d-{number:02d}",
        language=language,
        family=f"f-{number}",
        slice="base",
        smoke=False,
        text="Ann 1234 5678.",
        spans=tuple(GoldSpan(start=s, end=e, label=label) for s, e, label in GOLD),
    )


def suite(*, languages: tuple[str, ...] = ("en",) * 12, digest: str = HEX) -> Suite:
    """Twelve documents, more than a byte of outcomes per label."""
    pin = SuitePin(
        name="twelve",
        title="Twelve",
        edition="e",
        revision="1",
        path="twelve.jsonl",
        subset="all",
        sha256=HEX,
        digest=digest,
        licence="CC0-1.0",
        source="made here",
    )
    documents = tuple(document(n, language) for n, language in enumerate(languages, start=1))
    return Suite(pin=pin, documents=documents)


def report(
    found: dict[int, tuple[int, ...]],
    *,
    on: Suite | None = None,
    labels: tuple[str, ...] = ("PATIENT_NAME", "MRN"),
    scorer: str = HEX,
) -> BenchmarkReport:
    """A report of someone who finds these of the three values, by document number."""
    opened = on or suite()
    records = tuple(
        DocumentPredictions(
            document=each.id,
            status=Status.OK,
            spans=tuple(
                PredictedSpan(start=GOLD[at][0], end=GOLD[at][1], label="MRN", score=1.0)
                for at in found.get(number, ())
            ),
        )
        for number, each in enumerate(opened.documents, start=1)
    )
    return score(
        opened,
        records,
        subject=Subject(slot="a::b::c", repo_id="o/m", artifact=HEX),
        scope=Scope(labels=labels, languages=("en",)),
        runtime=Runtime(runner="rules", code=HEX, packages=()),
        library_name=None,
        scorer=scorer,
    )


def test_each_lost_and_gained_span_is_named() -> None:
    """By document and offsets, in suite order, also past the first byte of outcomes."""
    before = report({1: (0, 1), 9: (0, 2), 12: (1,)})
    after = report({1: (0,), 9: (2,), 10: (1,), 12: (1, 0)})
    found = compare(before, after, suite())
    assert [(p.document, p.start, p.label) for p in found.lost] == [
        ("d-01", 4, "MRN"),
        ("d-09", 0, "PATIENT_NAME"),
    ]
    assert [(p.document, p.start, p.label) for p in found.gained] == [
        ("d-10", 4, "MRN"),
        ("d-12", 0, "PATIENT_NAME"),
    ]
    rows = {row.name: (row.spans, row.lost, row.gained) for row in found.labels}
    assert rows == {"ANY_ID": (12, 0, 0), "MRN": (12, 1, 1), "PATIENT_NAME": (12, 1, 1)}
    assert (found.overall.spans, found.overall.lost, found.overall.observed) == (36, 2, 0.0)
    assert found.overall.lower < 0 < found.overall.upper


def test_only_what_both_claim_is_compared() -> None:
    """Gold that says no more than its group is claimed with any label of the group."""
    before = report({1: (0, 1, 2)}, labels=("MRN",))
    found = compare(before, report({}), suite())
    assert [row.name for row in found.labels] == ["ANY_ID", "MRN"]
    assert {place.label for place in found.lost} == {"ANY_ID", "MRN"}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (report({}, scorer="1" * 64), "scorer"),
        (report({}, on=suite(digest="2" * 64)), "suite digest"),
    ],
)
def test_what_was_counted_otherwise_is_not_compared(other: BenchmarkReport, reason: str) -> None:
    """Other code, other documents."""
    with pytest.raises(EvidenceError, match=reason):
        compare(report({}), other, suite())


def test_nothing_in_common_is_not_compared() -> None:
    """Not a result of zero."""
    with pytest.raises(EvidenceError, match="both claim"):
        compare(report({}, labels=("DATE",)), report({}, labels=("EMAIL",)), suite())


@pytest.mark.parametrize(
    ("profile", "labels"),
    [
        ({"runner": "rules", "deterministic": True, "rules": ("ssn-1", "mrn-1")}, ("MRN", "SSN")),
        ({"runner": "rules", "deterministic": True, "rules": ("odd-1",)}, None),
        ({"runner": "callable", "deterministic": True}, None),
    ],
)
def test_a_profile_says_what_is_claimed(
    profile: dict[str, object], labels: tuple[str, ...] | None
) -> None:
    """Its map and its rules; everything when it says nothing."""
    declared = declared_labels(RunnerProfile.model_validate(profile))
    if labels is None:
        assert "PATIENT_NAME" in declared
        assert "ANY_ID" not in declared
        return
    assert declared == labels
