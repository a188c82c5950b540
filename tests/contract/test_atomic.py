"""The only writer: old bytes or new ones, and nothing left of writers that died."""

import subprocess
import sys
from pathlib import Path

import pytest

from openmed.adapters.disk import atomic

HANG = """
import sys, time
from pathlib import Path
from openmed.adapters.disk import atomic
with atomic.scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("x")
    (folder / "half").chmod(0o400)
    folder.chmod(0o500)
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_failed_write_keeps_the_old_bytes_and_leaves_nothing(tmp_path: Path) -> None:
    """What cannot replace is cleaned up."""
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "file").write_text("in the way")
    with pytest.raises(OSError, match="directory"):
        atomic.write(tmp_path / "place", b"new")
    assert ["file"] == [path.name for path in (tmp_path / "place").iterdir()]
    assert ["place"] == [path.name for path in tmp_path.iterdir()]


def test_of_many_files_those_that_differ_are_written(tmp_path: Path) -> None:
    """Several writers at once, in folders that each of them may make; what is equal stays."""
    files = [(tmp_path / f"{n % 7}" / f"{n % 3}" / f"{n}", b"%d" % n * 1000) for n in range(200)]
    assert atomic.write_all_different(files) == len(files)
    seen = {path: path.stat().st_ino for path, _ in files}
    changed = [
        (path, b"new") if n % 10 == 0 else (path, old) for n, (path, old) in enumerate(files)
    ]
    assert atomic.write_all_different(changed) == len(files) // 10
    assert [path.read_bytes() for path, _ in changed] == [data for _, data in changed]
    assert [n for n, (path, _) in enumerate(files) if path.stat().st_ino != seen[path]] == list(
        range(0, len(files), 10)
    )
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {path for path, _ in files}


def test_of_many_files_one_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Nothing is written after it was told, and nothing is left of those that failed."""
    files = [(tmp_path / "pages" / f"{n}", b"x" * 100_000) for n in range(100)]
    (tmp_path / "pages" / "3").mkdir(parents=True)
    (tmp_path / "pages" / "3" / "file").write_text("in the way")
    with pytest.raises(OSError, match="directory"):
        atomic.write_all_different(files)
    left = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert [name for name in left if name.startswith(atomic.TEMPORARY)] == []
    assert left == sorted(path.name for path in (tmp_path / "pages").iterdir())


def test_a_sweep_removes_only_what_nobody_is_at_work_on(tmp_path: Path) -> None:
    """A writer that lives keeps its folder; one that was killed does not."""
    (tmp_path / "kept").write_text("x")
    with subprocess.Popen(
        [sys.executable, "-c", HANG, str(tmp_path / "deep" / "er")],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        assert atomic.sweep(tmp_path) == 0
        writer.kill()
    assert atomic.sweep(tmp_path) == 1
    assert list((tmp_path / "deep" / "er").iterdir()) == []
    assert (tmp_path / "kept").exists()
    assert atomic.sweep(tmp_path) == 0
