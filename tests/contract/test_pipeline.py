"""One definition of the pipeline: doit's graph, the plan and the gate have no order of their own.

Each is derived from the real definition, and from one whose edges differ: what follows it follows
the definition, and what does not has an order of its own.
"""

import json
from pathlib import Path

import pytest
from doit.loader import generate_tasks
from doit.task import Task
from support.repositories import ROOT

from openmed.app.plan import plan_of
from openmed.context import open_context
from openmed.domain.candidates.candidate import Candidate
from openmed.pipeline.definition import PIPELINE, Each, Pipeline, StepDefinition
from openmed.pipeline.doit_tasks import ReleaseTasks
from openmed.pipeline.release_graph import ReleaseGraph

PARENT, CHILD = "pii::tiny::onnx", "rampart::tiny::onnx-q4"


def _changed(name: str, **fields: object) -> StepDefinition:
    return PIPELINE.named(name)._replace(**fields)  # type: ignore[arg-type]


OTHER = Pipeline(
    _changed("parent"),
    _changed("baseline", made_from=()),
    _changed("stage", made_from=("baseline",)),
    _changed("performance", alone_after=("baseline",)),
    _changed("benchmark", made_from=("performance",)),
    _changed("compare", made_from=("benchmark", "parent")),
    _changed("regenerate", made_from=("compare",)),
    _changed("flip", made_from=("regenerate",)),
)
"""The same steps in another order, by other edges."""


@pytest.fixture(params=[PIPELINE, OTHER], ids=["as it is", "another"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> ReleaseGraph:
    """The graph of two candidates, one of which has the other as its parent."""
    (tmp_path / "gates").symlink_to(ROOT / "gates")
    (tmp_path / "models.jsonl").symlink_to(ROOT / "models.jsonl")
    made = ReleaseGraph(open_context(tmp_path, quiet=True), pipeline=request.param)
    child = next(row for row in made.candidates if row.slot == CHILD)
    with_parent = Candidate.model_validate_json(
        json.dumps({**child.model_dump(mode="json"), "parent": PARENT})
    )
    made.candidates = tuple(with_parent if row is child else row for row in made.candidates)
    return made


def _tasks(graph: ReleaseGraph) -> dict[str, Task]:
    tasks = ReleaseTasks(graph)
    made = [
        *generate_tasks("pipeline", tasks.task_pipeline()),
        *generate_tasks("release", tasks.task_release()),
    ]
    return {task.name: task for task in made}


def _wanted(graph: ReleaseGraph) -> dict[str, set[str]]:
    """Which tasks each task follows, worked out from the definition alone."""
    fleet = {step.name for step in graph.pipeline.steps if step.each is Each.FLEET}
    of = {
        (step.name, row.slot): [made.task for made in graph.steps_of(step, row)]
        for step in graph.pipeline.steps
        for row in graph.candidates
    }
    wanted: dict[str, set[str]] = {}
    for step in graph.pipeline.steps:
        every = {
            task
            for name in step.made_from
            for task in (
                [made.task for made in graph.steps(graph.pipeline.named(name))]
                if name in fleet
                else [task for row in graph.candidates for task in of[name, row.slot]]
            )
        }
        if step.name in fleet:
            wanted |= {made.task: every for made in graph.steps(step)}
            continue
        alone = {t for name in step.alone_after for r in graph.candidates for t in of[name, r.slot]}
        for row in graph.candidates:
            own = {task for name in step.made_from for task in of[name, row.slot]}
            wanted |= dict.fromkeys(of[step.name, row.slot], own | alone)
            if step.alone_after:
                alone = set(of[step.name, row.slot])
    return wanted


def test_the_graph_of_doit_has_the_edges_of_the_definition(graph: ReleaseGraph) -> None:
    """A task follows those whose products its step is made from, and no other."""
    tasks = _tasks(graph)
    makers = {target: name for name, task in tasks.items() for target in task.targets}
    found = {
        name: {makers[path] for path in task.file_dep} | set(task.task_dep)
        for name, task in tasks.items()
        if task.actions and name != "release"
    }
    assert _wanted(graph) == found


def test_release_follows_the_whole_fleet(graph: ReleaseGraph) -> None:
    """It is red unless all of it is done."""
    fleet = [step.group for step in graph.pipeline.steps if step.each is Each.FLEET]
    assert fleet == _tasks(graph)["release"].task_dep


def test_the_plan_lists_the_steps_of_the_definition(graph: ReleaseGraph) -> None:
    """Of each candidate, in order, up to the one that judges it."""
    planned = {row.slot: [step.task for step in row.steps] for row in plan_of(graph).slots}
    assert planned == {
        row.slot: [
            made.task
            for step in graph.pipeline.until("compare")
            for made in graph.steps_of(step, row)
        ]
        for row in graph.candidates
    }


def test_a_planned_step_follows_what_it_is_made_from(graph: ReleaseGraph) -> None:
    """Nothing was made here, so only a step that is made from nothing is to do at once."""
    first = {step.name for step in graph.pipeline.steps if not step.made_from}
    wanted = {
        made.task: step.name in first
        for step in graph.pipeline.until("compare")
        for made in graph.steps(step)
    }
    planned = {step.task: not step.reason.startswith("after ") for step in plan_of(graph).steps}
    assert wanted == planned


def test_the_gate_measures_in_the_order_of_the_definition(graph: ReleaseGraph) -> None:
    """Everything a verdict rests on, and nothing after it."""
    for row in graph.candidates:
        wanted = [
            made.task
            for step in graph.pipeline.before("compare")
            for made in graph.steps_of(step, row)
        ]
        assert wanted == [step.task for step in graph.measuring(row)]


def test_every_step_has_a_builder_and_its_own_tasks(graph: ReleaseGraph) -> None:
    """The first word of a task's name is its step's group."""
    for step in graph.pipeline.steps:
        groups = {made.task.partition(":")[0] for made in graph.steps(step)}
        assert {step.group} == groups


@pytest.mark.parametrize(
    "steps",
    [
        (_changed("compare"), _changed("stage")),
        (_changed("stage"), _changed("stage")),
        (_changed("stage", made_from=("flip",)),),
    ],
)
def test_a_step_is_not_made_from_a_later_one(steps: tuple[StepDefinition, ...]) -> None:
    """A definition with a circle or a step that stands twice is refused."""
    with pytest.raises(ValueError, match="stands twice"):
        Pipeline(*steps)


def test_what_rests_on_a_step_comes_after_it() -> None:
    """`flip` requires what is before `compare` and makes what is since it."""
    before, since = PIPELINE.before("compare"), PIPELINE.since("compare")
    assert PIPELINE.steps == (*before, *since)
    assert [step.name for step in PIPELINE.until("benchmark")] == ["stage", "benchmark"]
