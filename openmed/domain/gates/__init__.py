"""The gates, in the order pages list them. A gate that is not here does not exist."""

from openmed.domain.gate import Gate
from openmed.domain.gates.critical_leakage import CriticalLeakage
from openmed.domain.gates.evidence import EvidenceComplete
from openmed.domain.gates.recall_floor import RecallFloor

GATES: tuple[Gate, ...] = (EvidenceComplete(), RecallFloor(), CriticalLeakage())
"""Every gate a policy may name."""
