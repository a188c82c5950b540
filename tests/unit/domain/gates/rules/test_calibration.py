"""Gate `calibration`: what it decides is in `tests/cases/gates/calibration`."""

import pytest
from support import builders

from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules.calibration import Calibration
from openmed.errors import EvidenceError

GATE = Calibration()


def test_it_has_no_keys_of_its_own() -> None:
    """A key that does nothing would look as if it did something."""
    GATE.check("{}")
    with pytest.raises(EvidenceError):
        GATE.check('{"allowed":1}')


@pytest.mark.parametrize("value", ["-1", "0", "1", "1.5", "1e9"])
def test_a_threshold_outside_its_range_fails(value: str) -> None:
    """Nothing or everything would be predicted."""
    profile = builders.PROFILE.replace('"threshold":0.5', f'"threshold":{value}')
    finding = GATE.decide(builders.an_evidence(profile=profile), "{}")
    assert finding.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "value", ["true", f"1{'0' * 400}", "NaN", "Infinity", '"0.5"', "[0.5]", "1e999"]
)
def test_what_is_no_number_is_no_threshold(value: str) -> None:
    """Not read as one, not passed."""
    profile = builders.PROFILE.replace('"threshold":0.5', f'"threshold":{value}')
    finding = GATE.decide(builders.an_evidence(profile=profile), "{}")
    assert finding.outcome in {Outcome.ERROR, Outcome.FAILED}


def test_a_profile_that_is_no_file_of_the_artifact_is_an_error() -> None:
    """Thresholds beside the bytes could be changed after they were measured."""
    evidence = builders.an_evidence(profile=builders.PROFILE + " ")
    other = builders.an_evidence()
    foreign = type(other).model_validate(
        {**{n: getattr(other, n) for n in type(other).model_fields}, "profile": evidence.profile}
    )
    finding = GATE.decide(foreign, "{}")
    assert finding.outcome is Outcome.ERROR
    assert "the staged file" in finding.message
