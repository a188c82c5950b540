"""What a night measures on: the inputs of the repository, and notes of the night's own."""

from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.ports.inputs import Inputs


@dataclass(frozen=True)
class NightInputs:
    """The inputs of a repository, and one suite more that no policy names.

    Attributes:
        whole: those of the repository.
        night: the notes of this night.
    """

    whole: Inputs
    night: Suite

    def queue(self) -> tuple[Candidate, ...]:
        """As they are."""
        return self.whole.queue()

    def policy(self, slot: str) -> Policy:
        """As it is."""
        return self.whole.policy(slot)

    def floor(self) -> Floor | None:
        """As it is."""
        return self.whole.floor()

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
        """The notes of this night, or a suite of the repository."""
        return self.night if pin == self.night.pin else self.whole.suite(pin)

    def suite_defects(self, pin: SuitePin) -> str:
        """None are looked for in the notes of a night: no gate reads them."""
        return "" if pin == self.night.pin else self.whole.suite_defects(pin)
