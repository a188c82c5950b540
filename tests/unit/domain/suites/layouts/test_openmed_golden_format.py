"""The public project's golden fixture format: both containers, everything checked."""

import json

import pytest

from openmed.domain.digest import Json
from openmed.domain.suites.layouts.openmed_golden_format import read_fixtures, read_openmed_golden
from openmed.domain.suites.suite import SuitePin, documents_of
from openmed.domain.text.span import GoldSpan
from openmed.errors import EvidenceError

TEXT = "Zoë Marsh, born 1931-02-03, takes aspirin; ID 77-12."
SPANS: list[dict[str, Json]] = [
    {"start": 0, "end": 9, "label": "PERSON", "text": "Zoë Marsh", "group": "names"},
    {"start": 16, "end": 26, "label": "DATE_OF_BIRTH"},
    {"start": 34, "end": 41, "label": "MEDICATION", "metadata": {"x": 1}},
    {"start": 46, "end": 51, "label": "ID_NUM", "text": "77-12"},
]


def fixture(**changes: Json) -> dict[str, Json]:
    """One fixture."""
    return {
        "id": "Multi_01",
        "language": "en",
        "text": TEXT,
        "gold_spans": list[Json](SPANS),
        "metadata": {"category": "checksum_ids", "synthetic": True, "locale": "en_US"},
        **changes,
    }


def whole(*fixtures: Json, **changes: Json) -> bytes:
    """The JSON container."""
    head: dict[str, Json] = {"version": 1, "synthetic": True, "suite": "golden", "notice": "n"}
    return json.dumps({**head, "fixtures": list(fixtures), **changes}).encode()


def lines(*fixtures: Json) -> bytes:
    """The JSONL container."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in fixtures)


def test_both_containers_give_the_same() -> None:
    """Labels are mapped, what is not personal is left out, offsets stay."""
    (one,) = read_fixtures([("a.json", whole(fixture()))], what="x")
    (other,) = read_fixtures([("a.jsonl", lines(fixture()))], what="x")
    assert one == other
    assert (one.id, one.language, one.slice, one.text) == ("multi-01", "en", "checksum-ids", TEXT)
    assert one.spans == (
        GoldSpan(start=0, end=9, label="PATIENT_NAME"),
        GoldSpan(start=16, end=26, label="DATE"),
        GoldSpan(start=46, end=51, label="ANY_ID"),
    )


def test_other_names_of_keys_are_known() -> None:
    """`fixture_id` and `lang`."""
    row = {**fixture(fixture_id="b", lang="pt_BR")}
    del row["id"], row["language"]
    (document,) = read_fixtures([("a.jsonl", lines(row))], what="x")
    assert (document.id, document.language) == ("b", "pt-br")


def test_several_files_are_one_suite() -> None:
    """By id."""
    files = [("b.jsonl", lines(fixture(id="z"))), ("a.json", whole(fixture(id="y")))]
    assert [d.id for d in read_fixtures(files, what="x")] == ["y", "z"]


def test_nested_gold_is_kept() -> None:
    """A first name inside a name is one more span; the same place twice is one."""
    spans: list[Json] = [
        {"start": 0, "end": 9, "label": "PERSON"},
        {"start": 0, "end": 3, "label": "FIRST_NAME"},
        {"start": 0, "end": 9, "label": "FIRST_NAME"},
    ]
    (document,) = read_fixtures([("a.jsonl", lines(fixture(gold_spans=spans)))], what="x")
    assert [(s.start, s.end) for s in document.spans] == [(0, 3), (0, 9)]


def test_hard_negatives_may_have_no_gold() -> None:
    """They measure over-redaction."""
    row = fixture(metadata={"category": "hard_negatives", "synthetic": True})
    del row["gold_spans"]
    (document,) = read_fixtures([("a.jsonl", lines(row))], what="x")
    assert document.spans == ()


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no fixture": ("a.json", whole(), "x holds no fixtures"),
    "another version": ("a.json", whole(fixture(), version=2), "not of version 1"),
    "real text": ("a.json", whole(fixture(), synthetic=False), "synthetic: true"),
    "no list": ("a.json", whole(fixture(), fixtures={}), "no list of fixtures"),
    "not an object": ("a.json", whole("Zoë"), "fixture 1 is not an object"),
    "not JSON": ("a.json", b"{Zo", "not valid JSON"),
    "twice": ("a.jsonl", lines(fixture(), fixture()), "line 2: its id is given twice"),
    "real fixture": ("a.jsonl", lines(fixture(metadata={"category": "c"})), "synthetic: true"),
    "no category": ("a.jsonl", lines(fixture(metadata={"synthetic": True})), "no category"),
    "unknown label": (
        "a.jsonl",
        lines(fixture(gold_spans=[{**SPANS[0], "label": "Zoë"}, SPANS[1]])),
        "1 labels are not in the label map openmed/1",
    ),
    "no label": ("a.jsonl", lines(fixture(gold_spans=[{"start": 0, "end": 3}])), "no label"),
    "text moved": (
        "a.jsonl",
        lines(fixture(gold_spans=[{**SPANS[0], "start": 1}])),
        "the text beside span 1 is not what stands there",
    ),
    "outside": ("a.jsonl", lines(fixture(gold_spans=[{**SPANS[1], "end": 99}])), "outside"),
    "empty span": ("a.jsonl", lines(fixture(gold_spans=[{**SPANS[1], "end": 16}])), "empty"),
    "punctuation": (
        "a.jsonl",
        lines(fixture(gold_spans=[{"start": 9, "end": 10, "label": "DATE"}])),
        "no letter or digit",
    ),
    "no gold": ("a.jsonl", lines(fixture(gold_spans=[])), "no gold_spans"),
    "gold is no list": ("a.jsonl", lines(fixture(gold_spans={})), "not a list"),
    "a span is no object": ("a.jsonl", lines(fixture(gold_spans=[1])), "not an object"),
    "no text": ("a.jsonl", lines(fixture(text="")), "text is empty"),
    "text is null": ("a.jsonl", lines(fixture(text=None)), "text is not a string"),
    "odd language": ("a.jsonl", lines(fixture(language="Zoë!")), "unusual"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_not_as_described_is_refused(name: str) -> None:
    """One sentence, which quotes nothing."""
    path, data, reason = REFUSED[name]
    with pytest.raises(EvidenceError) as caught:
        read_fixtures([(path, data)], what="x")
    assert reason in caught.value.message
    assert [
        word for word in ("Zo", "Marsh", "1931", "aspirin") if word in caught.value.message
    ] == []


def test_anyone_can_pin_it() -> None:
    """Several files, each with its digest."""
    pin = SuitePin.model_validate_json(
        json.dumps(
            {
                "name": "public-golden", "title": "t", "edition": "e", "revision": "r",
                "layout": "openmed-golden", "path": "a.json", "sha256": "0" * 64,
                "more": [{"path": "b.jsonl", "sha256": "1" * 64}], "subset": "all",
                "digest": "2" * 64, "licence": "Apache-2.0", "source": "s", "synthetic": True,
            }
        )
    )  # fmt: skip
    assert pin.files == (("a.json", "0" * 64), ("b.jsonl", "1" * 64))
    data = (whole(fixture()), lines(fixture(id="two")))
    assert [d.id for d in documents_of(pin, data, layout=read_openmed_golden)] == [
        "multi-01",
        "two",
    ]
