"""A command with nothing to do loads little: what judges, renders, signs and runs is for work."""

import subprocess
import sys

from support.repositories import Repository

HEAVY = (
    "asyncio", "cryptography", "doit", "huggingface_hub", "jinja2", "numpy", "onnxruntime",
    "pydantic", "rich", "scipy", "securesystemslib",
)  # fmt: skip
PROBE = f"""
import os, sys
sys.argv, sys.path[0] = ["openmed", *sys.argv[1:]], os.getcwd()
from openmed.__main__ import main
try:
    main()
finally:
    ours = sum(name.startswith("openmed") for name in sys.modules)
    heavy = [name for name in {HEAVY!r} if name in sys.modules]
    print(ours, *heavy, file=sys.stderr)
"""
LOADED = ["pydantic"]
MOST = {"run": 100, "plan": 160, "status": 250}
"""Modules of our own; all are more than 500."""


def test_a_command_with_nothing_to_do_loads_little(released: Repository) -> None:
    """What it may load is written down here."""
    for _ in range(2):
        assert released.run("release", "run").returncode == 0
    loaded = {name: _loaded(released, name) for name in MOST}
    assert dict.fromkeys(MOST, LOADED) == {name: heavy for name, (_, heavy) in loaded.items()}
    assert {} == {name: ours for name, (ours, _) in loaded.items() if ours > MOST[name]}


def _loaded(repository: Repository, name: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "release", name],
        cwd=repository.root,
        env=repository.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    ours, *heavy = done.stderr.splitlines()[-1].split()
    return int(ours), heavy
