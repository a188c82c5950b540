"""Data sets of the Hub through the real client, against a server here that speaks as it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hub import TestHub

from openmed.adapters.suites.hub_data import fetch as fetch_data
from openmed.errors import EvidenceError, ExternalError, IntegrityError, OpenMedError

pytest.importorskip("huggingface_hub")

DATA = "org/shield"
FILES = {
    "data/sample/notes.jsonl": b'{"note_id": "n1", "note_text": "Ann Quill.", "note_type": "ED"}\n',
    "data/sample/spans.jsonl": (
        b'{"span_id": "s1", "note_id": "n1", "span_start": 0, "span_end": 9,'
        b' "span_label": "PATIENT"}\n'
    ),
    "data/sample/large.jsonl": b"x" * 5000,
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestHub]:
    """The Hub of the environment, without a token; it has them."""
    with TestHub() as hub:
        hub.repository(DATA, files=FILES, kind="dataset")
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        yield hub


def fetch(hub: TestHub, *paths: str) -> tuple[bytes, ...]:
    """At the head's full revision."""
    revision = hub.repository(DATA, kind="dataset").head
    return fetch_data(f"{DATA}@{revision}", paths, what="suite x is not here", most=1000)


def test_files_come_at_the_pinned_revision_and_are_kept_nowhere(
    hub: TestHub, tmp_path: Path
) -> None:
    """Asked for by the full revision; no row stays on disk."""
    names = ["data/sample/notes.jsonl", "data/sample/spans.jsonl"]
    revision = hub.repository(DATA, kind="dataset").head
    assert fetch(hub, *names) == tuple(FILES[name] for name in names)
    assert {""} == {one.token for one in hub.requests}
    assert [] == [one.path for one in hub.requests if revision not in one.path]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if b"Quill" in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("missing.jsonl", EvidenceError, "missing.jsonl of org/shield at .* does not exist"),
        ("data/sample/large.jsonl", EvidenceError, "has 5000 bytes; at most 1000 are read"),
    ],
)
def test_what_does_not_come_is_said(
    path: str, kind: type[OpenMedError], reason: str, hub: TestHub
) -> None:
    """One sentence; nothing is fetched."""
    with pytest.raises(kind, match=reason):
        fetch(hub, path)
    assert [] == hub.calls("resolve")


def test_a_data_set_for_some_is_said(hub: TestHub) -> None:
    """It can be looked at, not fetched."""
    hub.repository(DATA, kind="dataset").gated = True
    with pytest.raises(EvidenceError, match="only for those who were given access"):
        fetch(hub, "data/sample/notes.jsonl")


def test_a_hub_that_refuses_is_said(hub: TestHub) -> None:
    """With its number."""
    hub.fault("paths-info", 1, "error-before", status=400)
    with pytest.raises(ExternalError, match="could not be fetched: the Hub answers 400"):
        fetch(hub, "data/sample/notes.jsonl")


def test_other_bytes_are_refused(hub: TestHub) -> None:
    """Of the length that was listed."""
    hub.fault("resolve", 1, "corrupt", times=0)
    with pytest.raises(IntegrityError, match="not those the commit names"):
        fetch(hub, "data/sample/notes.jsonl")
