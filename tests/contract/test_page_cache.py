"""What renderings left to go faster: whatever is in it, the digests of files are right."""

import json
import os
from pathlib import Path

import pytest

from openmed.adapters.stores.page_cache import PageCache
from openmed.domain.digest import sha256_hex

PAGE = b"<p>one</p>"


def _sealed(body: bytes) -> bytes:
    """As the cache writes it: a checksum that fits."""
    return f"{sha256_hex(body)}\n".encode() + body


def _facts(path: Path, **changes: object) -> list[object]:
    found = path.stat()
    facts: dict[str, object] = {
        "sha256": "0" * 64,
        "size": found.st_size,
        "mtime": found.st_mtime_ns,
        "ctime": found.st_ctime_ns,
        "inode": found.st_ino,
        "noted": found.st_ctime_ns + 10**10,
    }
    return [*{**facts, **changes}.values()]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A written page."""
    path = tmp_path / "pages" / "index.html"
    path.parent.mkdir()
    path.write_bytes(PAGE)
    return path


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1", b'"a"', b"\xff", b"[" * 100_000, b"NaN"],
)
def test_a_body_that_is_no_table_counts_as_empty(body: bytes, page: Path, tmp_path: Path) -> None:
    """Though its checksum fits."""
    cache = PageCache(tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    for name in ("rows.txt", "files-cards.json"):
        (tmp_path / "cache" / name).write_bytes(_sealed(body))
    assert cache.rows() == {}
    assert cache.digests(page.parent, (page.name,), of="cards") == (sha256_hex(PAGE),)


@pytest.mark.parametrize(
    "changes",
    [
        {"noted": "late"},
        {"noted": 1e30},
        {"noted": None},
        {"sha256": 7},
        {"ctime": "x"},
        {"ctime": 0},
        {"mtime": 0},
        {"size": 0},
        {"inode": True},
        {"noted": 0},
    ],
    ids=str,
)
def test_facts_that_are_none_are_not_believed(
    changes: dict[str, object], page: Path, tmp_path: Path
) -> None:
    """Another type, another file, or noted too soon after the file changed."""
    cache = PageCache(tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    body = json.dumps({page.name: _facts(page, **changes)}).encode()
    (tmp_path / "cache" / "files-cards.json").write_bytes(_sealed(body))
    assert cache.digests(page.parent, (page.name,), of="cards") == (sha256_hex(PAGE),)


def test_an_edit_under_the_old_time_is_seen(page: Path, tmp_path: Path) -> None:
    """Size and time of the content are as before; the inode's time is not."""
    cache = PageCache(tmp_path / "cache")
    before = page.stat()
    assert cache.digests(page.parent, (page.name,), of="cards") == (sha256_hex(PAGE),)
    page.write_bytes(PAGE.replace(b"one", b"two"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    edited = sha256_hex(PAGE.replace(b"one", b"two"))
    assert cache.digests(page.parent, (page.name,), of="cards") == (edited,)
    page.unlink()
    assert cache.digests(page.parent, (page.name,), of="cards") == (None,)


def test_rows_come_back_as_they_were_kept(tmp_path: Path) -> None:
    """With what text may hold, and no other row; one that is no line of ours is left out."""
    rows = {"a::b::c": ("0" * 64, '{"text":"two words, ä\\n, \u2028 and \x1f"}'), "d": ("1", "")}
    cache = PageCache(tmp_path / "cache")
    cache.keep_rows({"gone": ("2", "x")})
    cache.keep_rows(rows)
    assert rows == cache.rows()
    file = tmp_path / "cache" / "rows.txt"
    file.write_bytes(_sealed(b"a::b::c key\n\nx y z\n"))
    assert cache.rows() == {"x": ("y", "z")}
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.rows() == {}
    assert PageCache(tmp_path / "none").to_look().rows() == {}
