"""What is known to keep candidates from being released, before anything is measured."""

from collections.abc import Iterator

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.decidable_thresholds import DISCORDANCE, Gold
from openmed.domain.gates.policy import LOCAL, Policy
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.gates.rules.evidence import EvidenceSettings
from openmed.domain.release.blockers import Blocker, QueueFacts, blockers_of
from openmed.domain.wire import parse
from openmed.errors import OpenMedError
from openmed.pipeline.reviewed.reviewed_policies import usable_policy


def find_blockers(world: Context, row: Candidate) -> tuple[Blocker, ...]:
    """What is in the way of one candidate; nothing where it is live as its row says.

    What cannot be looked at is no blocker here: a policy or a suite that cannot be used is said by
    whoever looks at that.

    Raises:
        IntegrityError: pointer and ledger disagree.
    """
    state = world.releases.state()
    live = state.live_in(row.slot)
    if live is not None and live.release.candidate == row:
        return ()
    try:
        policy = usable_policy(world, row)
    except OpenMedError:
        return ()
    before = state.last_served(row.slot)
    facts = QueueFacts(
        candidate=row,
        policy=policy,
        listed=world.inputs.listed(row.repo_id),
        signer=_signer(world),
        golds=tuple(_golds(world, row, policy)),
        before=before.release.candidate if before else None,
        is_first=not state.generation_of(row.slot),
        served_in=state.other_slot_of(row.repo_id, slot=row.slot),
    )
    return blockers_of(facts, gates=world.gates)


def _signer(world: Context) -> str:
    """Whose key is here; where there is none yet, a run makes one of the developer's own."""
    if world.signer.keyid == "none":
        return "" if world.ci.is_there else LOCAL
    try:
        return world.signer.name
    except OpenMedError:
        return ""


def _golds(world: Context, row: Candidate, policy: Policy) -> Iterator[Gold]:
    """Gold of the suites that are here; those of the Hub and the generated ones are not opened."""
    tables = [table for table in policy.gates if table.id == "evidence"]
    named = [
        name
        for table in tables
        if table.not_applicable is None
        for name in parse(EvidenceSettings, table.settings.encode(), what=table.id).suites
    ]
    scope = scope_of(row)
    for pin in world.inputs.pins() if named else ():
        if pin.name not in named or pin.hub is not None or pin.is_generated:
            continue
        try:
            suite = world.inputs.suite(pin)
        except OpenMedError:
            continue
        yield Gold.of(
            in_scope(suite, scope),
            suite=pin.name,
            declared=scope.labels,
            languages=scope.languages,
            discordance=DISCORDANCE,
        )
