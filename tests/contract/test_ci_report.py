"""What CI shows of a run: text stays text."""

from openmed.app.ci_report import issue_text, summary_markdown
from openmed.domain.release.results.slot_result import Result, SlotOutcome


def _held(reason: str, *, gates: tuple[str, ...] = ("recall_floor",)) -> Result:
    return Result(
        slot="pii::tiny::onnx", standing=SlotOutcome.QUARANTINED, repo_id="OpenMed/x",
        artifact=None, grade=None, generation=0, tag="", reason=reason, gates=gates, exit_code=3,
    )  # fmt: skip


def test_what_a_gate_says_is_no_markup_and_mentions_nobody() -> None:
    """Nor does it end its line."""
    _, text = issue_text(_held("<img src=x> @team\n# head | [a](b)"))
    assert "&lt;img src=x" in text
    assert "@team" not in text
    assert "\n# head" not in text


def test_the_same_trouble_finds_the_same_issue() -> None:
    """Its fingerprint holds no number and no order; another gate is another trouble."""
    one, same, other = (
        issue_text(row)[1].splitlines()[0]
        for row in (
            _held("recall 0.9", gates=("a", "b")),
            _held("recall 0.8", gates=("b", "a")),
            _held("recall 0.9", gates=("a",)),
        )
    )
    assert (one == same, one == other) == (True, False)


def test_a_run_without_a_report_is_no_good_news() -> None:
    """The jobs that failed come first."""
    text = summary_markdown(None, broken=("flip",))
    assert text.startswith("> **Job flip failed.**")
    assert "no verdict, nothing moved" in text
