"""Our own layout: one document a line, with the fields of `Document`. Pure."""

from openmed.domain.suites.gold_faults import gold_fault
from openmed.domain.suites.layouts.layout import SuiteFiles
from openmed.domain.text.span import Document
from openmed.domain.wire import parse
from openmed.errors import EvidenceError


def read_openmed_jsonl(files: SuiteFiles) -> tuple[Document, ...]:
    """The documents of the one file; as `read_documents`."""
    (file,) = files.files
    return read_documents(file.data, what=file.path)


def read_documents(data: bytes, *, what: str) -> tuple[Document, ...]:
    """Read JSONL, one document a line.

    Raises:
        EvidenceError: a line is not a document, a gold span is outside its text, has no
            sensitive character or an unknown label, or there is no document at all.
    """
    # Only LF ends a line: `splitlines` would also cut at U+2028 inside a text.
    lines = [line for line in data.split(b"\n") if line.strip()]
    if not lines:
        msg = f"{what} holds no documents"
        raise EvidenceError(msg)
    documents = tuple(
        parse(Document, line, what=f"{what} line {number}")
        for number, line in enumerate(lines, start=1)
    )
    for number, document in enumerate(documents, start=1):
        fault = gold_fault(document)
        if fault:
            msg = f"{what} line {number}: {fault}"
            raise EvidenceError(msg)
    return documents
