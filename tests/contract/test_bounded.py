"""Whole files are read up to a limit, and only plain files."""

import errno
import os
import tracemalloc
from pathlib import Path

import pytest

from openmed.adapters.disk import limited_read

_MIB = 1024 * 1024


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    """Every byte."""
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert b"abc" == limited_read.read_bytes(path, most=3)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    """100 MB cost no memory; the sentence names both sizes."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(100 * _MIB)
    tracemalloc.start()
    with pytest.raises(limited_read.TooLargeError) as caught:
        limited_read.read_bytes(path, most=_MIB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert f"has {100 * _MIB} bytes; at most {_MIB} are read" == caught.value.strerror
    assert peak < _MIB


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_plain_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    """Nobody waits for a pipe that nobody writes, or reads a device that never ends."""
    path = tmp_path / "thing"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(OSError, match="not a plain file") as caught:
        limited_read.read_bytes(path, most=10)
    assert errno.EINVAL == caught.value.errno
