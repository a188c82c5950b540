"""A place as a person has it: two slots that serve something, our policies and suites, git."""

import shutil
from pathlib import Path

from support.places import Place
from support.repositories import ROOT
from support.simulators.clones import git

OTHER_SLOT = "pii::large::onnx"
"""A slot without a candidate."""


def reviewed_place(root: Path) -> Place:
    """Make one; nothing of it is committed yet.

    Args:
        root: its folder, which is not there yet.
    """
    root.mkdir()
    git(root, "init", "--quiet")
    place = Place(root)
    place.release(b"first")
    place.release(b"large", slot=OTHER_SLOT)
    place.write_queue()
    for name in ("policy", "suites"):
        shutil.copytree(ROOT / "gates" / name, root / "gates" / name)
    shutil.copy(ROOT / "gates" / "suites.toml", root / "gates")
    # A policy that no slot uses is refused.
    (root / "gates" / "policy" / "rampart--tiny--onnx-q4.toml").unlink()
    return place
