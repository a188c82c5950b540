"""Suggest a preview policy for a candidate from what it measures; releases nothing."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from pydantic import Field

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Outcome
from openmed.domain.gates.order.policy_files import policy_names
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.gates.suggested.policy_text import policy_text
from openmed.domain.gates.suggested.suggestion import Suggestion, has_gold, preview_frame, suggest
from openmed.domain.gates.verdict import check_policy, judge
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError, UsageError
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.reviewed.reviewed_suites import previous_editions
from openmed.pipeline.step_runner import raise_fault


class SuggestedPolicy(Frozen):
    """What `openmed policy suggest` wrote.

    Attributes:
        slot: whose policy it is.
        file: the file that was written; empty where no policy could be suggested.
        started_from: policy whose gates it has.
        suites: suites it names.
        gates: gates that apply.
        not_applicable: gates that do not.
        said: what a reviewer must know; stands at the top of the file.
        weak: why the candidate is too weak for any policy; empty where it is not.
        unmeasured: why there is too little evidence for one; empty where there is enough.
        left: gates that would still keep the candidate from being released, each with why.
    """

    schema_: Literal["openmed.policy-suggestion/1"] = Field(
        default="openmed.policy-suggestion/1", alias="schema"
    )
    slot: str
    file: str
    started_from: str
    suites: tuple[str, ...]
    gates: tuple[str, ...]
    not_applicable: tuple[str, ...]
    said: tuple[str, ...]
    weak: tuple[str, ...]
    unmeasured: tuple[str, ...]
    left: tuple[str, ...]


class PolicyStart(NamedTuple):
    """What a suggestion is made from, before anything is measured.

    Attributes:
        graph: runs what must be measured.
        candidate: whose policy it is.
        base: policy whose gates it has.
        frame: its own keys; it names suites that have gold of what is declared.
        file: the file to be.
    """

    graph: ReleaseGraph
    candidate: Candidate
    base: Policy
    frame: Policy
    file: str


def suggest_policy(
    world: Context, *, slot: str, is_replacing: bool, retry: bool
) -> SuggestedPolicy:
    """Measure a candidate where that was not done yet, and write a preview policy of its slot.

    Args:
        world: the release repository.
        slot: whose.
        is_replacing: whether to write over the slot's own policy.
        retry: whether to try again what failed twice.

    Raises:
        UsageError: no such candidate, or its slot has a policy of its own.
        EvidenceError: it cannot be measured whole, or no suite has gold of what it declares.
    """
    start = _started(world, slot=parse_slot(slot).key, is_replacing=is_replacing, retry=retry)
    evidence = measured(world, start)
    if evidence.faults:
        first = evidence.faults[0]
        raise EvidenceError(first.message, next_step=first.next_step)
    found = suggest(evidence, frame=start.frame, gates=world.gates)
    is_refused = bool(found.weak or found.unmeasured)
    policy = start.frame if is_refused else _written(world, start, found)
    idle = [gate.id for gate in policy.gates if gate.not_applicable is not None]
    return SuggestedPolicy(
        slot=start.candidate.slot,
        file="" if is_refused else start.file,
        started_from=start.base.name,
        suites=policy.suites,
        gates=tuple(gate.id for gate in policy.gates if gate.id not in idle),
        not_applicable=tuple(idle),
        said=found.said,
        weak=found.weak,
        unmeasured=found.unmeasured,
        left=() if is_refused else tuple(left_in_the_way(world, evidence, policy)),
    )


def _written(world: Context, start: PolicyStart, found: Suggestion) -> Policy:
    """Read before it is written: a file that cannot be used is none."""
    text = policy_text(found)
    policy = policy_from_table(start.frame.name, tomllib.loads(text))
    check_policy(policy, world.gates)
    world.write_file(start.file, text.encode())
    return policy


def _started(world: Context, *, slot: str, is_replacing: bool, retry: bool) -> PolicyStart:
    queue = {row.slot: row for row in world.inputs.queue()}
    if slot not in queue:
        msg = f"there is no candidate for slot {slot}; the queue has {', '.join(queue)}"
        raise UsageError(msg)
    own = parse_slot(slot).slug
    file = f"gates/policy/{own}.toml"
    if world.read_file(file) is not None and not is_replacing:
        msg = f"{slot} has a policy of its own, {file}"
        raise UsageError(msg, next_step=f"openmed policy suggest {slot} --replace")
    return begin(world, slot=slot, of_family=False, retry=retry)


def begin(world: Context, *, slot: str, of_family: bool, retry: bool) -> PolicyStart:
    """What a suggestion for a candidate begins with.

    Args:
        world: the release repository.
        slot: the candidate's.
        of_family: whether the policy is to be its family's, not the slot's own.
        retry: whether to try again what failed twice.

    Raises:
        EvidenceError: no suite has gold of what it declares.
    """
    row = next(one for one in world.inputs.queue() if one.slot == slot)
    own, file = parse_slot(slot).slug, f"gates/policy/{parse_slot(slot).slug}.toml"
    above = policy_names(slot)[2 if of_family else 1 :]
    names = [n for n in above if world.read_file(f"gates/policy/{n}.toml")]
    present = world.inputs.policy(slot)
    base = world.inputs.policy_named(names[0]) if names else present
    pins = {pin.name: pin for pin in world.inputs.pins()}
    suites = [name for name in base.suites if name in pins and _has_gold(world, row, pins[name])]
    if not suites:
        named, languages = ", ".join(base.suites), ", ".join(row.languages)
        msg = f"no suite of policy {base.name} ({named}) has gold of what {slot} declares"
        raise EvidenceError(f"{msg} in {languages}; pin one that has in gates/suites.toml")
    frame = preview_frame(base, present=present, name=own, suites=suites)
    graph = open_graph(world, retry=retry, pattern=slot)
    return PolicyStart(graph, row, base, frame, file)


def _has_gold(world: Context, row: Candidate, pin: SuitePin) -> bool:
    return has_gold(world.inputs.suite(pin), scope_of(row))


def measured(world: Context, start: PolicyStart) -> Evidence:
    """Everything that judging needs: what stands is used, the rest is measured."""
    graph, row = start.graph, start.candidate
    pinned = {pin.name: pin for pin in world.inputs.pins()}
    named = tuple(pinned[name] for name in start.frame.suites)
    pins = (*named, *previous_editions(world, row.slot, named))
    for definition in graph.pipeline.before("compare"):
        for step in graph.steps_of(definition, row, pins=pins):
            graph.run(step)
            raise_fault(graph.performed[-1])
    compare = replace(
        graph.compare(row),
        benchmarks=tuple(graph.benchmark(row, pin) for pin in pins),
        references=graph.references(row, pins),
    )
    return compare.evidence(start.frame)


def left_in_the_way(world: Context, evidence: Evidence, policy: Policy) -> Iterator[str]:
    """What would still keep it from being released, whatever its numbers are."""
    verdict = judge(evidence, policy=policy, gates=world.gates, floor=None, now=world.now)
    for result in verdict.deciding:
        yield f"{result.id} {Outcome(result.outcome).value}: {result.message}"
