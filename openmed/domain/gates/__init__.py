"""The gates, in the order pages list them. A gate that is not here does not exist."""

from openmed.domain.gate import Gate
from openmed.domain.gates.critical_leakage import CriticalLeakage
from openmed.domain.gates.evidence import EvidenceComplete
from openmed.domain.gates.latency import Latency
from openmed.domain.gates.memory import Memory
from openmed.domain.gates.name_recall import NameRecall
from openmed.domain.gates.precision import Precision
from openmed.domain.gates.recall_floor import RecallFloor
from openmed.domain.gates.regression import Regression
from openmed.domain.gates.residual_leakage import ResidualLeakage
from openmed.domain.gates.span_integrity import SpanIntegrity
from openmed.domain.gates.structured_recall import StructuredRecall

GATES: tuple[Gate, ...] = (
    EvidenceComplete(),
    RecallFloor(),
    StructuredRecall(),
    NameRecall(),
    CriticalLeakage(),
    ResidualLeakage(),
    Regression(),
    Precision(),
    Latency(),
    Memory(),
    SpanIntegrity(),
)
"""Every gate a policy may name."""
