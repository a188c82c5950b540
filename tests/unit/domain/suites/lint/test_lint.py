"""Lint: each planted defect is found by its name, and a clean suite has none."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import pytest

from openmed.domain.digest import Json
from openmed.domain.suites.lint import RULES, LintFinding, LintReport, lint
from openmed.domain.suites.lint.draft import read_drafts
from openmed.domain.suites.suite import Minimum

Row: TypeAlias = dict[str, Json]

TEXT = (
    "Ana Quill (MRN 4471) lives at 9 Elm Road. Call 202-555-0143, SSN 912-66-0042, mail "
    "ana@dunesend.example or see https://chart.inkwell.example/p/1 from 192.0.2.7."
)
PLACES = {
    "Ana Quill": "PATIENT_NAME",
    "4471": "MRN",
    "9 Elm Road": "STREET_ADDRESS",
    "202-555-0143": "PHONE",
    "912-66-0042": "SSN",
    "ana@dunesend.example": "EMAIL",
    "https://chart.inkwell.example/p/1": "URL",
    "192.0.2.7": "IP_ADDRESS",
}
TRAINING = "the nurse then went over every single one of the answers with her twice"


def row(text: str, places: Mapping[str, str], **more: Json) -> Row:
    """One document as it is written, its gold found by value."""
    found: list[Json] = [
        {"start": text.index(value), "end": text.index(value) + len(value), "label": label}
        for value, label in places.items()
    ]
    base: Row = {"id": "a-1", "language": "en", "family": "a", "slice": "base", "smoke": False}
    return {**base, "text": text, "spans": found, **more}


def clean() -> list[Row]:
    """Two documents without a defect."""
    second = row("No complaints. Ben Moss slept well.", {"Ben Moss": "PATIENT_NAME"}, id="b-1")
    return [row(TEXT, PLACES), {**second, "family": "b"}]


def moved(start: int, end: int, *, label: str = "PATIENT_NAME", **more: Json) -> list[Row]:
    """The second document with its span elsewhere."""
    rows = clean()
    rows[1]["spans"] = [{"start": start, "end": end, "label": label, **more}]
    return rows


def changed(old: str, new: str, places: Mapping[str, str] | None = None) -> list[Row]:
    """The first document with another value, still gold."""
    kept = {(new if value == old else value): label for value, label in PLACES.items()}
    return [row(TEXT.replace(old, new), places or kept), clean()[1]]


def said(text: str, **more: Json) -> list[Row]:
    """A third document."""
    return [*clean(), row(text, {}, id="c-1", **more)]


def run(rows: list[Row] | bytes, **more: object) -> LintReport:
    """Lint rows as JSONL."""
    data = rows if isinstance(rows, bytes) else b"\n".join(json.dumps(r).encode() for r in rows)
    drafts, before = read_drafts(data)
    minima = (Minimum(labels=("PATIENT_NAME",), spans=2, families=2),)
    asked: tuple[Minimum, ...] = more.get("minima", minima)  # type: ignore[assignment]
    return lint(
        drafts,
        before=before,
        is_synthetic=bool(more.get("is_synthetic", True)),
        minima=asked,
        training=(TRAINING,),
    )


class Planted(NamedTuple):
    """One defect, made when asked for, and where lint must say it is."""

    rule: str
    rows: Callable[[], list[Row] | bytes]
    document: str
    start: int | None = None


def _twice(*, is_text: bool) -> list[Row]:
    rows = clean()
    return [*rows, {**rows[1], "id": "c-1"} if is_text else {**row("More.", {}), "id": "b-1"}]


def _pair(*spans: tuple[int, int]) -> list[Row]:
    rows = clean()
    rows[1]["spans"] = [{"start": s, "end": e, "label": "PATIENT_NAME"} for s, e in spans]
    return rows


PLANTED = {
    "a line that is no JSON": Planted(
        "malformed", lambda: json.dumps(clean()[0]).encode() + b"\n{Quill", "line 2"
    ),
    "a span without an end": Planted(
        "malformed",
        lambda: [*clean(), {**row("x", {}, id="c-1"), "spans": [{"start": 1}]}],
        "line 3",
    ),
    "nothing at all": Planted("no-documents", lambda: b"\n", ""),
    "two documents of one id": Planted("duplicate-id", lambda: _twice(is_text=False), "b-1"),
    "two documents of one text": Planted("duplicate-text", lambda: _twice(is_text=True), "c-1"),
    "an id that could say something": Planted(
        "bad-name", lambda: [*clean(), row("x", {}, id="Ana Quill")], "line 3"
    ),
    "no text": Planted("empty-text", lambda: said(""), "c-1"),
    "half a surrogate pair": Planted("half-character", lambda: said("ab \ud83d"), "c-1", 3),
    "an end past the text": Planted("outside-text", lambda: moved(15, 400), "b-1", 15),
    "an end before its start": Planted("outside-text", lambda: moved(23, 15), "b-1", 23),
    "a negative start": Planted("outside-text", lambda: moved(-3, 4), "b-1", -3),
    "no length": Planted("empty-span", lambda: moved(15, 15), "b-1", 15),
    "another value beside it": Planted(
        "text-differs", lambda: moved(15, 23, text="Ben Mose"), "b-1", 15
    ),
    "a leading blank": Planted("outer-space", lambda: moved(14, 23), "b-1", 14),
    "a trailing blank": Planted("outer-space", lambda: moved(15, 24), "b-1", 15),
    "only a full stop": Planted("nothing-sensitive", lambda: moved(13, 14), "b-1", 13),
    "a mark cut from its letter": Planted(
        "split-character",
        lambda: [
            *clean(),
            {
                **row("Re\u0301my Stone", {}, id="c-1", family="c-nfd"),
                "spans": [{"start": 0, "end": 2, "label": "PATIENT_NAME"}],
            },
        ],
        "c-1",
        0,
    ),
    "a label nobody knows": Planted(
        "unknown-label", lambda: moved(15, 23, label="NAEM"), "b-1", 15
    ),
    "a span twice": Planted("duplicate-span", lambda: _pair((15, 23), (15, 23)), "b-1", 15),
    "spans that overlap": Planted("overlap", lambda: _pair((15, 20), (19, 23)), "b-1", 19),
    "spans out of order": Planted("unordered-spans", lambda: _pair((19, 23), (15, 18)), "b-1"),
    "text that is not composed": Planted("not-nfc", lambda: said("Re\u0301my"), "c-1"),
    "a carriage return": Planted("carriage-return", lambda: said("a\r\nb"), "c-1", 1),
    "a telephone of somebody": Planted(
        "not-reserved", lambda: changed("202-555-0143", "202-555-2143"), "a-1", 47
    ),
    "a mailbox of somebody": Planted(
        "not-reserved", lambda: changed("ana@dunesend.example", "ana.example@gmail.com"), "a-1", 83
    ),
    "a page of somebody": Planted(
        "not-reserved",
        lambda: changed("https://chart.inkwell.example/p/1", "https://inkwell.org/p.example"),
        "a-1",
    ),
    "an address of somebody": Planted(
        "not-reserved", lambda: changed("192.0.2.7", "8.8.8.8"), "a-1"
    ),
    "a security number of somebody": Planted(
        "not-reserved", lambda: changed("912-66-0042", "412-66-0042"), "a-1"
    ),
    "a taxpayer number": Planted(
        "not-reserved", lambda: changed("912-66-0042", "912-70-0042"), "a-1"
    ),
    "a card of somebody": Planted(
        "not-reserved",
        lambda: [
            *clean(),
            row("4929 1234 5678 9012", {"4929 1234 5678 9012": "CREDIT_CARD"}, id="c-1"),
        ],
        "c-1",
        0,
    ),
    "an account of a real bank": Planted(
        "not-reserved",
        lambda: [
            *clean(),
            row("GB29NWBK60161331926819", {"GB29NWBK60161331926819": "IBAN"}, id="c-1"),
        ],
        "c-1",
        0,
    ),
    "a name left in clear": Planted(
        "left-in-clear",
        lambda: [row(f"{TEXT} Ana Quill is well.", PLACES), clean()[1]],
        "a-1",
        len(TEXT) + 1,
    ),
    "wording of the training notes": Planted(
        "shared-wording", lambda: said(f"Today {TRAINING.replace('her', 'Ann')}."), "c-1", 6
    ),
}


def test_a_clean_suite_has_no_defect() -> None:
    """And the words it was compared with are counted."""
    report = run(clean())
    assert report.findings == ()
    assert report.overlap is not None
    assert (report.documents, report.spans, report.overlap.shared) == (2, 9, 0)
    assert report.overlap.training == 7


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_defect_is_found_by_name(name: str) -> None:
    """With its document and its place."""
    planted = PLANTED[name]
    found = [f for f in run(planted.rows()).findings if f.rule == planted.rule]
    assert found
    assert {f.document for f in found} == {planted.document}
    if planted.start is not None:
        assert planted.start in {f.start for f in found}


def test_many_defects_are_planted() -> None:
    """More than twenty, of every rule but those about the pin and the whole."""
    rules = {planted.rule for planted in PLANTED.values()}
    of_the_whole = {"not-as-pinned", "uncovered-label", "too-few-spans", "too-few-families"}
    assert len(PLANTED) > 30
    assert rules == RULES.keys() - of_the_whole


@pytest.mark.parametrize(
    ("minimum", "rule"),
    [
        (Minimum(labels=("FAX", "MRN"), spans=1), "uncovered-label"),
        (Minimum(labels=("PATIENT_NAME",), spans=3), "too-few-spans"),
        (Minimum(labels=("PATIENT_NAME",), spans=2, families=3), "too-few-families"),
    ],
)
def test_too_little_gold_is_found(minimum: Minimum, rule: str) -> None:
    """A label that is missing, rare, or of few families."""
    (found,) = run(clean(), minima=(minimum,)).findings
    assert (found.rule, found.document) == (rule, "")


@pytest.mark.parametrize(
    ("text", "name"), [("a\r\nb", "slice-crlf"), ("Re\u0301my", "names-nfd-2")]
)
def test_a_family_may_be_made_for_it(text: str, name: str) -> None:
    """Carriage returns and marks of their own are what some families test."""
    assert run(said(text, family=name)).findings == ()


def test_real_notes_are_what_they_are() -> None:
    """Reserved ranges, NFC and carriage returns are rules for invented text."""
    rows = [*changed("202-555-0143", "202-555-2143"), *said("a\r\nRe\u0301my Ana")[2:]]
    assert run(rows, is_synthetic=False).findings == ()


@pytest.mark.parametrize(
    "value",
    [
        "555-0143", "+1 202 555 01 43", "(202) 555-0143 x12", "2 0 2 5 5 5 0 1 4 3", "2O2-555-O143",
        "0113", "01632 960123",
    ],
)  # fmt: skip
def test_telephones_for_fiction_are_nobodys(value: str) -> None:
    """In any writing, and when cut short."""
    assert run([*clean(), row(value, {value: "PHONE"}, id="c-1")]).findings == ()


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_no_finding_quotes_a_document(name: str) -> None:
    """A rule, an id or a line, offsets, numbers and canonical labels."""
    said_ = "\n".join(finding.line for finding in run(PLANTED[name].rows()).findings)
    plain = json.dumps(run(PLANTED[name].rows()).plain)
    words = (
        "Ana",
        "Quill",
        "Ben",
        "Moss",
        "Mose",
        "nurse",
        "4471",
        "gmail",
        "NAEM",
        "2143",
        "NWBK",
    )
    assert [word for word in words if word in said_ or word in plain] == []


def test_a_finding_is_one_line() -> None:
    """Rule, document, place, detail."""
    assert LintFinding("overlap", "a-1", 3, 9, "MRN").line == "overlap: a-1 3-9: MRN"
    assert LintFinding("no-documents").line == "no-documents: suite"
