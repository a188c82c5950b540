"""Port `Session` for a candidate that is loaded on a worker of a cluster.

Speaks in orders of `cluster_worker`. An answer is read like that of any child: records of the
documents that were asked, or it is none.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from openmed.adapters.disk import atomic
from openmed.adapters.executors.cluster_worker import Sealed
from openmed.domain.digest import Json
from openmed.domain.inference.execution.answer_reader import AnswerReader
from openmed.domain.inference.predictions import DocumentPredictions
from openmed.domain.text.span import Document
from openmed.domain.wire import plain, read_json
from openmed.errors import EvidenceError, ExternalError
from openmed.ports.execution import ModelToRun

SPARE_SECONDS: Final = 30.0
"""What an order may take besides what its candidate may: travelling and queueing."""
SEND_SECONDS: Final = 300.0
PART: Final = 4 << 20
"""Bytes of a file that travel at a time."""
_LONGEST: Final = 600
"""Characters of a fault that are shown."""


class AskWorker(Protocol):
    """Has a worker do what an order says."""

    def __call__(
        self, worker: str, order: Sealed, *, within: float, ended: threading.Event
    ) -> bytes:
        """Its answer; `ended` is set when nobody wants it any more."""


class UnfitError(ExternalError):
    """A worker is gone, late, or has no room: the candidate need not be the reason."""

    def __init__(self, message: str) -> None:
        """It may be tried elsewhere."""
        super().__init__(message, retryable=True)


class LateError(UnfitError):
    """A worker does not answer: it is not asked again."""


class RemoteSession:
    """Port `Session`: a candidate loaded on a worker.

    Attributes:
        worker: its address.
        is_fit: whether it may be asked again.
    """

    def __init__(self, ask_worker: AskWorker, worker: str, model: ModelToRun) -> None:
        """Nothing is loaded yet.

        Args:
            ask_worker: has the worker do what an order says.
            worker: its address.
            model: the candidate.
        """
        self.worker = worker
        self._ask_worker = ask_worker
        self._model = model
        self._ended = threading.Event()
        self._said: list[str] = []
        self._child_said = ""
        self._reader = AnswerReader(self._said.append)
        self._peak: int | None = None
        self.is_fit = self._is_open = True

    def peak_memory(self) -> int | None:
        """Most memory the child had, as the worker says."""
        return self._peak

    def abort(self) -> None:
        """Have whoever waits get an error; the worker ends the child before it loads another."""
        self._ended.set()

    def load(self) -> None:
        """Send what is not there, and load it.

        Raises:
            OpenMedError: as `DaskCluster.load`; `UnfitError` = another worker may do.
        """
        if self._ask("has", within=SEND_SECONDS) is not True:
            for file in self._model.files:
                self._send(file.path)
            self._ask("admit", within=SEND_SECONDS)
        self._ask("load", within=self._model.timeout + SPARE_SECONDS)

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that failed says so."""
        self._reader.ask(documents)
        texts = [{"id": document.id, "text": document.text} for document in documents]
        body = json.dumps(texts).encode()
        answer = self._ask("predict", body, within=self._model.timeout + SPARE_SECONDS)
        try:
            found = answer if isinstance(answer, dict) else {}
            peak = found.get("peak")
            self._peak = peak if isinstance(peak, int) else None
            return self._reader.read(documents, found.get("answers"))
        except EvidenceError as error:
            raise ExternalError(error.message, next_step=f"read {self._model.log}") from None

    def close(self) -> None:
        """End the child, and write down what it said."""
        if self._is_open and not self._ended.is_set():
            with suppress(EvidenceError, ExternalError):
                self._child_said = str(self._ask("close", within=SPARE_SECONDS))
        text = "".join(f"{line}\n" for line in (self._child_said.rstrip("\n"), *self._said) if line)
        atomic.write(Path(self._model.log), text.encode())

    def _send(self, path: str) -> None:
        with (Path(self._model.folder) / path).open("rb") as file:
            is_more = False
            while (part := file.read(PART)) or not is_more:
                more: dict[str, Json] = {"path": path, "is_more": is_more}
                self._ask("take", part, within=SEND_SECONDS, more=more)
                is_more = True

    def _ask(
        self, what: str, body: bytes = b"", *, within: float, more: dict[str, Json] | None = None
    ) -> Json:
        model = self._model
        head: dict[str, Json] = {
            "do": what,
            "artifact": model.artifact,
            "files": [plain(file) for file in model.files],
            "runtime": plain(model.runtime),
            "timeout": model.timeout,
            "isolation_waiver": model.isolation_waiver,
            **(more or {}),
        }
        order = Sealed(head, body)
        try:
            data = self._ask_worker(self.worker, order, within=within, ended=self._ended)
            answer = _read(data)
        except UnfitError as error:
            self._is_open = False
            self.is_fit = not isinstance(error, LateError)
            raise
        if "done" in answer:
            return answer["done"]
        self._child_said = str(answer.get("log", ""))
        message = str(answer["fault"])[:_LONGEST]
        if answer.get("is_evidence") is True:
            raise EvidenceError(message)
        raise ExternalError(message, retryable=answer.get("is_retryable") is True)


def _read(data: bytes) -> Mapping[str, Json]:
    """An answer: what was done, or a fault of the candidate.

    Raises:
        UnfitError: it is none, or the fault is of the worker's machine.
    """
    try:
        answer: Json = read_json(data, what="the answer of a worker")
    except EvidenceError as error:
        raise UnfitError(error.message) from None
    if not isinstance(answer, dict) or not ("done" in answer or "fault" in answer):
        raise UnfitError("a worker answered something else than an answer")
    if answer.get("is_unfit") is True:
        raise UnfitError(str(answer["fault"])[:_LONGEST])
    return answer
