"""Reads what a candidate answered, wherever it computed: its predictions, and nothing else."""

from collections.abc import Callable, Sequence

from openmed.domain.digest import Json
from openmed.domain.inference.label_names import LabelNames
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.exception_names import shown_name
from openmed.domain.text.span import Document
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError


class AnswerReader:
    """Reads the answers of one loaded candidate."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Nothing was asked yet.

        Args:
            say: takes a line about each document that failed, without text of it.
        """
        self._labels = LabelNames()
        self._say = say

    def ask(self, documents: Sequence[Document]) -> None:
        """Remember what it is about to be asked: no word of it is shown afterwards."""
        self._labels.ask(documents)

    def read(self, documents: Sequence[Document], answer: Json) -> tuple[DocumentPredictions, ...]:
        """The answer to these documents.

        Raises:
            EvidenceError: it is malformed, or for other documents.
        """
        if not isinstance(answer, list) or len(answer) != len(documents):
            msg = f"the benchmark child did not answer with one record for each of {len(documents)}"
            raise EvidenceError(f"{msg} documents")
        pairs = zip(documents, answer, strict=True)
        return tuple(self._record(document.id, item) for document, item in pairs)

    def _record(self, document: str, item: Json) -> DocumentPredictions:
        try:
            record = from_plain(DocumentPredictions, item, what=f"the answer for {document}")
        except EvidenceError as error:
            msg = f"the benchmark child broke the protocol: {error.message}"
            raise EvidenceError(msg) from None
        is_failed = record.status is Status.FAILED
        is_coherent = is_failed == bool(record.fault) and not (is_failed and record.spans)
        if record.document != document or not is_coherent:
            msg = f"the benchmark child broke the protocol: no proper answer for {document}"
            raise EvidenceError(msg)
        if not is_failed:
            return record
        fault = shown_name(record.fault)
        why = None if record.why is None else self._labels.shown(record.why)
        self._say(f"{document}: failed, {fault}{f': {why.sentence}' if why else ''}")
        return DocumentPredictions(document=document, status=record.status, fault=fault, why=why)
