"""What keeps a candidate from being released whatever it measures: it follows from the queue.

Pure, and asked before anything is measured. Each blocker is what a gate, or the flip, would say at
the end of a run; here all of them are said at once, each with what comes next.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.digest import Json
from openmed.domain.gates.decidable_thresholds import Gold, thresholds
from openmed.domain.gates.gate import Gate, is_idle
from openmed.domain.gates.policy import GatePolicy, Policy
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.rules.manifest_coherence import coherence
from openmed.domain.release.results.blocker import Blocker, BlockerKind, suggest_command
from openmed.domain.slot import parse_slot
from openmed.domain.wire import read_table


class QueueFacts(NamedTuple):
    """What is known of one candidate before anything is measured.

    Attributes:
        candidate: its row.
        policy: its policy, which can be used.
        listed: what the catalogue says of its repository.
        signer: verifier of the key at hand; empty = not known.
        golds: gold of the suites that its policy counts gold on.
        before: the row of what it is compared with; None = nothing is, or was.
        is_first: whether its slot never had a release.
        served_in: another slot that serves its repository; empty when there is none.
    """

    candidate: Candidate
    policy: Policy
    listed: Listed
    signer: str
    golds: tuple[Gold, ...]
    before: Candidate | None
    is_first: bool
    served_in: str


def blockers_of(facts: QueueFacts, *, gates: tuple[Gate, ...]) -> tuple[Blocker, ...]:
    """Everything that is known to be in the way, the policy first."""
    tables = {
        table.id: table
        for table in facts.policy.gates
        if table.blocking and table.not_applicable is None
    }
    if facts.candidate.adopted:
        # What a gate says of it decides nothing; what keeps one from being measured does.
        return (*_verifier(facts), *_budgets(facts, tables), *_catalogue(facts, tables))
    return (
        *_verifier(facts),
        *_gold(facts, tables),
        *_required(facts, tables, gates),
        *_dropped(facts, tables),
        *_budgets(facts, tables),
        *_catalogue(facts, tables),
        *_first_release(facts),
    )


_EDIT: Final = "correct it"


def _is_shared(facts: QueueFacts) -> bool:
    """Whether the policy is that of more slots than this one."""
    return facts.policy.name != parse_slot(facts.candidate.slot).slug


def _verifier(facts: QueueFacts) -> Iterator[Blocker]:
    policy, slot = facts.policy, facts.candidate.slot
    if not facts.signer or facts.signer in policy.verifiers:
        return
    accepted = ", ".join(policy.verifiers)
    says = (
        f"policy {policy.name} has grade {policy.grade} and accepts only the key of {accepted}; "
        f"the key here is {facts.signer}'s"
    )
    if _is_shared(facts) and policy.grade is Grade.GREEN:
        says += "; a preview has a policy of its own"
        fix = suggest_command(slot)
        yield Blocker(slot=slot, kind=BlockerKind.VERIFIER, says=says, fix=fix)
    else:
        fix = "name that key with OPENMED_SIGNING_KEY_FILE"
        yield Blocker(slot=slot, kind=BlockerKind.VERIFIER, says=says, fix=fix)


def _gold(facts: QueueFacts, tables: Mapping[str, GatePolicy]) -> Iterator[Blocker]:
    """Labels and languages of which there is too little gold for any verdict."""
    table = tables.get("evidence")
    for gold in facts.golds if table else ():
        found = thresholds(gold, table) if table else ()
        thin = [] if isinstance(found, str) else [row for row in found if not row.is_decidable]
        if not thin:
            continue
        named = "; ".join(row.sentence for row in thin[:_MOST])
        more = f"; and {len(thin) - _MOST} more" if len(thin) > _MOST else ""
        says = f"suite {gold.suite} is too small: {named}{more}"
        slot = facts.candidate.slot
        fix = f"openmed release power {slot} --suite {gold.suite}"
        if _is_shared(facts):
            fix = suggest_command(slot)
        yield Blocker(slot=slot, kind=BlockerKind.GOLD, says=says, fix=fix)


_MOST: Final = 3


def _required(
    facts: QueueFacts, tables: Mapping[str, GatePolicy], gates: tuple[Gate, ...]
) -> Iterator[Blocker]:
    """Gates that no declared label feeds, and that must have something to judge."""
    rules = {gate.id: gate for gate in gates}
    slot, declared = facts.candidate.slot, facts.candidate.labels
    before = facts.before.labels if facts.before else ()
    for name, table in tables.items():
        if not is_idle(rules.get(name), table.settings, declared=declared):
            continue
        if name in facts.policy.requires:
            says = f"policy {facts.policy.name} requires {name}, and no declared label is its own"
            yield Blocker(slot=slot, kind=BlockerKind.REQUIRED, says=says, fix=_EDIT)
        elif not is_idle(rules.get(name), table.settings, declared=before):
            says = f"{name} judged labels of the live release, and none is declared now"
            yield Blocker(slot=slot, kind=BlockerKind.REQUIRED, says=says, fix=_EDIT)


def _dropped(facts: QueueFacts, tables: Mapping[str, GatePolicy]) -> Iterator[Blocker]:
    """What the live release declares and the row does not."""
    table = tables.get("regression")
    if table is None or facts.before is None:
        return
    settings = _settings(table)
    for what, key in (("labels", "may_drop"), ("languages", "may_drop_languages")):
        allowed = set(_names(settings.get(key)))
        now, then = getattr(facts.candidate, what), getattr(facts.before, what)
        dropped = sorted(set(then) - set(now) - allowed)
        if dropped:
            says = f"the live release declares the {what} {', '.join(dropped)}, the row does not"
            says += "; regression fails"
            slot = facts.candidate.slot
            yield Blocker(slot=slot, kind=BlockerKind.DROPPED, says=says, fix=_EDIT)


def _settings(table: GatePolicy) -> Mapping[str, Json]:
    return read_table(table.settings.encode(), what=table.id)


def _names(rows: Json) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        name = row.get("language") if isinstance(row, Mapping) else row
        if isinstance(name, str):
            yield name


def _budgets(facts: QueueFacts, tables: Mapping[str, GatePolicy]) -> Iterator[Blocker]:
    """Gates with a budget a tier, and none for this one."""
    slot = facts.candidate.slot
    tier = parse_slot(slot).tier
    for name, table in tables.items():
        rows = _settings(table).get("tiers")
        if not isinstance(rows, list):
            continue
        if not any(isinstance(row, Mapping) and row.get("tier") == tier for row in rows):
            says = f"policy {facts.policy.name} has no {name} budget for tier {tier}"
            fix = suggest_command(slot) if _is_shared(facts) else _EDIT
            yield Blocker(slot=slot, kind=BlockerKind.BUDGET, says=says, fix=fix)


def _catalogue(facts: QueueFacts, tables: Mapping[str, GatePolicy]) -> Iterator[Blocker]:
    if "manifest_coherence" in tables:
        fault = coherence(facts.candidate, facts.listed)
        if fault is not None:
            slot, says = facts.candidate.slot, fault.message
            yield Blocker(slot=slot, kind=BlockerKind.CATALOGUE, says=says, fix=_EDIT)


def _first_release(facts: QueueFacts) -> Iterator[Blocker]:
    says = ""
    if facts.served_in:
        says = f"{facts.candidate.repo_id} is live in slot {facts.served_in}"
        says += "; one repository is served by one slot"
    elif facts.is_first and not facts.candidate.bootstrap:
        says = "nothing was ever live in the slot; its row needs bootstrap = true"
    if says:
        slot = facts.candidate.slot
        yield Blocker(slot=slot, kind=BlockerKind.FIRST_RELEASE, says=says, fix=_EDIT)
