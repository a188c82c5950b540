"""Reading is strict: what is not exactly one value is refused."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from support import builders

from openmed.domain.candidates.candidate import Candidate, StagedCandidate, StagedFile
from openmed.domain.digest import canonical_json, tree_digest
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.wire import dump, from_plain, parse, pretty, read_json
from openmed.errors import EvidenceError


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b"NaN",
        b"[Infinity]",
        b"[" * 100_000,
    ],
)
def test_what_is_not_strict_json_is_refused(data: bytes) -> None:
    """Twins, NaN, infinity, bad UTF-8 and endless nesting."""
    with pytest.raises(EvidenceError):
        read_json(data, what="it")


def test_an_error_never_quotes_what_it_read() -> None:
    """It might be a document."""
    with pytest.raises(EvidenceError) as caught:
        parse(Candidate, b'{"slot": "Anna Maria Lopez"}', what="row")
    assert "Lopez" not in caught.value.message


def test_a_value_reads_back_as_itself() -> None:
    """From canonical and from pretty bytes."""
    report = builders.a_report()
    assert parse(BenchmarkReport, dump(report), what="report") == report
    assert parse(BenchmarkReport, pretty(report), what="report") == report


def test_a_file_without_its_schema_is_refused() -> None:
    """A default must not stand in for what a file does not say."""
    data = dump(builders.a_report()).replace(b'"schema":"openmed.report/3",', b"")
    with pytest.raises(EvidenceError, match="schema"):
        parse(BenchmarkReport, data, what="report")


def test_an_infinite_number_written_as_digits_is_refused() -> None:
    """1e999 parses as infinity."""
    data = dump(builders.a_report()).replace(b'"design_effect":null', b'"design_effect":1e999', 1)
    with pytest.raises(EvidenceError):
        parse(BenchmarkReport, data, what="report")


def test_a_staged_candidate_must_be_what_its_digest_says() -> None:
    """An edited file list does not parse."""
    data = dump(builders.a_staged()).replace(b'"size":7', b'"size":8')
    with pytest.raises(EvidenceError, match="tree digest"):
        parse(StagedCandidate, data, what="staged")


def test_a_perfect_score_has_one_form() -> None:
    """1.0 and 1 are the same number, and the same bytes."""
    assert canonical_json({"recall": 1.0}) == canonical_json({"recall": 1})


NAMES = st.from_regex(r"[a-z][a-z0-9_.-]{0,8}", fullmatch=True)
FILES = st.builds(
    StagedFile, path=NAMES, size=st.integers(0, 9), sha256=st.sampled_from(["0" * 64, "1" * 64])
)


@given(st.lists(FILES, unique_by=lambda file: file.path))
def test_a_tree_digest_does_not_depend_on_order(files: list[StagedFile]) -> None:
    """A tree is a set of files."""
    assert tree_digest(files) == tree_digest(reversed(files))


def test_a_tree_digest_covers_names() -> None:
    """Two files that swap their contents make another tree."""
    one, two = "0" * 64, "1" * 64
    assert tree_digest(_two(one, two)) != tree_digest(_two(two, one))


def _two(first: str, second: str) -> tuple[StagedFile, ...]:
    return (
        StagedFile(path="a", size=1, sha256=first),
        StagedFile(path="b", size=1, sha256=second),
    )


class _Row(Frozen):
    licence: str


class _Table(Frozen):
    rows: tuple[_Row, ...]


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        (
            {"rows": [{"licence": "mit", "license": "mit"}]},
            "table is not valid: rows.0: unknown key `license`; did you mean `licence`?",
        ),
        ({"rows": [{}]}, "table is not valid: rows.0: missing key `licence`"),
        ({"rows": [], "rwos": 1}, "table is not valid: unknown key `rwos`; did you mean `rows`?"),
        ({"rows": [], "zzz": 1}, "table is not valid: unknown key `zzz`"),
        ({"rows": [], "Jane Doe, 12 Elm Street": 1}, "table is not valid: unknown key"),
    ],
)
def test_an_unknown_key_is_named_with_what_is_near(plain: dict[str, object], said: str) -> None:
    """A slip is found at once; text that is no name is not quoted."""
    with pytest.raises(EvidenceError) as caught:
        from_plain(_Table, plain, what="table")
    assert said == caught.value.message


class _Limits(Frozen):
    share: Annotated[float, Field(gt=0, le=0.5)]
    count: Annotated[int, Field(ge=1, lt=10)] = 1
    perhaps: Annotated[float, Field(ge=0, le=1)] | None = None
    inner: tuple["_Limits", ...] = ()


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"share": 0.6}, "share: 0.6 is out of range; wanted above 0 and at most 0.5"),
        ({"share": 0}, "share: 0 is out of range; wanted above 0 and at most 0.5"),
        (
            {"share": 0.1, "count": 10**12},
            "count: 1000000000000 is out of range; wanted at least 1 and",
        ),
        ({"share": 0.1, "count": 0}, "wanted at least 1 and below 10"),
        (
            {"share": 0.1, "perhaps": 2},
            "perhaps: 2 is out of range; wanted at least 0 and at most 1",
        ),
        (
            {"share": 0.1, "inner": [{"share": 7}]},
            "inner.0.share: 7 is out of range; wanted above 0",
        ),
    ],
)
def test_a_number_out_of_its_range_is_told_the_whole_range(
    plain: dict[str, object], said: str
) -> None:
    """Wherever it stands: what was given, and both ends."""
    with pytest.raises(EvidenceError) as caught:
        from_plain(_Limits, plain, what="limits")
    assert said in caught.value.message
