"""Tables of a job's page: within their budget, and nothing in a cell acts."""

import re

import pytest

from openmed.adapters.host.ci import MOST_SUMMARY
from openmed.app.plan import Plan, PlannedSlot, PlannedStep, Todo
from openmed.app.policies import PolicyStanding
from openmed.cli.render.markdown.markdown_table import (
    BUDGET,
    markdown_details,
    markdown_table,
    markdown_text,
)
from openmed.cli.render.markdown.plan_markdown import plan_markdown
from openmed.domain.release.proposed.input_changes import InputChanges, KeyEdit, RowEdit

HOSTILE = (
    "::error::x", "a | b", "<script>", "[link](http://x)", "@everyone", "`code`", "# heading",
    "\x1b[2J", "![x](http://x/y.png)", "</details>", "line\nline", "##[error]x", "\u202ex",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_is_text(text: str) -> None:
    """One line, no cell of its own, no markup, no command, nobody told."""
    (_, _, row, _) = markdown_table(("A", "B"), [(text, "end")], more="x")
    shown = row.removeprefix("| ").removesuffix(" | end |")
    assert shown.replace("\u200b", "").isprintable()
    assert not re.search(r"(?<!\\)[`<|\[!#]|@\w|(?<![^ ])::|##\w*\[", shown), shown


def test_a_table_ends_within_its_budget_and_says_how_much_is_left_out() -> None:
    """Rows that are shown and rows that are counted are all rows."""
    rows = [(f"slot {number}", "x" * 100) for number in range(5000)]
    lines = list(markdown_table(("A", "B"), rows, more="openmed release plan --json"))
    shown = sum(1 for line in lines if line.startswith("| slot"))
    assert f"and {5000 - shown:,} more rows: `openmed release plan --json`" in lines
    assert sum(len(line) + 1 for line in lines) < BUDGET + 200


def test_nothing_is_a_table_of_nothing() -> None:
    """Neither headings nor a fold without a row."""
    assert not list(markdown_table(("A",), [], more="x"))
    assert not list(markdown_details("none", []))


def test_a_long_cell_is_cut() -> None:
    """A reason may be as long as somebody made it."""
    assert len(markdown_text("x" * 5000)) < 700


def test_the_page_of_a_large_hostile_fleet_fits() -> None:
    """5,000 slots whose every word is hostile, all of them edited: less than GitHub drops."""
    words = "".join(HOSTILE) * 20
    slots = tuple(
        PlannedSlot(
            slot=f"pii::s{number}::onnx",
            repo_id="OpenMed/x",
            steps=(PlannedStep(task="stage:x", todo=Todo.DO, reason=words),),
            result=None,
            policy=PolicyStanding(slot="x", fault=words),
        )
        for number in range(5000)
    )
    plan = Plan(slots=slots, is_flipping=None, outdated=(), catalogue=(words,) * 5000)
    shown = "".join(sign for sign in words if sign.isprintable())[:300]
    key = KeyEdit(key="source", old=shown, new="x")
    rows = tuple(RowEdit(slot=one.slot, kind="changed", keys=(key,)) for one in slots)
    edits = InputChanges(base="c" * 40, rows=rows, policies=(), faults=())
    page = plan_markdown(plan, changes=edits, costs={})
    assert len(page.encode()) < MOST_SUMMARY
    assert page.count(" more rows: `") == 3
    assert not re.search(r"(?<![^ ])::", page)
