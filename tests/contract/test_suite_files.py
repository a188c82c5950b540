"""Suites outside the repository: SHIELD's tables in every format, the right answer or one sentence.

The rows are invented; a data set under a licence is never part of a test.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.suites.tables import MOST_TEXT, read_rows
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.suites.layouts.shield import read_shield
from openmed.domain.suites.suite import Suite, SuitePin, documents_of, suite_digest
from openmed.errors import EvidenceError, IntegrityError, OpenMedError

NOTES: list[dict[str, Json]] = [
    {
        "note_id": "n1",
        "note_text": 'Ann Quill, 93,\r\nsaid "fine"\nto Dr. Zoë Moss\u2028on 1/2.',
        "note_type": "Progress Note",
    },
    {"note_id": "n2", "note_text": "Nothing, to report.", "note_type": "ED"},
]
SPANS: list[dict[str, Json]] = [
    {"span_id": "s1", "note_id": "n1", "span_start": 0, "span_end": 9, "span_label": "PATIENT"},
    {"span_id": "s2", "note_id": "n1", "span_start": 11, "span_end": 13, "span_label": "age"},
    {"span_id": "s3", "note_id": "n1", "span_start": 35, "span_end": 43, "span_label": "Doctor"},
]
FORMATS = ("jsonl", "csv", "parquet")
ACCESS = "Ask for it at the address of its card."
Rows = Sequence[Mapping[str, Json]]


def as_bytes(rows: Rows, kept_as: str) -> bytes:
    """A table in one of the formats."""
    if kept_as == "jsonl":
        return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    if kept_as == "csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), sink)
    return sink.getvalue()


def digest_of_file(path: Path) -> str:
    """The digest to pin; any where there is no file."""
    return sha256_hex(path.read_bytes()) if path.is_file() else "0" * 64


def pin(folder: Path, notes: str, spans: str, **changes: object) -> SuitePin:
    """A pin of two tables in a folder as they are now; content digest as asked for, or right."""
    table = {
        "name": "shield", "title": "SHIELD", "edition": "invented", "revision": "1",
        "layout": "shield", "local": "$SHIELD_FOLDER", "path": notes, "spans_path": spans,
        "subset": "all", "licence": "LicenseRef-DUA", "source": "invented", "access": ACCESS,
        "sha256": digest_of_file(folder / notes), "spans_sha256": digest_of_file(folder / spans),
        "digest": "0" * 64, **changes,
    }  # fmt: skip
    made = SuitePin.model_validate(table)
    if "digest" in changes or not (folder / notes).exists():
        return made
    data = tuple((folder / path).read_bytes() for path, _ in made.files)
    digest = suite_digest(documents_of(made, data, layout=read_shield, tables=read_rows))
    return SuitePin.model_validate({**table, "digest": digest})


def put(folder: Path, notes: Rows, spans: Rows, kept_as: str) -> tuple[str, str]:
    """Write both tables."""
    names = f"notes.{kept_as}", f"spans.{kept_as}"
    for name, rows in zip(names, (notes, spans), strict=True):
        (folder / name).write_bytes(as_bytes(rows, kept_as))
    return names


def opened(folder: Path, made: SuitePin) -> Suite:
    """The suite, its folder named by the environment."""
    return FileInputs(Path("/nowhere"), environ={"SHIELD_FOLDER": str(folder)}).suite(made)


def refusal(folder: Path, made: SuitePin) -> str:
    """The one sentence it is refused with, and the next step."""
    with pytest.raises(OpenMedError) as caught:
        opened(folder, made)
    said = caught.value.diagnostics()
    assert [w for w in ("Ann", "Quill", "Moss", "Progress", "n1", "s1", "fine") if w in said] == []
    assert "\n" not in caught.value.message
    return said


@pytest.mark.parametrize("kept_as", FORMATS)
def test_every_format_gives_the_same_documents(kept_as: str, tmp_path: Path) -> None:
    """Text as it is, CR, quotes, commas and U+2028 included."""
    suite = opened(tmp_path, pin(tmp_path, *put(tmp_path, NOTES, SPANS, kept_as)))
    by_size = sorted(suite.documents, key=lambda document: len(document.spans))
    assert [document.text for document in by_size] == [NOTES[1]["note_text"], NOTES[0]["note_text"]]
    assert [by_size[1].text[s.start : s.end] for s in by_size[1].spans] == [
        "Ann Quill",
        "93",
        "Zoë Moss",
    ]
    assert [s.label for s in by_size[1].spans] == ["PATIENT_NAME", "AGE", "PROVIDER_NAME"]


@pytest.mark.parametrize("kept_as", FORMATS)
def test_an_inclusive_file_is_read_only_when_the_pin_says_so(kept_as: str, tmp_path: Path) -> None:
    """Never guessed; the refusal says what it looks like."""
    spans = [{**row, "span_end": int(str(row["span_end"])) - 1} for row in SPANS]
    one: dict[str, Json] = {
        "span_id": "s4", "note_id": "n1", "span_start": 47, "span_end": 47, "span_label": "date",
    }  # fmt: skip
    names = put(tmp_path, NOTES, [*spans, one], kept_as)
    said = refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))
    assert "offsets look end-inclusive: say so in the pin" in said
    suite = opened(tmp_path, pin(tmp_path, *names, ends="inclusive"))
    (found,) = (document for document in suite.documents if document.spans)
    values = [found.text[s.start : s.end] for s in found.spans]
    assert values == ["Ann Quill", "93", "Zoë Moss", "1"]


BAD: dict[str, tuple[Callable[[], tuple[Rows, Rows]], str]] = {
    "orphan span": (
        lambda: (NOTES, [*SPANS, {**SPANS[0], "span_id": "x", "note_id": "n9"}]),
        "4: note_id is not in the table of notes",
    ),
    "duplicate note": (lambda: ([*NOTES, NOTES[0]], SPANS), "note_id is given twice, first in"),
    "duplicate span": (lambda: (NOTES, [*SPANS, SPANS[1]]), "span_id is given twice, first in"),
    "bad label": (
        lambda: (NOTES, [{**SPANS[0], "span_label": "Quill"}]),
        "1: span_label is none of age, date",
    ),
    "past the end": (lambda: (NOTES, [{**SPANS[0], "span_end": 900}]), "lies outside the text"),
    "zero length": (
        lambda: (NOTES, [{**SPANS[0], "span_end": 0}, SPANS[1]]),
        "1: the span is empty (1 of 2 spans do not fit)",
    ),
    "no text": (lambda: ([{**NOTES[0], "note_text": ""}], SPANS), "1: note_text is empty"),
    "a column is missing": (
        lambda: ([{"note_id": "n1", "text": "Ann"}], SPANS),
        "1: note_text is missing",
    ),
}


@pytest.mark.parametrize("kept_as", FORMATS)
@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_rows_are_refused(name: str, kept_as: str, tmp_path: Path) -> None:
    """Table, row and rule."""
    make, reason = BAD[name]
    names = put(tmp_path, *make(), kept_as)
    assert reason in refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))


@pytest.mark.parametrize("kept_as", FORMATS)
def test_an_empty_table_is_refused(kept_as: str, tmp_path: Path) -> None:
    """No notes is no suite; no spans is one that measures over-redaction only."""
    head = {"jsonl": b"", "csv": b"note_id,note_text,note_type\n"}
    names = put(tmp_path, NOTES, SPANS, kept_as)
    empty = head.get(kept_as)
    if empty is None:
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(NOTES).slice(0, 0), sink)
        empty = sink.getvalue()
    (tmp_path / names[0]).write_bytes(empty)
    assert "notes hold no rows" in refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "not parquet": ("notes.parquet", b"note_id,note_text", "not a readable parquet file"),
    "cut parquet": ("notes.parquet", as_bytes(NOTES, "parquet")[:-20], "not a readable parquet"),
    "an odd cell": ("notes.csv", b"note_id,note_text,note_type\nn1,Ann\n", "row 1 has 2 cells"),
    "an open quote": ("notes.csv", b'note_id,note_text,note_type\n"n1,Ann', "not valid CSV"),
    "a column twice": ("notes.csv", b"note_id,note_id\nn1,n1\n", "name a column twice"),
    "a byte order mark": ("notes.csv", b"\xef\xbb\xbfnote_id\nn1\n", "byte order mark"),
    "not UTF-8": ("notes.csv", b"note_id\n\xff\n", "not UTF-8"),
    "not JSON": ("notes.jsonl", b"{Ann", "line 1 is not valid JSON"),
    "another format": ("notes.txt", b"Ann", "is not JSONL"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_is_refused(name: str, tmp_path: Path) -> None:
    """Never a pass."""
    path, data, reason = BROKEN[name]
    put(tmp_path, NOTES, SPANS, "jsonl")
    (tmp_path / path).write_bytes(data)
    said = refusal(tmp_path, pin(tmp_path, path, "spans.jsonl", digest="0" * 64))
    assert reason in said


def test_damage_inside_a_parquet_file_is_refused(tmp_path: Path) -> None:
    """The footer is right, the pages are not."""
    names = put(tmp_path, NOTES, SPANS, "parquet")
    whole = (tmp_path / names[0]).read_bytes()
    (tmp_path / names[0]).write_bytes(whole[:4] + b"\xff" * 60 + whole[64:])
    said = refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))
    assert "not a readable parquet file (after row 0)" in said


def test_a_column_of_numbers_kept_as_something_else_is_refused(tmp_path: Path) -> None:
    """Offsets with a decimal point are no offsets."""
    names = put(tmp_path, NOTES, [{**SPANS[0], "span_start": 0.0}], "parquet")
    said = refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))
    assert "row 1: span_start is not a whole number" in said


def test_other_columns_do_not_matter(tmp_path: Path) -> None:
    """Not even their type."""
    notes: Rows = [{**row, "extra": {"a": [1, 2]}} for row in NOTES]
    spans: Rows = [{**row, "score": 0.5} for row in SPANS]
    assert opened(tmp_path, pin(tmp_path, *put(tmp_path, notes, spans, "parquet"))).documents


def test_a_digest_is_always_checked(tmp_path: Path) -> None:
    """Of the bytes, and of what they say."""
    names = put(tmp_path, NOTES, SPANS, "parquet")
    made = pin(tmp_path, *names)
    assert "content digest is" in refusal(tmp_path, pin(tmp_path, *names, digest="0" * 64))
    (tmp_path / names[0]).write_bytes(as_bytes([*NOTES[:1]], "parquet"))
    with pytest.raises(IntegrityError, match=r"notes\.parquet has sha256"):
        opened(tmp_path, made)


@pytest.mark.parametrize("value", [None, "", "relative/folder", "/nowhere/at/all"])
def test_a_suite_that_is_not_here_says_how_to_get_it(value: str | None, tmp_path: Path) -> None:
    """With the pin's own sentence."""
    put(tmp_path, NOTES, SPANS, "jsonl")
    made = pin(tmp_path, "notes.jsonl", "spans.jsonl")
    environ = {} if value is None else {"SHIELD_FOLDER": value}
    with pytest.raises(EvidenceError) as caught:
        FileInputs(tmp_path, environ=environ).suite(made)
    assert caught.value.message.startswith("suite shield is not here: $SHIELD_FOLDER ")
    assert caught.value.message.endswith(ACCESS)
    assert "--retry" in caught.value.next_step


