"""Reading is strict: what is not exactly one value is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import builders

from openmed.domain.candidates.candidate import Candidate, StagedCandidate, StagedFile
from openmed.domain.digest import canonical_json, tree_digest
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.wire import dump, parse, pretty, read_json
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
    data = dump(builders.a_report()).replace(b'"schema":"openmed.report/1",', b"")
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
