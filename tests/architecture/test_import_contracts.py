"""The import contracts hold, and each of them catches a violation that is seeded here."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.repositories import ROOT


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(command), "--no-cache", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package in a folder of its own, where it may be broken."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "openmed", tmp_path / "openmed", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    """All of them, on the tree as it is."""
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "9 kept, 0 broken" in done.stdout


SEEDED = {
    "a step reaches into an adapter": (
        "Layers point inwards",
        "openmed/steps/stage.py",
        "import openmed.adapters.disk.atomic\n",
    ),
    "the domain looks at a step": (
        "Layers point inwards",
        "openmed/domain/text/span.py",
        "def late() -> None:\n    import openmed.steps.stage\n",
    ),
    "a room nobody declared": ("Layers point inwards", "openmed/utils.py", "X = 1\n"),
    "the domain does I/O inside a function": (
        "The domain imports no I/O",
        "openmed/domain/text/span.py",
        "def late() -> None:\n    import os\n",
    ),
    "the domain takes its chances": (
        "The domain imports no I/O",
        "openmed/domain/gates/gate.py",
        "import random\n",
    ),
    "a gate asks another gate": (
        "Gates do not know each other",
        "openmed/domain/gates/rules/evidence.py",
        "import openmed.domain.gates.rules.recall_floor\n",
    ),
    "a step calls a step": (
        "Steps do not call each other",
        "openmed/steps/flip.py",
        "import openmed.steps.stage\n",
    ),
    "an entry point builds an adapter": (
        "Only context constructs adapters",
        "openmed/app/release.py",
        "import openmed.adapters.clock\n",
    ),
    "an entry point writes notes itself": (
        "The corpus is reached through the suites port only",
        "openmed/app/suites.py",
        "def late() -> None:\n    import openmed.corpus\n",
    ),
    "another adapter takes names from the corpus": (
        "The corpus is reached through the suites port only",
        "openmed/adapters/suites/tables.py",
        "import openmed.corpus.values.people\n",
    ),
    "the corpus looks at gates": (
        "The corpus knows texts only",
        "openmed/corpus/draws.py",
        "import openmed.domain.gates.gate\n",
    ),
    "the corpus reads files": (
        "The domain imports no I/O",
        "openmed/corpus/pool.py",
        "def late() -> None:\n    import os\n",
    ),
    "the core takes notes from the corpus": (
        "Layers point inwards",
        "openmed/domain/text/span.py",
        "def late() -> None:\n    import openmed.corpus\n",
    ),
    "two siblings need each other": (
        "No sibling cycles",
        "openmed/domain/frozen.py",
        "import openmed.domain.wire\n",
    ),
}


@pytest.mark.parametrize("name", sorted(SEEDED))
def test_a_seeded_violation_is_caught(name: str, copy: Path) -> None:
    """By the contract it breaks."""
    contract, file, lines = SEEDED[name]
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n\n{lines}", encoding="utf-8")
    done = _lint(copy)
    assert done.returncode != 0
    # The linter wraps its table, so the name and the word may stand on two lines.
    words = " ".join(done.stdout.split())
    assert f"{contract} BROKEN" in words or ("utils" in file and "openmed.utils" in words), (
        done.stdout
    )