def test_a_folder_may_be_named_by_its_whole_path(tmp_path: Path) -> None:
    """In the pin itself."""
    names = put(tmp_path, NOTES, SPANS, "csv")
    made = pin(tmp_path, *names, local=str(tmp_path))
    assert len(FileInputs(Path("/nowhere")).suite(made).documents) == 2


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    """A folder in its place, for whoever is root too."""
    made = pin(tmp_path, *put(tmp_path, NOTES, SPANS, "csv"))
    (tmp_path / "spans.csv").unlink()
    assert "cannot read spans.csv: No such file or directory. Ask" in refusal(tmp_path, made)
    (tmp_path / "spans.csv").mkdir()
    assert "cannot read spans.csv: not a plain file" in refusal(tmp_path, made)


READ = """
import sys, json
from pathlib import Path
from openmed.adapters.inputs.input_files import FileInputs
from openmed.domain.suites.suite import SuitePin
from openmed.errors import OpenMedError
made = SuitePin.model_validate_json(sys.argv[1])
peak = lambda: next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM"))
try:
    FileInputs(Path("/nowhere")).suite(made)
except OpenMedError as error:
    print(json.dumps([error.message, peak()]))
"""


@pytest.mark.parametrize("kind", ["plain", "repeated", "jsonl"])
def test_two_hundred_megabytes_of_text_are_refused_in_bounded_memory(
    kind: str, tmp_path: Path
) -> None:
    """Whether the file is large, packs well, or repeats one value."""
    names = put(tmp_path, NOTES, SPANS, "jsonl" if kind == "jsonl" else "parquet")
    large, rows = tmp_path / names[0], 20 if kind == "repeated" else 200
    schema = pa.schema([(name, pa.string()) for name in ("note_id", "note_text", "note_type")])
    if kind == "jsonl":
        with large.open("wb") as file:
            for number in range(rows):
                file.write(
                    json.dumps(
                        {**NOTES[0], "note_id": f"{number}", "note_text": "a" * 2**20}
                    ).encode()
                    + b"\n"
                )
    else:
        with pq.ParquetWriter(large, schema, use_dictionary=kind == "repeated") as writer:
            for number in range(rows):
                text = "a" * 2**20 if kind == "repeated" else f"{number} " * 2**18
                columns = [[f"n{number}"], [text], ["x"]]
                if kind == "repeated":
                    columns = [[f"n{number}-{k}" for k in range(50)], [text] * 50, ["x"] * 50]
                writer.write_table(pa.table(columns, schema=schema))
    made = pin(tmp_path, *names, digest="0" * 64, local=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", READ, made.model_dump_json(by_alias=True)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    message, peak = json.loads(done.stdout)
    assert ("most" in message, peak < 700_000) == (True, True), (message, peak)
    assert MOST_TEXT < 200 * 2**20
