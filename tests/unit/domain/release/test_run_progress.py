"""Events of a run as counts, a rate and the time left; a clock is an argument."""

from collections.abc import Mapping

import pytest

from openmed.domain.digest import Json
from openmed.domain.release.results.run_progress import WINDOW, RunProgress, RunTracker, kind_of


def step(task: str, state: str) -> Mapping[str, Json]:
    """As the pipeline tells it."""
    return {"type": "step", "task": task, "state": state}


Event = tuple[float, Mapping[str, Json]]


def told(*events: Event, at: float) -> RunProgress:
    """What a tracker says at a time after these."""
    tracker = RunTracker()
    for when, event in events:
        tracker.take(event, at=when)
    return tracker.progress(at=at)


PLAN: Mapping[str, Json] = {"type": "run", "steps": {"stage": 2, "benchmark:x": 4, "flip": 1}}


def counts(found: RunProgress) -> tuple[int, int]:
    """What stands, and what waits."""
    return found.reused, found.waiting


def test_nothing_is_known_before_anything_happens() -> None:
    """No rate, no time."""
    assert told(at=5.0) == RunProgress(
        seconds=0.0, computed=0, reused=0, failed=0, waiting=0, at_work=()
    )


def test_steps_are_counted_by_state() -> None:
    """Each once, whatever else is said of it."""
    found = told(
        (10.0, PLAN),
        (10.0, step("stage:a", "started")),
        (11.0, step("stage:a", "computed")),
        (11.0, step("stage:b", "reused")),
        (11.0, step("stage:b", "reused")),
        (11.0, step("benchmark:a:x", "started")),
        (13.0, step("benchmark:a:x", "failed")),
        (13.0, step("benchmark:b:x", "started")),
        at=17.0,
    )
    assert (1, 1, 1, 3) == (found.computed, found.reused, found.failed, found.waiting)
    assert [("benchmark:b:x", 4.0)] == [(one.task, one.seconds) for one in found.at_work]
    assert (7.0, 7, 3) == (found.seconds, found.steps, found.ended)


def test_an_interrupted_step_waits_again() -> None:
    """It left nothing."""
    found = told(
        (0.0, PLAN), (0.0, step("flip", "started")), (1.0, step("flip", "interrupted")), at=1.0
    )
    assert ((), 7, 0) == (found.at_work, found.waiting, found.ended)


def test_what_stands_is_not_counted_twice() -> None:
    """It is known as a count first, and told one by one later."""
    events: list[Event] = [
        (0.0, PLAN),
        (0.0, {"type": "run", "standing": {"benchmark:x": 3}}),
    ]
    assert (3, 4) == counts(told(*events, at=0.0))
    events += [(1.0, step(f"benchmark:{n}:x", "reused")) for n in range(3)]
    assert (3, 4) == counts(told(*events, at=1.0))
    events.append((1.0, step("stage:a", "reused")))
    assert (4, 3) == counts(told(*events, at=1.0))


def test_a_plan_that_is_told_again_replaces_the_first() -> None:
    """A graph that is run again is not twice as long, and what it did stands now."""
    first: tuple[Event, ...] = (
        (0.0, PLAN),
        (0.0, {"type": "run", "standing": {"stage": 1}}),
        (0.0, step("stage:a", "started")),
        (1.0, step("stage:a", "computed")),
        (1.0, PLAN),
    )
    found = told(*first, at=1.0)
    assert (0, 0, 7) == (found.computed, found.reused, found.waiting)
    again = told(*first, (1.0, step("stage:a", "reused")), at=1.0)
    assert (0, 1, 6) == (again.computed, again.reused, again.waiting)


@pytest.mark.parametrize("beside", [1, 2, 4])
def test_time_left_is_that_of_steps_side_by_side(beside: int) -> None:
    """Eight steps of four seconds each; half are done: what is left takes as long again."""
    tracker = RunTracker()
    tracker.take({"type": "run", "steps": {"benchmark": 8}}, at=0.0)
    for first in range(0, 4, beside):
        begun = first / beside * 4.0
        for n in range(first, first + beside):
            tracker.take(step(f"benchmark:{n}", "started"), at=begun)
        for n in range(first, first + beside):
            tracker.take(step(f"benchmark:{n}", "computed"), at=begun + 4.0)
    found = tracker.progress(at=16.0 / beside)
    assert (16.0 / beside, False) == (found.seconds_left, found.is_more_left)


