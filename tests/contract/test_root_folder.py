"""A repository folder whose name is not UTF-8 is refused before anything is read or moved."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import Place

from openmed.context import open_context
from openmed.errors import UsageError

NAME = os.fsdecode(b"caf\xe9")


def test_it_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    """One clear error, which can be printed."""
    with pytest.raises(UsageError, match="not UTF-8") as caught:
        open_context(tmp_path / NAME)
    assert "caf\ufffd" in caught.value.message


def test_unicode_is_no_fault(tmp_path: Path) -> None:
    """Only bytes that are no text are."""
    assert open_context(tmp_path / "café 病院").root.name == "café 病院"


@pytest.mark.parametrize(
    "arguments",
    [
        ("release", "rollback", "pii", "--reason", "leak"),
        ("release", "freeze", "pii::tiny::onnx", "--reason", "x"),
        ("keys", "init"),
        ("init",),
    ],
)
def test_nothing_moves(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Exit 2, one sentence, no file written."""
    place = Place(tmp_path / "plain")
    place.release(b"first")
    place.release(b"second")
    root = place.root.rename(tmp_path / NAME)
    before = sorted(root.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=root,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(b"openmed: the path of the release repository is not UTF-8")
    assert sorted(root.rglob("*")) == before
