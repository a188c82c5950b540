"""Runner `rules`: no model at all; what the profile's rules find is everything.

The rules of a profile are applied by the engine to whatever a runner answers, so this one
answers nothing, and an unknown rule is refused there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError


class RulesOnly:
    """A candidate that consists of rules.

    Attributes:
        distributions: none; the rules are ours.
        install: nothing to install.
        library_name: none; no library of the Hub loads such an artifact.
    """

    distributions: ClassVar[tuple[str, ...]] = ()
    install: ClassVar[str] = ""
    library_name: ClassVar[str | None] = None

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:  # noqa: ARG002 - a runner's
        """Check the profile.

        Raises:
            EvidenceError: it names no rule, or a model's settings.
        """
        if not profile.rules or profile.tokens is not None:
            msg = "the runner rules needs `rules` in the profile, and no `tokens`"
            raise EvidenceError(msg)

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """Nothing, for each text."""
        return [() for _ in texts]
