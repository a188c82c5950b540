"""What is known to keep candidates from being released, before anything is measured."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.report import Scope
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.decidable_thresholds import DISCORDANCE, Gold
from openmed.domain.gates.policy import LOCAL, Policy
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.gates.rules.evidence import EvidenceSettings
from openmed.domain.release.blockers import QueueFacts, blockers_of
from openmed.domain.release.results.blocker import Blocker
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import parse
from openmed.errors import OpenMedError
from openmed.pipeline.reviewed.reviewed_policies import usable_policy


class BlockerSearch:
    """Looks at one candidate after the other; what many have in common is looked at once."""

    def __init__(self, world: Context) -> None:
        """Remember the release repository; nothing is read yet."""
        self._world = world
        self._golds: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Gold | None] = {}

    def of(self, row: Candidate) -> tuple[Blocker, ...]:
        """What is in the way of one candidate; nothing where it is live as its row says.

        What cannot be looked at is no blocker here: a policy or a suite that cannot be used is said
        by whoever looks at that.

        Raises:
            IntegrityError: pointer and ledger disagree.
        """
        world = self._world
        state = world.releases.state()
        live = state.live_in(row.slot)
        if live is not None and live.release.candidate == row:
            return ()
        try:
            policy = usable_policy(world, row)
        except OpenMedError:
            return ()
        before = state.compared(row.slot, artifact=None)
        facts = QueueFacts(
            candidate=row,
            policy=policy,
            listed=world.inputs.listed(row.repo_id),
            signer=self._signer,
            golds=tuple(self._golds_of(row, policy)),
            before=before.release.candidate if before else None,
            is_first=before is None,
            served_in=state.other_slot_of(row.repo_id, slot=row.slot),
        )
        return blockers_of(facts, gates=world.gates)

    @cached_property
    def _signer(self) -> str:
        """Whose key is here; where there is none yet, a run makes one of the developer's own."""
        world = self._world
        if world.signer.keyid == "none":
            return "" if world.ci.is_there else LOCAL
        try:
            return world.signer.name
        except OpenMedError:
            return ""

    @cached_property
    def _pins(self) -> Mapping[str, SuitePin]:
        """Suites that are here; those of the Hub and the generated ones are not opened."""
        pins = self._world.inputs.pins()
        return {pin.name: pin for pin in pins if pin.hub is None and not pin.is_generated}

    def _golds_of(self, row: Candidate, policy: Policy) -> Iterator[Gold]:
        """Gold of the suites on which the policy counts it."""
        scope = scope_of(row)
        for table in policy.gates:
            if table.id != "evidence" or table.not_applicable is not None:
                continue
            for name in parse(EvidenceSettings, table.settings.encode(), what=table.id).suites:
                key = (name, tuple(sorted(scope.labels)), tuple(sorted(scope.languages)))
                if key not in self._golds:
                    self._golds[key] = self._counted(name, scope)
                gold = self._golds[key]
                if gold is not None:
                    yield gold

    def _counted(self, name: str, scope: Scope) -> Gold | None:
        pin = self._pins.get(name)
        try:
            suite = self._world.inputs.suite(pin) if pin else None
        except OpenMedError:
            suite = None
        if suite is None:
            return None
        return Gold.of(
            in_scope(suite, scope),
            suite=name,
            declared=scope.labels,
            languages=scope.languages,
            discordance=DISCORDANCE,
        )
