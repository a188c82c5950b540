"""`python -m support.hub`: a Hub as a program of its own, that finds its folder again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.hub.client import prepare
from support.repositories import ROOT

pytest.importorskip("huggingface_hub")
from huggingface_hub import CommitOperationAdd, HfApi


@contextmanager
def _served(folder: Path) -> Iterator[dict[str, str]]:
    """What it says to export, until it is interrupted."""
    program = subprocess.Popen(
        [sys.executable, "-m", "support.hub", "--folder", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    said: dict[str, str] = {}
    try:
        while "HF_TOKEN" not in said:
            name, _, value = program.stdout.readline().removeprefix("export ").partition("=")
            said[name] = value.strip()
        yield said
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == 0
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


def test_what_was_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    """By the variables it prints; another token, the same commits."""
    prepare()
    with _served(tmp_path) as said:
        api = HfApi(endpoint=said["HF_ENDPOINT"], token=said["HF_TOKEN"])
        api.create_repo("org/model", private=True)
        add = CommitOperationAdd("model.onnx", b"\0weights")
        sha = api.create_commit("org/model", [add], commit_message="x").oid
    with _served(tmp_path) as said:
        api = HfApi(endpoint=said["HF_ENDPOINT"], token=said["HF_TOKEN"])
        assert sha == api.repo_info("org/model").sha
