"""Gate `structured_recall`: recall of every declared identifier of fixed form reaches its floor."""

from openmed.domain.gates.gate import Evidence, Finding
from openmed.domain.gates.recall_floors import FloorSettings, decide_floors, read_floors

STRUCTURED = (
    "SSN",
    "MRN",
    "HEALTH_PLAN_ID",
    "ACCOUNT_NUMBER",
    "CREDIT_CARD",
    "IBAN",
    "LICENSE_ID",
    "VEHICLE_ID",
    "DEVICE_ID",
    "OTHER_ID",
    "PHONE",
    "FAX",
    "EMAIL",
    "URL",
    "IP_ADDRESS",
    "GPS_COORDINATES",
    "BIC",
    "CRYPTO_ADDRESS",
    "CVV",
    "VIN",
    "LICENSE_PLATE",
    "IMEI",
    "MAC_ADDRESS",
    "PIN",
    "API_KEY",
)
"""Labels of numbers and addresses with a form that a machine can check."""


class StructuredRecall:
    """Covered / gold, per declared label whose values have a form of their own."""

    id = "structured_recall"
    table = FloorSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        read_floors(settings, about=STRUCTURED)

    def about(self, settings: str) -> tuple[str, ...]:
        """Labels it sets floors for."""
        self.check(settings)
        return STRUCTURED

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if one label is under its floor; ERROR if it cannot be measured."""
        floors = read_floors(settings, about=STRUCTURED)
        return decide_floors(evidence, floors, about=STRUCTURED)
