"""Whether two artifacts behaved the same: by what they redact, else by all that was counted."""

from typing import cast

import pytest
from support.builders import a_candidate, a_pin, a_report, a_staged
from support.counting import a_behaviour, as_version_2

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.evaluation.behaviour import (
    Behaviour,
    LanguageBehaviour,
    by_language,
    is_same_behaviour,
)
from openmed.domain.evaluation.likeness import Likeness, likeness, measured_behaviour
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.wire import dump, from_plain, parse, plain
from openmed.errors import EvidenceError

NAMES, NUMBERS, DATES = "PATIENT_NAME", "SSN", "DATE"
BOTH = (NAMES, NUMBERS)


def _report(content: bytes = b"copy", *, like: str = "x", **changes: object) -> BenchmarkReport:
    return a_report(a_staged(content=content), behaves_like=like, **changes)  # type: ignore[arg-type]


def _old(report: BenchmarkReport) -> BenchmarkReport:
    """As an engine wrote it that did not record what is redacted."""
    listed = as_version_2(report)
    table = {**cast("dict[str, Json]", plain(listed)), "schema": "openmed.report/1"}
    del table["behaviour"]
    return from_plain(BenchmarkReport, table, what="report")


def _alike(mine: BenchmarkReport, theirs: BenchmarkReport) -> Likeness | None:
    ours = measured_behaviour(mine, is_counted=True)
    return likeness((ours,), (measured_behaviour(theirs),))


def _in(language: str, of: str, *predicted: str) -> Behaviour:
    (row,) = a_behaviour(*predicted, of=of)
    return (LanguageBehaviour(language=language, labels=row.labels),)


class TestBehaviour:
    """Compared by language and label, wherever both were looked at."""

    @pytest.mark.parametrize(
        ("mine", "labels", "same"),
        [
            (_in("en", "x", *BOTH), BOTH, True),
            (_in("en", "y", *BOTH), BOTH, False),
            (_in("en", "x", NAMES), BOTH, False),
            (_in("en", "x", NAMES), (NAMES,), True),
            (_in("en", "x", *BOTH, DATES), (*BOTH, DATES), False),
            (_in("en", "x", *BOTH), (*BOTH, DATES), True),
            (_in("de", "x", *BOTH), BOTH, None),
            (_in("en", "x", *BOTH) + _in("de", "z", *BOTH), BOTH, True),
            (_in("en", "y", *BOTH) + _in("de", "x", *BOTH), BOTH, False),
            (_in("en", "x", DATES), (DATES,), None),
            ((), BOTH, None),
        ],
        ids=[
            "the same", "other spans", "one label is not found any more", "one is not declared",
            "one more is found", "one more is declared and not found", "another language",
            "one language more", "the other language as well", "no label in common", "not known",
        ],
    )  # fmt: skip
    def test_against_one_in_english(
        self, mine: Behaviour, labels: tuple[str, ...], *, same: bool | None
    ) -> None:
        """Declaring less makes no other candidate of it; redacting other spans does."""
        theirs = _in("en", "x", *BOTH)
        found = is_same_behaviour(
            by_language(mine),
            by_language(theirs),
            labels=frozenset(labels),
            their_labels=frozenset(BOTH),
        )
        assert same is found

    def test_nothing_found_twice_is_the_same(self) -> None:
        """A model that is deaf in every copy."""
        deaf = by_language((LanguageBehaviour(language="en", labels=()),))
        both = frozenset(BOTH)
        assert is_same_behaviour(deaf, deaf, labels=both, their_labels=both)


class TestReports:
    """Of two artifacts."""

    def test_equal_predictions(self) -> None:
        """Whatever the bytes, the slot and the repository are called."""
        row = a_candidate(slot="pii::tiny::onnx::other")
        mine = a_report(a_staged(row, content=b"copy"), candidate=row, behaves_like="x")
        assert Likeness(("golden",), is_by_counts=False) == _alike(mine, _report(b"first"))

    def test_other_predictions_with_equal_counts(self) -> None:
        """Equally good is not the same."""
        assert _alike(_report(like="y"), _report(b"first")) is None

    def test_another_suite_tells_nothing(self) -> None:
        """A suite that was pinned to other documents since is another one."""
        other = a_pin(digest=sha256_hex(b"other documents"))
        assert _alike(_report(pin=other), _report(b"first")) is None

    def test_every_suite_that_measured_both_counts(self) -> None:
        """One that only one of them was measured on does not."""
        second, third = (
            a_pin(name=name, digest=sha256_hex(name.encode())) for name in ("second", "third")
        )
        first = (_report(), _report(pin=second), _report(pin=third))
        others = (_report(b"o"), _report(b"o", pin=second, like="y"))
        mine, theirs = tuple(map(measured_behaviour, first)), tuple(map(measured_behaviour, others))
        assert likeness(mine, theirs) is None
        assert likeness(mine, theirs[:1]) == Likeness(("golden",), is_by_counts=False)

    def test_the_suites_name_does_not_matter(self) -> None:
        """The same documents under another name."""
        renamed = a_pin(name="gold")
        assert _alike(_report(pin=renamed), _report(b"first")) == Likeness(
            ("gold",), is_by_counts=False
        )

    def test_a_document_without_an_answer_tells_nothing(self) -> None:
        """Its predictions are not known."""
        broken = _report(scored=49)
        assert broken.behaviour == ()
        assert _alike(_report(), broken) is None
        assert _alike(broken, _report()) is None


class TestOlderReports:
    """What they count is compared: bitmaps, leaks, predictions, redactions."""

    def test_equal_counts(self) -> None:
        """As far as can be known it is the same, and that is told."""
        assert _alike(_report(), _old(_report(b"first"))) == Likeness(
            ("golden",), is_by_counts=True
        )

    @pytest.mark.parametrize("covered", [{NAMES: 99, NUMBERS: 100}, {NAMES: 100, NUMBERS: 99}])
    def test_one_span_more_or_less_is_another_one(self, covered: dict[str, int]) -> None:
        """Of either label."""
        assert _alike(_report(covered=covered), _old(_report(b"first"))) is None

    def test_a_row_that_declares_something_else_cannot_be_compared(self) -> None:
        """Counts are of what was declared."""
        row = Candidate.model_validate({**a_candidate().model_dump(), "labels": (NAMES,)})
        mine = a_report(a_staged(row, content=b"copy"), candidate=row, behaves_like="x")
        assert _alike(mine, _old(_report(b"first"))) is None

    def test_it_keeps_its_bytes(self) -> None:
        """They are its name in the evidence."""
        old = _old(_report())
        assert b"behaviour" not in dump(old)
        assert dump(old) == dump(parse(BenchmarkReport, dump(old), what="report"))

    def test_it_cannot_have_what_it_does_not_know(self) -> None:
        """A field of version 2 in a report that calls itself version 1."""
        listed = as_version_2(_report())
        table = {**cast("dict[str, Json]", plain(listed)), "schema": "openmed.report/1"}
        with pytest.raises(EvidenceError, match=r"behaviour does not belong to openmed\.report/1"):
            from_plain(BenchmarkReport, table, what="report")


def test_every_artifact_of_the_builders_behaves_in_its_own_way() -> None:
    """Or tests about something else would be about this."""
    first, second = (a_report(a_staged(content=one)) for one in (b"first", b"second"))
    assert first.behaviour != second.behaviour
    assert a_behaviour(NAMES, of="x") == a_behaviour(NAMES, of="x")
