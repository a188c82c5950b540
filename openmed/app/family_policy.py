"""Suggest one preview policy for a family from what its candidates measure; releases nothing."""

import tomllib
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from openmed.app.policy_suggestion import PolicyStart, begin, left_in_the_way, measured
from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.suggested.family import MemberSuggestion, family_suggestion
from openmed.domain.gates.suggested.policy_text import policy_text
from openmed.domain.gates.suggested.suggestion import suggest
from openmed.domain.gates.verdict import check_policy
from openmed.domain.slot import parse_slot
from openmed.errors import EvidenceError, OpenMedError, UsageError


class LeftSlot(Frozen):
    """One candidate that the policy was not made of, or that it would not release.

    Attributes:
        slot: its slot.
        why: one sentence each.
    """

    slot: str
    why: tuple[str, ...]


class FamilyPolicy(Frozen):
    """What `openmed policy suggest --family` wrote.

    Attributes:
        family: whose policy it is.
        file: the file that was written.
        started_from: policy whose gates it has.
        made_of: slots whose measurements it was made of.
        suites: suites it names.
        gates: gates that apply.
        not_applicable: gates that do not.
        said: what a reviewer must know; stands at the top of the file.
        left_out: candidates that it was not made of.
        left: candidates that it would still keep from being released.
    """

    schema_: Literal["openmed.family-policy/1"] = Field(
        default="openmed.family-policy/1", alias="schema"
    )
    family: str
    file: str
    started_from: str
    made_of: tuple[str, ...]
    suites: tuple[str, ...]
    gates: tuple[str, ...]
    not_applicable: tuple[str, ...]
    said: tuple[str, ...]
    left_out: tuple[LeftSlot, ...]
    left: tuple[LeftSlot, ...]


class _Member(NamedTuple):
    start: PolicyStart
    evidence: Evidence
    own: MemberSuggestion


def suggest_family_policy(
    world: Context, *, family: str, is_replacing: bool, retry: bool
) -> FamilyPolicy:
    """Measure a family's candidates where that was not done yet, and write its preview policy.

    A candidate that cannot be measured, is too weak, or has a policy of its own is left out and
    named.

    Args:
        world: the release repository.
        family: which.
        is_replacing: whether to write over the family's policy.
        retry: whether to try again what failed twice.

    Raises:
        UsageError: no candidate is of the family, or it has a policy.
        EvidenceError: none of them can be measured, or they share no suite.
    """
    name = parse_slot(f"{family}::none::none").family
    rows = [row for row in world.inputs.queue() if parse_slot(row.slot).family == name]
    if not rows:
        raise UsageError(f"there is no candidate of family {name}")
    file = f"gates/policy/{name}.toml"
    if world.read_file(file) is not None and not is_replacing:
        msg = f"family {name} has a policy, {file}"
        raise UsageError(msg, next_step=f"openmed policy suggest --family {name} --replace")
    members, left_out = _measured_members(world, rows, retry=retry)
    if not members:
        first = left_out[0]
        raise EvidenceError(f"no candidate of {name} can be used; {first.slot}: {first.why[0]}")
    joined = family_suggestion([one.own for one in members], family=name, gates=world.gates)
    text = policy_text(joined)
    policy = policy_from_table(name, tomllib.loads(text))
    check_policy(policy, world.gates)
    world.write_file(file, text.encode())
    idle = tuple(gate.id for gate in policy.gates if gate.not_applicable is not None)
    return FamilyPolicy(
        family=name,
        file=file,
        started_from=members[0].start.base.name,
        made_of=tuple(one.own.slot for one in members),
        suites=policy.suites,
        gates=tuple(gate.id for gate in policy.gates if gate.id not in idle),
        not_applicable=idle,
        said=joined.said,
        left_out=tuple(left_out),
        left=tuple(_left(world, members, policy)),
    )


def _measured_members(
    world: Context, rows: Sequence[Candidate], *, retry: bool
) -> tuple[list[_Member], list[LeftSlot]]:
    members: list[_Member] = []
    left_out: list[LeftSlot] = []
    for number, row in enumerate(rows, start=1):
        world.progress.detail(f"candidate {number:,} of {len(rows):,}: {row.slot}")
        own = f"gates/policy/{parse_slot(row.slot).slug}.toml"
        if world.read_file(own) is not None:
            left_out.append(LeftSlot(slot=row.slot, why=(f"it has a policy of its own, {own}",)))
            continue
        try:
            start = begin(world, slot=row.slot, of_family=True, retry=retry)
            evidence = measured(world, start)
        except OpenMedError as error:
            left_out.append(LeftSlot(slot=row.slot, why=(error.message,)))
            continue
        found = suggest(evidence, frame=start.frame, gates=world.gates)
        why = (*(fault.message for fault in evidence.faults), *found.weak, *found.unmeasured)
        if why:
            left_out.append(LeftSlot(slot=row.slot, why=why))
        else:
            members.append(_Member(start, evidence, MemberSuggestion(row.slot, found)))
    return members, left_out


def _left(world: Context, members: Sequence[_Member], policy: Policy) -> Iterator[LeftSlot]:
    for one in members:
        why = tuple(left_in_the_way(world, one.evidence, policy))
        if why:
            yield LeftSlot(slot=one.own.slot, why=why)
