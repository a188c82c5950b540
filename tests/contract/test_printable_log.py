"""A log that another program writes: printable, limited, closed to texts once it is sealed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.hostile_words import WORDS, acting

from openmed.adapters.process.printable_log import CUT, LONGEST, MOST, printable_log

CRASH = """
import faulthandler, os, signal, threading
faulthandler.enable()
code = compile("def crash(): os.kill(os.getpid(), signal.SIGSEGV)", "Ann Smith.py", "exec")
exec(code)
crash.__code__ = crash.__code__.replace(co_name="MRN 12345")
threading.current_thread().name = "Ann Smith"
print("Ann Smith says: Fatal Python error: Aborted", flush=True)
print('  File "Ann Smith", line 3 in MRN', flush=True)
crash()
"""


def _run(place: Path, code: str, *, is_sealed: bool = False) -> str:
    with printable_log(place) as log:
        if is_sealed:
            log.seal()
        subprocess.run(
            [sys.executable, "-c", code],
            stdout=log.fileno(),
            stderr=log.fileno(),
            check=False,
            timeout=60,
        )
    return place.read_text(encoding="utf-8")


def test_what_a_program_says_is_printable(tmp_path: Path) -> None:
    """Line by line; the last one needs no end."""
    said = _run(tmp_path / "a" / "log", f"print({WORDS!r}, end='')")
    assert [] == list(acting(said))
    assert said.startswith("HOSTILE\n\\x3a:error title=x::HOSTILE\\x0d\n")


def test_a_log_is_emptied_first(tmp_path: Path) -> None:
    """And what we write goes the same way."""
    place = tmp_path / "log"
    place.write_text("old")
    with printable_log(place) as log:
        log.write(b"new\x1b\n")
        log.seal()
        log.say("ours\n")
    assert place.read_text() == "new\\x1b\nours\\x0a\n"


def test_a_long_line_is_broken(tmp_path: Path) -> None:
    """Nothing is lost."""
    said = _run(tmp_path / "log", f"print('x' * {LONGEST * 3})")
    assert {len(line) for line in said.split()} == {LONGEST}
    assert said.count("x") == LONGEST * 3


def test_a_flood_is_cut(tmp_path: Path) -> None:
    """The program goes on and ends; the disk is not full."""
    said = _run(tmp_path / "log", f"for _ in range(100): print('x' * {MOST // 50})")
    assert said.endswith(CUT)
    assert len(said) <= MOST + len(CUT)


def test_a_sealed_log_has_the_crash_and_no_words(tmp_path: Path) -> None:
    """Where it crashed in files that are installed; no name that the program chose."""
    said = _run(tmp_path / "log", CRASH, is_sealed=True)
    assert "Fatal Python error: Segmentation fault\n" in said
    assert "  a file of the artifact, line 1\n" in said
    assert "were withheld" in said
    assert not {"Ann", "Smith", "MRN"} & set(said.replace('"', " ").split())


def test_what_was_said_before_the_seal_is_kept(tmp_path: Path) -> None:
    """The whole of it."""
    with printable_log(tmp_path / "log") as log:
        log.write(b"loading\n" * 1000)
        log.seal()
        log.write(b"Ann Smith\n")
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines.count("loading") == 1000
    assert lines[1000:] == ["1 lines were withheld: they might quote a document"]


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    """At the end; the program is not held up."""
    (tmp_path / "log").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        _run(tmp_path / "log", "print('x' * 1000000)")


def test_a_pipe_that_does_not_wait_holds_up_nobody(tmp_path: Path) -> None:
    """The program shares it, and may change it for everybody."""
    with printable_log(tmp_path / "log") as log:
        os.set_blocking(log.fileno(), False)
        log.write(b"said\n" * 100_000)
    assert (tmp_path / "log").read_text().count("said\n") == 100_000


def test_it_ends_although_something_holds_the_pipe(tmp_path: Path) -> None:
    """A program that outlived the run."""
    with printable_log(tmp_path / "log") as log:
        held = os.dup(log.fileno())
        log.write(b"said\n")
    os.close(held)
    assert (tmp_path / "log").read_text() == "said\n"
