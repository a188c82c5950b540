"""Gate `reproducibility`: what was staged says how it could be made again.

The repro_hash is the digest of recipe, data manifest, base model and commit. One that does not
recompute, or is made of nothing, vouches for nothing.
"""

from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Outcome
from openmed.domain.wire import parse

NOTHING = "none"
PARTS = ("recipe", "data_manifest", "base_model", "git_sha")


class ReproducibilitySettings(Frozen):
    """Table `[gates.reproducibility]`: it has no keys of its own."""


class Reproducibility:
    """The recorded repro_hash is the digest of its four parts, and these say something."""

    id = "reproducibility"
    table = ReproducibilitySettings

    def check(self, settings: str) -> None:
        """Read the table."""
        parse(ReproducibilitySettings, settings.encode(), what="table")

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if the hash is of something else or of nothing; ERROR if nothing is staged."""
        self.check(settings)
        staged = evidence.staged
        if staged is None:
            message = "nothing is staged"
            return Finding(outcome=Outcome.ERROR, message=message)
        again = staged.repro.hash
        if again != staged.repro_hash:
            message = f"repro_hash is {staged.repro_hash[:16]}, but its parts give {again[:16]}"
            return Finding(outcome=Outcome.FAILED, message=message)
        known = [name for name in PARTS if getattr(staged.repro, name) not in ("", NOTHING)]
        if not known:
            message = f"all parts of the repro_hash are {NOTHING}: how it was made is unknown"
            return Finding(outcome=Outcome.FAILED, message=message)
        message = f"repro_hash {again[:16]} recomputed; known parts: {', '.join(known)}"
        return Finding(outcome=Outcome.PASSED, message=message)
