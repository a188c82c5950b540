"""The gates of this package, in the order pages list them; plug-ins come after them."""

from openmed.domain.gates.gate import Gate
from openmed.domain.gates.rules.calibration import Calibration
from openmed.domain.gates.rules.critical_leakage import CriticalLeakage
from openmed.domain.gates.rules.drift import Drift
from openmed.domain.gates.rules.evidence import EvidenceComplete
from openmed.domain.gates.rules.fairness import Fairness
from openmed.domain.gates.rules.generalization import Generalization
from openmed.domain.gates.rules.latency import Latency
from openmed.domain.gates.rules.manifest_coherence import ManifestCoherence
from openmed.domain.gates.rules.memory import Memory
from openmed.domain.gates.rules.name_recall import NameRecall
from openmed.domain.gates.rules.per_language import PerLanguage
from openmed.domain.gates.rules.precision import Precision
from openmed.domain.gates.rules.quantization import Quantization
from openmed.domain.gates.rules.recall_floor import RecallFloor
from openmed.domain.gates.rules.regression import Regression
from openmed.domain.gates.rules.reproducibility import Reproducibility
from openmed.domain.gates.rules.residual_leakage import ResidualLeakage
from openmed.domain.gates.rules.shield_regression import ShieldRegression
from openmed.domain.gates.rules.span_integrity import SpanIntegrity
from openmed.domain.gates.rules.structured_recall import StructuredRecall

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
    Generalization(),
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
