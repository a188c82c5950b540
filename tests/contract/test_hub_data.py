"""Data sets of the Hub through the real client, against a server here that speaks as it does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.simulators.hub import REVISION, Hub, serving

pytest.importorskip("huggingface_hub")

FILES = {
    "data/sample/notes.jsonl": b'{"note_id": "n1", "note_text": "Ann Quill.", "note_type": "ED"}\n',
    "data/sample/spans.jsonl": (
        b'{"span_id": "s1", "note_id": "n1", "span_start": 0, "span_end": 9,'
        b' "span_label": "PATIENT"}\n'
    ),
    "data/sample/large.jsonl": b"x" * 5000,
}
FETCH = """
import json, sys
from openmed.adapters.suites.hub_data import fetch
from openmed.errors import OpenMedError
try:
    got = fetch(sys.argv[1], sys.argv[2:], what="suite x is not here", most=1000)
    print(json.dumps([data.decode() for data in got]))
except OpenMedError as error:
    print(json.dumps([type(error).__name__, error.message]))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A Hub that has them."""
    with serving(FILES) as hub:
        yield hub


def fetch(address: str, home: Path, *paths: str) -> list[str]:
    """Fetch in a process of its own: the client reads its address once."""
    done = subprocess.run(
        [sys.executable, "-c", FETCH, f"org/shield@{REVISION}", *paths],
        env={
            **{key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
            "HOME": str(home), "HF_ENDPOINT": address, "NO_PROXY": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, list)
    return answer


def test_files_come_at_the_pinned_revision_and_are_kept_nowhere(hub: Hub, tmp_path: Path) -> None:
    """Asked for by the full revision; no row stays on disk."""
    names = ["data/sample/notes.jsonl", "data/sample/spans.jsonl"]
    assert fetch(hub.address, tmp_path, *names) == [FILES[name].decode() for name in names]
    assert {line.split()[1] for line in hub.seen} == {
        f"/datasets/org/shield/resolve/{REVISION}/{name}" for name in names
    }
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if b"Quill" in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("gated.jsonl", "EvidenceError", "only for those who were given access"),
        ("missing.jsonl", "EvidenceError", "does not exist"),
        ("data/sample/large.jsonl", "EvidenceError", "has 5000 bytes; at most 1000 are read"),
        ("broken.jsonl", "ExternalError", "could not be fetched"),
    ],
)
def test_what_does_not_come_is_said(
    path: str, kind: str, reason: str, hub: Hub, tmp_path: Path
) -> None:
    """One sentence; a large file is not fetched."""
    name, message = fetch(hub.address, tmp_path, path)
    assert (name, reason in message) == (kind, True), message
    assert not [line for line in hub.seen if line.startswith("GET")]


def test_no_hub_is_said(tmp_path: Path) -> None:
    """Nobody listens there."""
    name, message = fetch("http://127.0.0.1:9", tmp_path, "a.jsonl")
    assert (name, "could not be fetched" in message) == ("ExternalError", True)
