"""Rows that are appended: what was there stays, what is added reads as what it was made of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import a_candidate

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import read_manifest
from openmed.domain.candidates.queue_file import catalogue_row, rows_of, with_row
from openmed.domain.wire import from_plain
from openmed.errors import UsageError

WORDS = st.text(max_size=40).filter(str.isprintable)


def changed(**changes: object) -> Candidate:
    """A row with some keys changed."""
    return Candidate.model_validate({**a_candidate().model_dump(), **changes})


@given(WORDS.filter(bool), WORDS, st.sampled_from(["", "# nothing\n", "a = 1 # no line end"]))
def test_any_words_come_back(title: str, attribution: str, have: str) -> None:
    """Quotes, backslashes, other scripts."""
    made = changed(title=title, attribution=attribution)
    data = with_row(have.encode(), made)
    assert data.startswith(have.encode())
    (row,) = rows_of(data)
    assert from_plain(Candidate, row, what="row") == made


def test_a_second_row_follows_the_first() -> None:
    """With a comment after it."""
    one, two = changed(slot="a::b::c"), changed(slot="d::e::f")
    data = with_row(with_row(b"# queue\n", one) + b"# end", two)
    assert [from_plain(Candidate, row, what="row").slot for row in rows_of(data)] == [
        "a::b::c",
        "d::e::f",
    ]


@pytest.mark.parametrize("have", ["candidate = []\n", "candidate = 1\n"])
def test_a_queue_of_another_form_is_refused(have: str) -> None:
    """No table can follow."""
    with pytest.raises(UsageError, match="cannot take"):
        with_row(have.encode(), a_candidate())


@pytest.mark.parametrize("have", [b"candidate = [\n", b"\xff\n"])
def test_a_queue_that_is_no_toml_is_refused(have: bytes) -> None:
    """It is said so."""
    with pytest.raises(UsageError, match="not valid TOML"):
        with_row(have, a_candidate())


def test_the_catalogue_reads_the_row_it_is_given() -> None:
    """With the slot and languages of the queue's row."""
    made = changed(slot="x::none::onnx", languages=("en", "nl"))
    line = catalogue_row(made)
    (row,) = read_manifest(line.encode(), what="models.jsonl").rows
    assert (row.slots, row.languages, row.license) == (
        ("x::none::onnx",),
        ("en", "nl"),
        made.licence,
    )
    assert json.loads(line)["repo_id"] == made.repo_id
