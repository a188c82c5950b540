"""The public project's golden fixture format, read into documents. Pure.

Two containers: `*.json` with `{"version": 1, "synthetic": true, "fixtures": […]}`, and `*.jsonl`
with one fixture a line. Offsets are code points, ends exclusive. Everything is checked, so that a
fixture that moved is refused and not scored: text beside a span must be what stands there, labels
must be in the label map `openmed`, and what is not declared synthetic is not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from openmed.domain.digest import Json
from openmed.domain.inference.label_maps import OPENMED
from openmed.domain.suites.jsonl_table import TableRow, jsonl_rows
from openmed.domain.suites.layouts.layout import SuiteFiles
from openmed.domain.text.labels import IGNORE
from openmed.domain.text.span import Document, GoldSpan
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError

VERSION: Final = 1
WITHOUT_GOLD: Final = "hard_negatives"
"""The one category whose fixtures may have no gold."""

_UNUSUAL: Final = re.compile(r"[^a-z0-9]+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_ID_LENGTH: Final = 80
_SLICE_LENGTH: Final = 40


def read_openmed_golden(files: SuiteFiles) -> tuple[Document, ...]:
    """The fixtures of a pin's files; as `read_fixtures`."""
    return read_fixtures(files.files, what=files.what)


def read_fixtures(files: Sequence[tuple[str, bytes]], *, what: str) -> tuple[Document, ...]:
    """Read fixtures of one or more files.

    Args:
        files: path and bytes of each; the path's ending says which container it is.
        what: what they are, for the error sentence.

    Returns:
        The documents, by id. Spans of labels that the map ignores are left out.

    Raises:
        EvidenceError: a container, a fixture or a span is not as described; an id is given twice;
            a label is not in the map; or there is no fixture at all.
    """
    rows = list(chain.from_iterable(_rows(path, data, what=what) for path, data in files))
    if not rows:
        msg = f"{what} holds no fixtures"
        raise EvidenceError(msg)
    OPENMED.require(_labels(rows), what=what)
    documents: dict[str, Document] = {}
    for row in rows:
        document = _document(row)
        if document.id in documents:
            raise _refusal(row, "its id is given twice")
        documents[document.id] = document
    return tuple(documents[key] for key in sorted(documents))


def _rows(path: str, data: bytes, *, what: str) -> Iterator[TableRow]:
    name = f"{what}: {path}"
    if path.endswith(".jsonl"):
        yield from jsonl_rows(path, data, name)
        return
    table = read_table(data, what=name)
    fixtures = table.get("fixtures")
    if table.get("version") != VERSION or table.get("synthetic") is not True:
        msg = f"{name} is not of version {VERSION}, or does not say synthetic: true"
        raise EvidenceError(msg)
    if not isinstance(fixtures, list):
        msg = f"{name} has no list of fixtures"
        raise EvidenceError(msg)
    for number, fixture in enumerate(fixtures, start=1):
        where = f"{name} fixture {number}"
        if not isinstance(fixture, dict):
            msg = f"{where} is not an object"
            raise EvidenceError(msg)
        yield TableRow(where=where, cells=fixture)


def _labels(rows: Sequence[TableRow]) -> Iterator[str]:
    for row in rows:
        for span in _spans(row):
            label = span.get("label")
            if not isinstance(label, str):
                raise _refusal(row, "a span has no label")
            yield label


def _document(row: TableRow) -> Document:
    text = _string(row, "text")
    document_id = _plain(_string(row, "id", "fixture_id"))[:_ID_LENGTH].strip("-")
    slice_ = _plain(_category(row))[:_SLICE_LENGTH].strip("-")
    language = _string(row, "language", "lang").lower().replace("_", "-")
    if not (text and document_id and slice_ and _LANGUAGE.fullmatch(language)):
        raise _refusal(row, "its id, language, category or text is empty or unusual")
    return Document(
        id=document_id,
        language=language,
        family=document_id,
        slice=slice_,
        smoke=False,
        text=text,
        spans=_gold(row, text),
    )


def _category(row: TableRow) -> str:
    metadata = row.cells.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("synthetic") is not True:
        raise _refusal(row, "its metadata do not say synthetic: true")
    category = metadata.get("category")
    if not isinstance(category, str):
        raise _refusal(row, "its metadata name no category")
    return category


def _gold(row: TableRow, text: str) -> tuple[GoldSpan, ...]:
    found: set[tuple[int, int, str]] = set()
    for number, cells in enumerate(_spans(row), start=1):
        start, end = cells.get("start"), cells.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            raise _refusal(row, f"span {number} is empty or outside the text")
        if cells.get("text", text[start:end]) != text[start:end]:
            raise _refusal(row, f"the text beside span {number} is not what stands there")
        if not any(map(str.isalnum, text[start:end])):
            raise _refusal(row, f"span {number} holds no letter or digit")
        label = OPENMED.table[str(cells["label"])]
        if label != IGNORE:
            found.add((start, end, label))
    return tuple(GoldSpan(start=start, end=end, label=label) for start, end, label in sorted(found))


def _spans(row: TableRow) -> list[Mapping[str, Json]]:
    spans = row.cells.get("gold_spans", [])
    if not isinstance(spans, list):
        raise _refusal(row, "gold_spans is not a list")
    if not spans and _category(row) != WITHOUT_GOLD:
        raise _refusal(row, f"it has no gold_spans; only category {WITHOUT_GOLD} may have none")
    tables = [span for span in spans if isinstance(span, dict)]
    if len(tables) < len(spans):
        raise _refusal(row, "a span is not an object")
    return list[Mapping[str, Json]](tables)


def _string(row: TableRow, *names: str) -> str:
    value = next((row.cells[name] for name in names if name in row.cells), None)
    if not isinstance(value, str):
        raise _refusal(row, f"{names[0]} is not a string")
    return value


def _plain(name: str) -> str:
    return _UNUSUAL.sub("-", name.lower()).strip("-")


def _refusal(row: TableRow, fault: str) -> EvidenceError:
    return EvidenceError(f"{row.where}: {fault}")
