"""What a run would do and why, from the same questions the run asks.

It writes nothing but the state that others shared, as it was last fetched.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from openmed.app.policies import PolicyStanding, policy_standing
from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.shard import shards_of
from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import MOST_ATTEMPTS, ErrorProduct, Step
from openmed.domain.release.results.blocker import Blocker
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_result import Result
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY
from openmed.pipeline.standing.answers import PLAN, standing_answer

if TYPE_CHECKING:
    from openmed.app.blockers import BlockerSearch
    from openmed.pipeline.release_graph import ReleaseGraph


class Todo(StrEnum):
    """What a run would do with a step."""

    KEEP = "up to date"
    DO = "to do"
    FOLLOWS = "follows"
    """What it is made from is made anew first, so whether it is needed shows then."""
    GIVEN_UP = "given up"
    """Failed as often as it is tried by itself."""


class PlannedStep(Frozen):
    """One step.

    Attributes:
        task: task name.
        todo: what a run would do with it.
        reason: why; empty when there is nothing to do.
    """

    task: str
    todo: Todo
    reason: str


class PlannedSlot(Frozen):
    """One candidate.

    Attributes:
        slot: its slot.
        repo_id: repository it wants.
        steps: what would be done, in order; the last one judges.
        result: where it stands and what a flip would do with it; None while its verdict is not
            known.
        policy: its policy, and what that demands less than the policy of the slot's release.
        blockers: what keeps it from being released whatever it measures.
    """

    slot: str
    repo_id: str
    steps: tuple[PlannedStep, ...]
    result: Result | None
    policy: PolicyStanding
    blockers: tuple[Blocker, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether nothing is to be measured or judged."""
        return all(step.todo in (Todo.KEEP, Todo.GIVEN_UP) for step in self.steps)


class Plan(Frozen):
    """What a run would do.

    Attributes:
        slots: every candidate.
        is_flipping: whether a ledger entry would be written at once; None while that is not known.
        outdated: kinds of derived files that are not what the ledger says.
        catalogue: rows of the catalogue that cannot be used, one sentence each.
        shards: parts of the fleet that have something to do, where it is to be divided.
    """

    schema_: Literal["openmed.plan/1"] = Field(default="openmed.plan/1", alias="schema")
    slots: tuple[PlannedSlot, ...]
    is_flipping: bool | None
    outdated: tuple[str, ...]
    shards: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """Steps of all candidates."""
        return tuple(step for slot in self.slots for step in slot.steps)

    @property
    def has_changes(self) -> bool:
        """Whether a run would write anything but its report."""
        is_measuring = any(step.todo in (Todo.DO, Todo.FOLLOWS) for step in self.steps)
        return is_measuring or self.is_flipping is not False or bool(self.outdated)


def plan_release(
    world: Context,
    *,
    retry: bool = False,
    pattern: str = EVERY,
    shards: int | None = None,
) -> Plan:
    """Plan a run of a release repository.

    Args:
        world: the release repository.
        retry: whether to try again what failed twice.
        pattern: slots meant, with `*` and `?` as in a shell.
        shards: into how many parts the fleet is to be divided; None = not at all.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
        IntegrityError: pointer and ledger disagree.
    """
    if world.git_state is not None:
        from openmed.app.sync import follow  # noqa: PLC0415 - heavy

        world = follow(world)
    if shards is None and not retry and pattern == EVERY:
        known = standing_answer(world, PLAN)
        if known is not None:
            return Plan.model_validate_json(known)
    from openmed.pipeline.release_graph import ReleaseGraph  # noqa: PLC0415 - heavy

    graph = ReleaseGraph(world, retry=retry, pattern=pattern)
    parts = shards_of(graph.candidates, count=shards) if shards else ()
    planned = plan_of(graph, shards=tuple(part.name for part in parts))
    if shards:
        world.ci.output("shards", json.dumps([part.slug for part in parts]))
    return planned


def plan_of_nothing(graph: "ReleaseGraph", report: RunReport) -> Plan:
    """What `plan_of` says after a run that had nothing to do, without asking again.

    Args:
        graph: of that run.
        report: what it came to.
    """
    from openmed.app.blockers import BlockerSearch  # noqa: PLC0415 - heavy

    faults = {step.task: step.fault for step in report.steps if step.fault is not None}
    # The report keeps the words of the flip; a plan has those of one that is planned today.
    results = {result.slot: result for result in graph.flip().planned().results}
    search = BlockerSearch(graph.world)
    return Plan(
        slots=tuple(
            _planned_slot(
                graph,
                row,
                steps=tuple(
                    PlannedStep(task=task, todo=Todo.GIVEN_UP, reason=_failed(faults[task]))
                    if task in faults
                    else PlannedStep(task=task, todo=Todo.KEEP, reason="")
                    for task in _tasks(graph, row)
                ),
                result=results[row.slot],
                search=search,
            )
            for row in graph.candidates
        ),
        is_flipping=False,
        outdated=(),
        catalogue=tuple(_catalogue(graph.world)),
    )


