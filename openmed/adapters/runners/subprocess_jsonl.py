"""Runner `subprocess-jsonl`: a program in any language that answers one line for each line.

    in   {"id": "1", "text": …}
    out  {"id": "1", "spans": [{"start": 0, "end": 3, "label": …, "score": 0.9}, …]}
    or   {"id": "1", "error": …}            this text failed; nothing of it is shown

UTF-8, LF, one answer for each line at once (flush!). It is started in the artifact, and sees the
end of its input when it should end. What it says on stderr goes nowhere: it might quote a text.
`python3` is the engine's own interpreter; without pinned packages it has the standard library and
the artifact's modules, and nothing else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, ClassVar

from openmed.adapters.disk.candidate_code import require_code_inside
from openmed.adapters.runners.packages import offered, require_packages
from openmed.domain.digest import Json
from openmed.domain.inference.answer_faults import AnswerError, AnswerFault, Reason
from openmed.domain.inference.external_spans import foreign_spans
from openmed.domain.inference.profile import RunnerProfile, SpanSource
from openmed.domain.text.exception_names import exception_name
from openmed.domain.text.span import PredictedSpan
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError

_LONGEST_LINE = 1 << 26


class ProgramFailed(Exception):  # noqa: N818 - its name is what a report says of the document
    """The program said that it failed on a text."""


class ProgramEnded(Exception):  # noqa: N818 - as above
    """The program ended, or answered something else than it was asked."""


class SubprocessJsonl:
    """A program that was started.

    Attributes:
        distributions: what offsets are computed with; the profile pins what the program needs.
        install: the engine itself has it.
        library_name: none; no library of the Hub loads such an artifact.
        runs_candidate_code: it does, so it is not run where that cannot be isolated.
    """

    distributions: ClassVar[tuple[str, ...]] = ("numpy",)
    install: ClassVar[str] = "pip install openmed-release"
    library_name: ClassVar[str | None] = None
    runs_candidate_code: ClassVar[bool] = True

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:
        """Start the program and ask it about an empty text.

        Raises:
            EvidenceError: the profile names no command, or one outside the artifact, or it does
                not answer as it should.
        """
        if profile.spans is None or not profile.spans.command:
            msg = "the runner subprocess-jsonl needs `spans` with a command in the profile"
            raise EvidenceError(msg)
        require_code_inside(profile, folder)
        require_packages(profile.spans.packages)
        self._source = profile.spans
        self._asked = 0
        self._is_broken = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the artifact's own command, in the child without keys
                _resolved(profile.spans),
                cwd=folder,
                # The artifact is read-only and verified: no bytecode may appear in it.
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **_path()},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            msg = f"the command of the profile cannot be started: {error.strerror}"
            raise EvidenceError(msg) from None
        first = self._answer("")
        if isinstance(first, Exception):
            told = first.message if isinstance(first, AnswerError) else exception_name(first)
            raise EvidenceError(f"the command of the profile does not answer as it should: {told}")

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """One answer per text, in order: its spans, or why there are none."""
        return [self._answer(text) for text in texts]

    def _answer(self, text: str) -> tuple[PredictedSpan, ...] | Exception:
        try:
            return foreign_spans(self._exchanged(text), text=text, source=self._source)
        except Exception as error:  # noqa: BLE001 - one text must not fail the others
            return error

    def _exchanged(self, text: str) -> object:
        if self._is_broken:
            raise ProgramEnded
        self._asked += 1
        name = str(self._asked)
        # Until the answer proves it, question and answer may be out of step.
        self._is_broken = True
        line = json.dumps({"id": name, "text": text}, ensure_ascii=True).encode()
        requests, answers = _pipe(self._process.stdin), _pipe(self._process.stdout)
        try:
            requests.write(line + b"\n")
            requests.flush()
            said = answers.readline(_LONGEST_LINE)
        except OSError:
            raise ProgramEnded from None
        answer = self._read(said)
        if answer.get("id") != name:
            raise ProgramEnded
        self._is_broken = False
        spans = answer.get("spans")
        if not isinstance(spans, list) and "error" in answer:
            raise ProgramFailed
        return spans

    def _read(self, said: bytes) -> dict[str, Json]:
        if not said.endswith(b"\n"):
            raise ProgramEnded
        try:
            return read_table(said, what="an answer")
        except EvidenceError:
            # One whole line: the id of the next answer shows whether they are in step.
            self._is_broken = False
            raise AnswerError(AnswerFault(reason=Reason.NO_JSON)) from None


def _resolved(source: SpanSource) -> tuple[str, ...]:
    """The command with the interpreter that it means."""
    own = ("-s",) if source.packages else ("-S", "-s")
    return (sys.executable, *own, *source.command[1:])


def _path() -> dict[str, str]:
    folders = os.pathsep.join(map(str, offered()))
    return {"PYTHONPATH": folders} if folders else {}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ProgramEnded
    return stream
