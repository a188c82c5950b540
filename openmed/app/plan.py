"""What a run would do and why, from the same questions the run asks.

It writes nothing but the state that others shared, as it was last fetched.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from openmed.app.policies import PolicyStanding, policy_standing
from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.shard import shards_of
from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import MOST_ATTEMPTS, ErrorProduct, Step
from openmed.domain.release.results.blocker import Blocker
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.slot_result import Result
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY
from openmed.pipeline.standing.answers import plan_of_lines, quiet_answers

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


NOTHING_KNOWN: Final[Mapping[str, PlannedSlot]] = MappingProxyType({})


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
        answers = quiet_answers(world)
        if answers:
            return Plan.model_validate_json(plan_of_lines(answers))
        return _plan_of_what_moved(world)
    from openmed.pipeline.release_graph import ReleaseGraph  # noqa: PLC0415 - heavy

    graph = ReleaseGraph(world, retry=retry, pattern=pattern)
    parts = shards_of(graph.candidates, count=shards) if shards else ()
    planned = plan_of(graph, shards=tuple(part.name for part in parts))
    if shards:
        world.ci.output("shards", json.dumps([part.slug for part in parts]))
    return planned


def _plan_of_what_moved(world: Context) -> Plan:
    """Plan a run of the whole fleet: slots of which nothing moved are not asked."""
    from openmed.pipeline.release_graph import ReleaseGraph  # noqa: PLC0415 - heavy
    from openmed.pipeline.standing.reopening import standing_lines  # noqa: PLC0415 - heavy

    kept, lines = standing_lines(world)
    known = {slot: PlannedSlot.model_validate_json(lines[slot]) for slot in kept}
    return plan_of(ReleaseGraph(world, kept=kept), known=known)


def standing_policies(world: Context) -> Mapping[str, PolicyStanding]:
    """The policies of slots of which nothing moved since a run had nothing to do."""
    from openmed.pipeline.standing.reopening import standing_lines  # noqa: PLC0415 - heavy

    kept, lines = standing_lines(world)
    return {slot: PlannedSlot.model_validate_json(lines[slot]).policy for slot in kept}


def planned_nothing(graph: "ReleaseGraph", slots: Iterable[KeptSlot]) -> Mapping[str, PlannedSlot]:
    """What a plan says of slots whose steps have nothing to do, without asking them again.

    Args:
        graph: of the run that asked them.
        slots: which.
    """
    from openmed.app.blockers import BlockerSearch  # noqa: PLC0415 - heavy

    rows = {row.slot: row for row in graph.candidates}
    search = BlockerSearch(graph.world)
    return {
        one.slot: _planned_slot(
            graph,
            rows[one.slot],
            steps=tuple(_kept_steps(one)),
            # A report keeps the words of the flip; a plan has those of one that is planned today.
            result=one.result,
            search=search,
        )
        for one in slots
    }


def _kept_steps(one: KeptSlot) -> Iterator[PlannedStep]:
    faults = dict(one.faults)
    for task in one.tasks:
        fault = faults.get(task)
        todo, reason = (Todo.GIVEN_UP, _failed(fault)) if fault else (Todo.KEEP, "")
        yield PlannedStep(task=task, todo=todo, reason=reason)


def plan_of(
    graph: "ReleaseGraph",
    *,
    shards: tuple[str, ...] = (),
    known: Mapping[str, PlannedSlot] = NOTHING_KNOWN,
) -> Plan:
    """Plan a run of a graph.

    Args:
        graph: what would run.
        shards: parts it is divided into.
        known: what is said of the slots that it does not ask.
    """
    from openmed.app.blockers import BlockerSearch  # noqa: PLC0415 - heavy
    from openmed.pipeline.regeneration import derived_steps  # noqa: PLC0415 - heavy

    flip = graph.flip()
    flipping = flip.planned()
    results = {result.slot: result for result in flipping.results}
    search = BlockerSearch(graph.world)
    rows = {row.slot: row for row in graph.candidates}
    slots = tuple(
        _slot(graph, rows[slot], results[slot], search) if slot in rows else known[slot]
        for slot in graph.slots
    )
    is_known = all(slot.is_known for slot in slots)
    return Plan(
        slots=slots,
        is_flipping=flipping.entry is not None if is_known else None,
        outdated=tuple(
            row.kind for row in derived_steps(graph.world, is_looking=True) if row.would_write()
        ),
        shards=shards,
        catalogue=catalogue_faults(graph.world),
    )


def catalogue_faults(world: Context) -> tuple[str, ...]:
    """Rows of the catalogue that cannot be used, one sentence each."""
    found = world.inputs.catalogue()
    return () if isinstance(found, str) else tuple(row.message for row in found.faults)


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
