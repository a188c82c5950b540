"""Packages that a candidate pins by hash."""

import pytest

from openmed.domain.inference.pinned_packages import read_pins
from openmed.errors import EvidenceError

HASH = f"--hash=sha256:{'0' * 64}"
GOOD = f"""\
# made by pip-compile
one==1.0 \\
    {HASH} \\
    --hash=sha256:{"1" * 64}
    # via two

two.three==2.0.post1 ; python_version >= "3.11" and sys_platform != "win32" {HASH}  # a note
"""
BAD = {
    "no hash": "one==1.0",
    "another hash": f"one==1.0 --hash=md5:{'0' * 32}",
    "a short hash": "one==1.0 --hash=sha256:00",
    "no version": f"one {HASH}",
    "a range": f"one>=1.0 {HASH}",
    "a wildcard": f"one==1.* {HASH}",
    "an address": f"one @ https://example.org/one.whl {HASH}",
    "a path": f"./one.whl {HASH}",
    "an editable": f"-e one==1.0 {HASH}",
    "another file": "-r others.txt",
    "a constraint": "-c others.txt",
    "an index": f"--index-url https://example.org\none==1.0 {HASH}",
    "an option": f"one==1.0 {HASH} --global-option=x",
    "an extra option": f"one==1.0 --no-binary=:all: {HASH}",
    "a build setting": f"one==1.0 {HASH} --config-settings=x=y",
    "a variable": f"one==${{VERSION}} {HASH}",
    "an extra": f"one[all]==1.0 {HASH}",
    "the same twice": f"One_x==1.0 {HASH}\none-x==1.1 {HASH}",
    "nothing": "# nothing\n",
    "two on a line": f"one==1.0 {HASH} two==1.0 {HASH}",
}


def test_pins_are_read_as_pip_reads_them() -> None:
    """Comments, blank lines, lines that go on, conditions."""
    assert read_pins(GOOD, what="pins.txt") == ("one==1.0", "two.three==2.0.post1")


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_no_pin_by_hash_is_refused(name: str) -> None:
    """By its number: what else is in the file might be anything."""
    with pytest.raises(EvidenceError, match=r"^pins\.txt"):
        read_pins(BAD[name], what="pins.txt")
