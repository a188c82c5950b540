"""Gate `name_recall`: coverage recall of declared names, addresses and dates reaches its floor."""

from openmed.domain.gates.gate import Evidence, Finding
from openmed.domain.gates.recall_floors import FloorSettings, decide_floors, read_floors

NAMES = (
    "PATIENT_NAME",
    "PROVIDER_NAME",
    "USERNAME",
    "STREET_ADDRESS",
    "CITY",
    "ZIPCODE",
    "DATE",
    "DATE_OF_BIRTH",
)
"""Labels of names, addresses and dates."""


class NameRecall:
    """Covered / gold, per declared label of names, addresses and dates."""

    id = "name_recall"
    table = FloorSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        read_floors(settings, about=NAMES)

    def about(self, settings: str) -> tuple[str, ...]:
        """Labels it sets floors for."""
        self.check(settings)
        return NAMES

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if one label is under its floor; ERROR if it cannot be measured."""
        floors = read_floors(settings, about=NAMES)
        return decide_floors(evidence, floors, about=NAMES)