def _tasks(graph: "ReleaseGraph", row: Candidate) -> Iterator[str]:
    for definition in graph.pipeline.until("compare"):
        yield from (step.task for step in graph.steps_of(definition, row))


def plan_of(graph: "ReleaseGraph", *, shards: tuple[str, ...] = ()) -> Plan:
    """Plan a run of a graph."""
    from openmed.app.blockers import BlockerSearch  # noqa: PLC0415 - heavy
    from openmed.pipeline.regeneration import derived_steps  # noqa: PLC0415 - heavy

    flip = graph.flip()
    flipping = flip.planned()
    results = {result.slot: result for result in flipping.results}
    search = BlockerSearch(graph.world)
    slots = tuple(_slot(graph, row, results[row.slot], search) for row in graph.candidates)
    is_known = all(slot.is_known for slot in slots)
    return Plan(
        slots=slots,
        is_flipping=flipping.entry is not None if is_known else None,
        outdated=tuple(
            row.kind
            for row in derived_steps(graph.world)
            if not all(is_current for _, is_current in row.files())
        ),
        shards=shards,
        catalogue=tuple(_catalogue(graph.world)),
    )


def _catalogue(world: Context) -> Iterator[str]:
    found = world.inputs.catalogue()
    yield from () if isinstance(found, str) else (row.message for row in found.faults)


def _slot(
    graph: "ReleaseGraph", candidate: Candidate, result: Result, search: "BlockerSearch"
) -> PlannedSlot:
    planned: dict[str, tuple[PlannedStep, ...]] = {}
    for definition in graph.pipeline.until("compare"):
        after = tuple(one for name in definition.made_from for one in planned[name])
        planned[definition.name] = tuple(
            _planned(graph, step, after=after) for step in graph.steps_of(definition, candidate)
        )
    steps = tuple(chain.from_iterable(planned.values()))
    return _planned_slot(graph, candidate, steps=steps, result=result, search=search)


def _planned_slot(
    graph: "ReleaseGraph",
    candidate: Candidate,
    *,
    steps: tuple[PlannedStep, ...],
    result: Result,
    search: "BlockerSearch",
) -> PlannedSlot:
    is_known = all(step.todo in (Todo.KEEP, Todo.GIVEN_UP) for step in steps)
    is_fine = is_known and result.exit_code == ExitCode.DONE
    return PlannedSlot(
        slot=candidate.slot,
        repo_id=candidate.repo_id,
        steps=steps,
        result=result if is_known else None,
        policy=policy_standing(graph.world, candidate),
        blockers=() if is_fine else search.of(candidate),
    )


def _planned(
    graph: "ReleaseGraph", step: Step[Frozen], *, after: tuple[PlannedStep, ...]
) -> PlannedStep:
    waits = next((one.task for one in after if one.todo in (Todo.DO, Todo.FOLLOWS)), "")
    if waits:
        return PlannedStep(task=step.task, todo=Todo.FOLLOWS, reason=f"after {waits}")
    if graph.is_current(step):
        return PlannedStep(task=step.task, todo=Todo.KEEP, reason="")
    return _needed(graph, step)


def _needed(graph: "ReleaseGraph", step: Step[Frozen]) -> PlannedStep:
    made = graph.world.products.read(step.slot, step.name, step.product_type)
    todo, reason = Todo.DO, "its result is out of date"
    try:
        is_current = made is not None and made.materials == step.inputs_digest()
    except OpenMedError as error:
        return PlannedStep(task=step.task, todo=todo, reason=f"will fail: {error.message}")
    if made is None:
        reason = "no result yet, or it is damaged"
    elif not is_current:
        reason = "an input changed"
    elif isinstance(made.value, ErrorProduct):
        reason = _failed(made.value.fault)
        if made.value.attempts >= MOST_ATTEMPTS and not graph.is_retrying:
            todo = Todo.GIVEN_UP
    return PlannedStep(task=step.task, todo=todo, reason=reason)


def _failed(fault: StepFault) -> str:
    return f"failed before: {fault.message}"
