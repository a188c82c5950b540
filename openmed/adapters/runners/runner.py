"""What a runner is: the class that an entry point of the group `openmed.runners` names.

Nothing else is here, so that the worker knows runners without knowing how they are found.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import PredictedSpan


class Runner(Protocol):
    """A candidate in memory, in the child process.

    Attributes:
        distributions: packages it computes with; their versions are the runtime.
        install: the command that installs them.
        library_name: library that loads such artifacts, as the Hub calls it; None when none does.
    """

    distributions: ClassVar[tuple[str, ...]]
    install: ClassVar[str]
    library_name: ClassVar[str | None]

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """One answer per text, in order: its spans, or why there are none."""


class RunnerType(Protocol):
    """Loads a candidate; its errors may be shown, those of other packages may not."""

    __module__: str
    distributions: tuple[str, ...]
    install: str
    library_name: str | None

    def __call__(self, folder: Path, profile: RunnerProfile) -> Runner:
        """Load the artifact in a folder.

        Raises:
            OpenMedError: the artifact cannot be run; the sentence holds no document text.
        """
