"""Gate `reproducibility`: what it decides is in `tests/cases/gates/reproducibility`."""

import pytest
from support import builders

from openmed.domain.candidates.candidate import ReproParts
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules.reproducibility import Reproducibility
from openmed.errors import EvidenceError

GATE = Reproducibility()


def test_it_has_no_keys_of_its_own() -> None:
    """A key that does nothing would look as if it did something."""
    GATE.check("{}")
    with pytest.raises(EvidenceError):
        GATE.check('{"allowed":1}')


@pytest.mark.parametrize("part", ["recipe", "data_manifest", "base_model", "git_sha"])
def test_one_known_part_is_enough(part: str) -> None:
    """A file: source knows its bytes only, and says so."""
    evidence = builders.an_evidence()
    assert evidence.staged is not None
    nothing = dict.fromkeys(("recipe", "data_manifest", "base_model", "git_sha"), "none")
    repro = ReproParts.model_validate({**nothing, part: "something"})
    staged = {n: getattr(evidence.staged, n) for n in type(evidence.staged).model_fields}
    changed = type(evidence).model_validate(
        {
            **{n: getattr(evidence, n) for n in type(evidence).model_fields},
            "staged": type(evidence.staged).model_validate(
                {**staged, "repro": repro, "repro_hash": repro.hash}
            ),
        }
    )
    finding = GATE.decide(changed, "{}")
    assert (finding.outcome, part in finding.message) == (Outcome.PASSED, True)


def test_a_hash_that_does_not_recompute_fails() -> None:
    """Such a value cannot be read from a file; the gate does not rely on that."""
    evidence = builders.an_evidence()
    assert evidence.staged is not None
    fields = {n: getattr(evidence.staged, n) for n in type(evidence.staged).model_fields}
    forged = type(evidence.staged).model_construct(**{**fields, "repro_hash": builders.HEX})
    whole = {n: getattr(evidence, n) for n in type(evidence).model_fields}
    changed = type(evidence).model_construct(**{**whole, "staged": forged})
    finding = GATE.decide(changed, "{}")
    assert finding.outcome is Outcome.FAILED
    assert finding.message.startswith(f"repro_hash is {builders.HEX[:16]}, but its parts give ")
