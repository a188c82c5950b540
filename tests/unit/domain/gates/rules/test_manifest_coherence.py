"""Gate `manifest_coherence`: what it decides is in `tests/cases/gates/manifest_coherence`."""

import pytest
from support import builders

from openmed.domain.candidates.catalogue import CatalogueRow, Listed
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules.manifest_coherence import ManifestCoherence
from openmed.errors import EvidenceError

GATE = ManifestCoherence()


def test_it_has_no_keys_of_its_own() -> None:
    """A key that does nothing would look as if it did something."""
    GATE.check("{}")
    with pytest.raises(EvidenceError):
        GATE.check('{"allowed":1}')


@pytest.mark.parametrize(
    ("slot", "family", "tier", "formats"),
    [
        ("pii::tiny::onnx", " PII ", "Tiny", ("ONNX",)),
        ("pii::none::onnx", "PII", None, ("pytorch", "onnx")),
        ("zero-shot::x::mlx-8bit::line", "Zero_Shot", "X", ("mlx_8bit",)),
    ],
)
def test_slots_are_compared_as_slots_are_written(
    slot: str, family: str, tier: str | None, formats: tuple[str, ...]
) -> None:
    """The catalogue has its own spelling; a line is not in it."""
    row = builders.a_candidate(slot=slot)
    evidence = builders.an_evidence(candidate=row)
    listed = Listed(
        row=CatalogueRow(
            repo_id=row.repo_id,
            family=family,
            tier=tier,
            formats=formats,
            languages=("en",),
            license="apache-2.0",
        )
    )
    changed = type(evidence).model_validate(
        {**{n: getattr(evidence, n) for n in type(evidence).model_fields}, "listed": listed}
    )
    assert GATE.decide(changed, "{}").outcome is Outcome.PASSED
