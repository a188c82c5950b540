"""Gate `calibration`: the thresholds it decides by are declared, possible, and its own.

They stand in the runner profile, which is a file of the artifact. A threshold beside the
artifact could be changed after it was measured.
"""

from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.wire import parse, read_table
from openmed.errors import EvidenceError

_LARGEST = 1e9
"""A threshold beyond this is not even shown."""


class CalibrationSettings(Frozen):
    """Table `[gates.calibration]`: it has no keys of its own."""


class Calibration:
    """A threshold between 0 and 1, in the staged runner profile."""

    id = "calibration"
    table = CalibrationSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        parse(CalibrationSettings, settings.encode(), what="table")

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if a threshold is impossible; ERROR if none is declared or it is not staged."""
        self.check(settings)
        staged, text = evidence.staged, evidence.profile
        if staged is None or text is None:
            message = f"no staged {FILE_NAME}"
            return Finding(outcome=Outcome.ERROR, message=message)
        fault = _foreign(staged, text)
        if fault:
            return Finding(outcome=Outcome.ERROR, message=fault)
        try:
            value = _threshold(read_table(text.encode(), what=FILE_NAME))
            if value is not None and not 0 < value < 1:
                message = f"threshold {value:g} is not between 0 and 1"
                measure = _measure(value, Outcome.FAILED)
                return Finding(outcome=Outcome.FAILED, message=message, measures=(measure,))
            if value is None:
                message = f"{FILE_NAME} declares no threshold; set not_applicable in the policy"
                return Finding(outcome=Outcome.ERROR, message=message)
            parse(RunnerProfile, text.encode(), what=FILE_NAME)
        except EvidenceError as error:
            return Finding(outcome=Outcome.ERROR, message=error.message)
        measure = _measure(value, Outcome.PASSED)
        message = f"threshold {value:g} is set in {FILE_NAME}, a file of the artifact"
        return Finding(outcome=Outcome.PASSED, message=message, measures=(measure,))


def _foreign(staged: StagedCandidate, text: str) -> str:
    files = {file.path: file.sha256 for file in staged.files}
    got = sha256_hex(text.encode())
    if FILE_NAME not in files:
        return f"{FILE_NAME} is not a file of the artifact"
    if files[FILE_NAME] != got:
        return f"{FILE_NAME} has sha256 {got[:16]}, the staged file {files[FILE_NAME][:16]}"
    return ""


def _threshold(profile: dict[str, Json]) -> float | None:
    """What stands as the threshold, before anything else of the profile is believed."""
    tokens = profile.get("tokens")
    value = tokens.get("threshold") if isinstance(tokens, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A number that is too large for a float is none that a runner could compare with.
    return float(value) if abs(value) <= _LARGEST else None


def _measure(value: float, outcome: Outcome) -> Measure:
    return Measure(
        suite="none",
        name="threshold",
        observed=value,
        limit=1.0,
        support=0,
        families=0,
        bound=None,
        outcome=outcome,
    )