def test_a_step_at_work_has_cost_what_it_cost() -> None:
    """Late, it costs nothing more, and not less than nothing."""
    events: tuple[Event, ...] = (
        (0.0, {"type": "run", "steps": {"stage": 2}}),
        (0.0, step("stage:a", "started")),
        (4.0, step("stage:a", "computed")),
        (4.0, step("stage:b", "started")),
    )
    assert [4.0, 1.0, 0.0] == [told(*events, at=at).seconds_left for at in (4.0, 7.0, 30.0)]


def test_steps_of_an_unknown_kind_are_more_than_is_said() -> None:
    """Nothing known, then a part, then all."""
    first: list[Event] = [(0.0, {"type": "run", "steps": {"stage": 2, "flip": 1}})]
    found = told(*first, at=1.0)
    assert (None, True) == (found.seconds_left, found.is_more_left)
    more = [*first, (1.0, step("stage:a", "started")), (3.0, step("stage:a", "computed"))]
    found = told(*more, at=3.0)
    assert (2.0, True) == (found.seconds_left, found.is_more_left)
    more += [(3.0, step("flip", "started")), (4.0, step("flip", "computed"))]
    found = told(*more, at=4.0)
    assert (2.0, False) == (found.seconds_left, found.is_more_left)


def documents(task: str, done: int, of: int = 100) -> Mapping[str, Json]:
    """As the pipeline tells it."""
    return {"type": "progress", "text": "", "task": task, "documents": done, "of": of}


def test_the_rate_leaves_out_what_was_kept() -> None:
    """Thirty were there; forty came in two seconds; of a step that is not at work none do."""
    found = told(
        (0.0, step("benchmark:a:x", "started")),
        (1.0, documents("benchmark:a:x", 30)),
        (2.0, documents("benchmark:a:x", 60)),
        (3.0, documents("benchmark:a:x", 70)),
        (3.0, documents("benchmark:other", 70)),
        at=3.0,
    )
    assert found.documents_per_second == 20.0
    assert [(70, 100)] == [(one.documents, one.of) for one in found.at_work]


def test_the_rate_is_that_of_now() -> None:
    """What was long ago says nothing."""
    events = (
        (0.0, step("benchmark:a:x", "started")),
        (0.0, documents("benchmark:a:x", 0)),
        (10.0, documents("benchmark:a:x", 50)),
    )
    rates = [told(*events, at=at).documents_per_second for at in (10.0, 12.5, 11.0 + WINDOW)]
    assert [5.0, 4.0, None] == rates


def test_what_says_nothing_of_steps_changes_nothing() -> None:
    """Text of others, another version's events, values of another kind."""
    others: tuple[Mapping[str, Json], ...] = (
        {"type": "progress", "text": "x"},
        {"type": "run", "steps": None},
        {"type": "run", "steps": {"stage": "two"}},
        {"type": "step", "task": 1, "state": "computed"},
        {"type": "step", "task": "x", "state": "new"},
        {},
    )
    assert told(*((0.0, one) for one in others), at=0.0) == told((0.0, {}), at=0.0)


def test_it_grows_older() -> None:
    """Whoever reads it later knows how much later."""
    events = ((0.0, PLAN), (0.0, step("stage:a", "started")), (2.0, step("stage:a", "computed")))
    more = (*events, (2.0, step("stage:b", "started")))
    found = told(*more, at=2.0)
    assert told(*more, at=3.5) == found.after(1.5)
    assert found == found.after(0.0) == found.after(-1.0)
    assert found.after(100.0).seconds_left == 0.0


def test_nobody_answers_when_no_suite_is_at_work() -> None:
    """A rate that goes down while something else is done would mislead."""
    events: tuple[Event, ...] = (
        (0.0, step("benchmark:a:x", "started")),
        (0.0, documents("benchmark:a:x", 0)),
        (1.0, documents("benchmark:a:x", 50)),
    )
    assert told(*events, at=1.0).documents_per_second == 50.0
    over = told(*events, (1.0, step("benchmark:a:x", "computed")), at=1.0)
    assert over.documents_per_second is None


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("stage:pii::tiny::onnx", "stage"),
        ("compare:pii::tiny::onnx::line", "compare"),
        ("benchmark:pii::tiny::onnx:golden", "benchmark:golden"),
        ("benchmark:pii::tiny::onnx::line:performance", "benchmark:performance"),
        ("regenerate:cards", "regenerate"),
        ("flip", "flip"),
    ],
)
def test_a_kind_is_a_task_without_its_slot(task: str, kind: str) -> None:
    """Suites are of different lengths."""
    assert kind == kind_of(task)
