"""Have bytes ready where a slot is served from, before the pointer moves.

A public repository is prepared before the lock is taken, as uploads take their time; a registry of
trees, which is of this machine, under it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.flip import FlipPlan
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.release.product import fault_of
from openmed.domain.release.publishing.public_rules import require_public_key
from openmed.domain.release.publishing.publication import history_of
from openmed.errors import OpenMedError
from openmed.ports.publishing import Registries, public_registry


class Prepared(NamedTuple):
    """A slot whose registry is ready for an artifact."""

    slot: str
    artifact: str


@dataclass(frozen=True)
class Preparation:
    """Prepares the registries of what a plan would move.

    Attributes:
        registry: by slot.
        state: the fleet that the plan is of.
    """

    registry: Registries
    state: FleetState

    def ahead(
        self, plan: FlipPlan, proposals: tuple[Proposal, ...]
    ) -> Mapping[Prepared, StepFault | None]:
        """Prepare public repositories; why some are not ready."""
        offered = {proposal.slot: proposal for proposal in proposals}
        return {
            Prepared(row.slot, row.artifact): self._fault(offered[row.slot], row)
            for row in plan.promotions
            if public_registry(self.registry, row) is not None
        }

    def applied(
        self,
        plan: FlipPlan,
        proposals: tuple[Proposal, ...],
        ready: Mapping[Prepared, StepFault | None],
    ) -> tuple[Proposal, ...]:
        """The proposals, those failed whose bytes are not ready; what is not, is prepared now.

        Args:
            plan: what would move.
            proposals: what it was made from.
            ready: what was prepared before the lock was taken; it may be of another plan.
        """
        return tuple(self._applied(plan, proposals, ready))

    def _applied(
        self,
        plan: FlipPlan,
        proposals: tuple[Proposal, ...],
        ready: Mapping[Prepared, StepFault | None],
    ) -> Iterator[Proposal]:
        moving = {promoted.slot: promoted for promoted in plan.promotions}
        for proposal in proposals:
            row = moving.get(proposal.slot)
            if row is None:
                yield proposal
                continue
            key = Prepared(row.slot, row.artifact)
            fault = ready[key] if key in ready else self._fault(proposal, row)
            yield proposal if fault is None else proposal.failed(fault)

    def _fault(self, proposal: Proposal, promoted: Promoted) -> StepFault | None:
        try:
            public = public_registry(self.registry, promoted)
            if public is None:
                self.registry.of(promoted).put(promoted.artifact, promoted.files)
            else:
                require_public_key(proposal.signed)
                history = history_of(self.state, promoted, accepted=public.accepted)
                public.prepare(promoted, history)
        except (OpenMedError, OSError) as error:
            return fault_of(error, step=f"flip:{proposal.slot}")
        return None
