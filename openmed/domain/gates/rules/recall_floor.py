"""Gate `recall_floor`: coverage recall of every declared direct identifier reaches its floor."""

from openmed.domain.gates.gate import Evidence, Finding
from openmed.domain.gates.recall_floors import DIRECT, FloorSettings, decide_floors, read_floors


class RecallFloor:
    """Covered gold spans / gold spans, per declared direct identifier, at least the floor."""

    id = "recall_floor"
    table = FloorSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        read_floors(settings, about=DIRECT)

    def about(self, settings: str) -> tuple[str, ...]:
        """Labels it sets floors for."""
        self.check(settings)
        return DIRECT

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if one label is under its floor; ERROR if it cannot be measured."""
        floors = read_floors(settings, about=DIRECT)
        return decide_floors(evidence, floors, about=DIRECT)
