"""The gates of this package, in the order pages list them; plug-ins come after them."""

from openmed.domain.gate import Gate
from openmed.domain.gates.calibration import Calibration
from openmed.domain.gates.critical_leakage import CriticalLeakage
from openmed.domain.gates.drift import Drift
from openmed.domain.gates.evidence import EvidenceComplete
from openmed.domain.gates.fairness import Fairness
from openmed.domain.gates.latency import Latency
from openmed.domain.gates.manifest_coherence import ManifestCoherence
from openmed.domain.gates.memory import Memory
from openmed.domain.gates.name_recall import NameRecall
from openmed.domain.gates.per_language import PerLanguage
from openmed.domain.gates.precision import Precision
from openmed.domain.gates.quantization import Quantization
from openmed.domain.gates.recall_floor import RecallFloor
from openmed.domain.gates.regression import Regression
from openmed.domain.gates.reproducibility import Reproducibility
from openmed.domain.gates.residual_leakage import ResidualLeakage
from openmed.domain.gates.shield_regression import ShieldRegression
from openmed.domain.gates.span_integrity import SpanIntegrity
from openmed.domain.gates.structured_recall import StructuredRecall

GATES: tuple[Gate, ...] = (
    EvidenceComplete(),
    RecallFloor(),
    StructuredRecall(),
    NameRecall(),
    CriticalLeakage(),
    ResidualLeakage(),
    PerLanguage(),
    Regression(),
    ShieldRegression(),
    Precision(),
    Quantization(),
    Latency(),
    Memory(),
    SpanIntegrity(),
    Calibration(),
    ManifestCoherence(),
    Reproducibility(),
    Fairness(),
    Drift(),
)
"""Every gate of this package that a policy may name."""
