"""Facts of sources are kept by stat; what is kept can be lost, torn or foreign without harm."""

import json
import os
import time
from pathlib import Path

import pytest

from openmed.adapters.code import source_files
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.code.source_text import SourceFacts, facts_of
from openmed.domain.digest import sha256_hex
from openmed.errors import UsageError

OLD, NEW = b"LIMIT = 1\n", b"LIMIT = 2\n"
FALSE = "f" * 64


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source that did not change for longer than two edits can share a time."""
    path = tmp_path / "module.py"
    path.write_bytes(OLD)
    settled = time.time_ns() + source_files._SETTLED_NS  # noqa: SLF001 - what is waited for
    while time.time_ns() <= settled + 50_000_000:
        time.sleep(0.05)
    return path


@pytest.fixture
def kept(source: Path) -> Path:
    """The file that one process left, with facts that nobody would compute."""
    place = source.with_name("facts.json")
    first = SourceFiles(place)
    first.facts(source)
    first.keep()
    body = json.loads(place.read_bytes().partition(b"\n")[2])
    body[str(source)][1][0] = FALSE
    data = json.dumps(body).encode()
    place.write_bytes(source_files._seal(data) + data)  # noqa: SLF001 - as the engine seals it
    return place


def test_what_is_kept_is_used(source: Path, kept: Path) -> None:
    """Another process does not read the source again."""
    assert FALSE == SourceFiles(kept).facts(source).text


def test_an_edit_of_equal_size_and_time_is_seen(source: Path, kept: Path) -> None:
    """The time of modification can be set back, that of the inode cannot."""
    before = source.stat()
    source.write_bytes(NEW)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (before.st_size, before.st_mtime_ns) == (
        source.stat().st_size,
        source.stat().st_mtime_ns,
    )
    assert facts_of(NEW) == SourceFiles(kept).facts(source)


def test_a_file_that_just_changed_is_not_kept(tmp_path: Path) -> None:
    """Two edits within one tick of the clock have one stat."""
    source, place = tmp_path / "module.py", tmp_path / "facts.json"
    files = SourceFiles(place)
    for content in (OLD, NEW):
        source.write_bytes(content)
        assert facts_of(content) == files.facts(source)
    files.keep()
    assert not place.exists()


@pytest.mark.parametrize("what", ["torn", "empty", "other bytes", "another shape", "other reader"])
def test_what_does_not_fit_is_read_again(source: Path, kept: Path, what: str) -> None:
    """Never a wrong digest, and no error."""
    data = kept.read_bytes()
    seal, _, body = data.partition(b"\n")
    spoilt = body.replace(FALSE.encode(), b"e" * 64)
    odd = b'{"a": 1}'
    kept.write_bytes(
        {
            "torn": data[:-5],
            "empty": b"",
            "other bytes": seal + b"\n" + spoilt,
            "another shape": source_files._seal(odd) + odd,  # noqa: SLF001 - as the engine seals it
            "other reader": sha256_hex(body).encode() + b"\n" + body,
        }[what]
    )
    assert facts_of(OLD) == SourceFiles(kept).facts(source)


def test_a_place_that_cannot_be_written_is_no_fault(source: Path) -> None:
    """Keeping is best effort."""
    files = SourceFiles(source / "below" / "facts.json")
    found = files.facts(source)
    files.keep()
    assert found == files.facts(source) == SourceFiles().facts(source)


def test_what_is_no_python_counts_with_its_bytes(tmp_path: Path) -> None:
    """A plug-in may be compiled."""
    path = tmp_path / "plugin.so"
    path.write_bytes(b"\x7fELF")
    assert SourceFacts(sha256_hex(b"\x7fELF"), ()) == SourceFiles().facts(path)


@pytest.mark.parametrize("content", [b"def\n", b"\xff\n", b"\0\n"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    """By name, without its text."""
    path = tmp_path / "broken.py"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"the source .*broken\.py cannot be read: \w+$"):
        SourceFiles().facts(path)
