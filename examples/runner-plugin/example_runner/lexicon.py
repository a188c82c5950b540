"""Runner `lexicon`: regular expressions of the artifact, one canonical label each.

The artifact holds `lexicon.tsv`: a label, a tab and an expression a line. Whatever is in it is
hashed with the artifact, so another expression is another candidate.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError

FILE_NAME: Final = "lexicon.tsv"
_MOST_BYTES: Final = 1024 * 1024


class LexiconRunner:
    """Expressions in memory.

    Attributes:
        distributions: none; it computes with the standard library.
        install: nothing to install.
        library_name: none; no library of the Hub loads such an artifact.
    """

    distributions: ClassVar[tuple[str, ...]] = ()
    install: ClassVar[str] = ""
    library_name: ClassVar[str | None] = None

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:
        """Compile the expressions.

        Raises:
            EvidenceError: the file is missing or malformed, or the profile has parts it cannot use.
        """
        if profile.tokens is not None or profile.spans is not None:
            raise EvidenceError("the runner lexicon needs neither `tokens` nor `spans`")
        self._rules = tuple(_read(folder / FILE_NAME))
        if not self._rules:
            raise EvidenceError(f"{FILE_NAME} holds no expression")

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """Matches by (start, end, label); where two overlap, the earlier expression counts."""
        return [self._found(text) for text in texts]

    def _found(self, text: str) -> tuple[PredictedSpan, ...]:
        taken = bytearray(len(text))
        found: list[tuple[int, int, str]] = []
        for label, pattern in self._rules:
            for match in pattern.finditer(text):
                start, end = match.span()
                if start < end and not any(taken[start:end]):
                    taken[start:end] = b"\x01" * (end - start)
                    found.append((start, end, label))
        return tuple(
            PredictedSpan(start=start, end=end, label=label, score=1.0)
            for start, end, label in sorted(found)
        )


def _read(file: Path) -> list[tuple[str, re.Pattern[str]]]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise EvidenceError(f"{FILE_NAME} has more than {_MOST_BYTES} bytes")
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"cannot read {FILE_NAME}: {type(error).__name__}") from None
    rules: list[tuple[str, re.Pattern[str]]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        label, _, expression = line.partition("\t")
        if label not in BY_NAME or not expression:
            raise EvidenceError(f"{FILE_NAME} line {number}: wanted a label, a tab, an expression")
        try:
            rules.append((label, re.compile(expression)))
        except re.error:
            raise EvidenceError(f"{FILE_NAME} line {number}: not an expression") from None
    return rules
