"""What humans review, without the suites that are left to the job that holds their secret.

For what a part of CI says of its candidates; nothing is signed or released by it.
"""

from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.gates.left_out import floor_without, policy_without
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.ports.inputs import Inputs


@dataclass(frozen=True)
class LeftOutInputs:
    """The inputs of a repository, some suites of its policies left out.

    Attributes:
        whole: all of it.
        left: names of these suites.
    """

    whole: Inputs
    left: frozenset[str]

    def queue(self) -> tuple[Candidate, ...]:
        """As they are."""
        return self.whole.queue()

    def policy(self, slot: str) -> Policy:
        """Without the gates that need a suite which is left out."""
        return policy_without(self.whole.policy(slot), self.left)

    def floor(self) -> Floor | None:
        """Likewise."""
        return floor_without(self.whole.floor(), self.left)

    def pins(self) -> tuple[SuitePin, ...]:
        """As they are."""
        return self.whole.pins()

    def registry_settings(self) -> str:
        """As they are."""
        return self.whole.registry_settings()

    def listed(self, repo_id: str) -> Listed:
        """As it is."""
        return self.whole.listed(repo_id)

    def suite(self, pin: SuitePin) -> Suite:
        """As it is."""
        return self.whole.suite(pin)

    def suite_defects(self, pin: SuitePin) -> str:
        """As they are."""
        return self.whole.suite_defects(pin)


def inputs_without(whole: Inputs, left: frozenset[str]) -> Inputs:
    """The inputs without some suites; the inputs themselves where none is left out."""
    return LeftOutInputs(whole, left) if left else whole
