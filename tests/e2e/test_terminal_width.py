"""Real commands on real terminals of three widths, on a bad day."""

import re
import subprocess
import sys

import pytest
from support.repositories import Once, Repository
from support.terminals import ESCAPE, a_terminal, seen

LONG = "clinical-notes-of-a-long-family::tiny::onnx::a-line-with-a-long-name"
SLOT = "pii::tiny::onnx"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = (
    ("release", "run"),
    ("release", "status"),
    ("release", "explain", LONG),
    ("release", "explain", SLOT, "--all"),
    ("release", "plan"),
)


@pytest.fixture
def bad_day(repository: Repository, once: Once) -> Repository:
    """Three slots whose candidates fail several gates, or cannot be staged."""

    def make() -> None:
        repository.make_quick(floor="0.9999")
        repository.add_slot(LONG, "file:models/tiny")
        repository.add_slot("pii::tiny::onnx::gone", "file:models/gone")
        assert repository.run("release", "run").returncode == 3

    once(repository, "bad-day", make)
    return repository


def _on_a_terminal(
    repository: Repository, *arguments: str, columns: int, **variables: str
) -> tuple[int, str]:
    with a_terminal(columns) as screen:
        done = subprocess.run(
            [sys.executable, "-m", "openmed", *arguments],
            cwd=repository.root,
            env={**repository.environment, "COLUMNS": "", "TERM": "xterm", **variables},
            stdout=screen.slave,
            stderr=screen.slave,
            timeout=120,
            check=False,
        )
        return done.returncode, screen.text()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_is_longer_than_the_terminal(columns: int, bad_day: Repository) -> None:
    """Nor is there a traceback; the run is red."""
    codes = []
    for arguments in COMMANDS:
        code, text = _on_a_terminal(bad_day, *arguments, columns=columns, NO_COLOR="1")
        codes.append(code)
        lines = seen(text, columns=columns)
        assert (False, False) == ("Traceback" in text, bool(COLOUR.search(text)))
        assert not [line for line in lines if " so far" in line], arguments
        assert any(line.startswith(("next:", "reproduce:")) for line in lines), arguments
    assert [0] * 4 == codes[1:]
    assert codes[0] in (3, 5)


@pytest.mark.parametrize(
    ("arguments", "variables", "is_coloured"),
    [
        (("release", "status"), {}, True),
        (("release", "status"), {"NO_COLOR": "1"}, False),
        (("release", "status"), {"TERM": "dumb"}, False),
        (("--no-color", "release", "status"), {}, False),
    ],
)
def test_a_terminal_is_coloured_unless_somebody_objects(
    arguments: tuple[str, ...], variables: dict[str, str], *, is_coloured: bool, bad_day: Repository
) -> None:
    """The words are the same either way."""
    code, text = _on_a_terminal(bad_day, *arguments, columns=80, **variables)
    assert (0, is_coloured) == (code, ESCAPE in text)
