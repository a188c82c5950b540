"""Repositories of the Hub are looked at by the real client, on loopback; no weights are fetched."""

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hub import TestHub
from support.measured_places import measured_place
from support.published_fleets import CONFIG, MOST, onnx_rows

from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.wire_policy import WirePolicy
from openmed.adapters.sources.published_models import HubModels
from openmed.app.adopt import AdoptionReport, AdoptionRequest, AdoptionStanding, adopt
from openmed.context import open_context
from openmed.domain.inference.proposal.adoptable_row import ObstacleKind

pytest.importorskip("huggingface_hub")


@pytest.fixture(scope="module")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published") / "r"
    with pytest.MonkeyPatch.context() as patch:
        measured_place(root, patch)
    return root


@pytest.fixture
def root(_small: Path, tmp_path: Path) -> Path:
    """A release repository with two small suites in English."""
    return Path(shutil.copytree(_small, tmp_path / "r"))


def _adopt(root: Path, hub: HubModels, *, catalogue: bytes) -> AdoptionReport:
    wanted = AdoptionRequest(catalogue, "models.jsonl", frozenset(), None)
    return adopt(open_context(root, quiet=True), wanted, hub=hub, is_dry_run=False)


def _queue(root: Path) -> list[dict[str, object]]:
    table = tomllib.loads((root / "gates" / "candidates.toml").read_text(encoding="utf-8"))
    return [row for row in table["candidate"] if row.get("adopted")]


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """One repository of the catalogue."""
    with TestHub() as hub:
        yield hub


def _models(hub: TestHub) -> HubModels:
    policy = WirePolicy(pauses=(0.0, 0.0), sleep=lambda _: None)
    connection = HubConnection("adopt", endpoint=hub.url, token=None, policy=policy)
    return HubModels(connection, most_calls=MOST)


def _published(hub: TestHub, catalogue: bytes, **more: bytes) -> list[str]:
    names = [json.loads(line)["repo_id"] for line in catalogue.splitlines()]
    files = {"config.json": CONFIG, "model.onnx": b"weights" * 99, "README.md": b"# A\n"}
    for name in names:
        hub.repository(name, files={**files, **more})
    return names


def test_a_row_is_pinned_to_where_the_repository_stands(root: Path, hub: TestHub) -> None:
    """By four questions, and no weights are fetched."""
    catalogue = onnx_rows(first=2)
    names = _published(hub, catalogue)
    report = _adopt(root, _models(hub), catalogue=catalogue)
    assert report.standings == {AdoptionStanding.ADDED: 2}, report.rows
    assert [row["source"] for row in _queue(root)] == [
        f"hf:{name}@{hub.repository(name).head}" for name in names
    ]
    assert report.calls == len(hub.requests) == 8
    assert hub.weights_received() == 0


def test_what_is_not_for_us_is_a_reason(root: Path, hub: TestHub) -> None:
    """A private repository, and one that is gone."""
    catalogue = onnx_rows(first=3)
    names = _published(hub, catalogue)
    hub.repository(names[0]).private = True
    gone = catalogue.replace(names[1].encode(), b"made/gone-onnx")
    report = _adopt(root, _models(hub), catalogue=gone)
    assert report.obstacles == {ObstacleKind.REPOSITORY: 2}


def test_a_limit_of_the_hub_is_waited_for(root: Path, hub: TestHub) -> None:
    """The question is put again, and counted."""
    catalogue = onnx_rows(first=1)
    _published(hub, catalogue)
    hub.fault("info", nth=1, kind="rate-limit", seconds=1)
    report = _adopt(root, _models(hub), catalogue=catalogue)
    assert (report.standings, report.calls) == ({AdoptionStanding.ADDED: 1}, 5)


def test_other_bytes_than_the_commit_names(root: Path, hub: TestHub) -> None:
    """A file that was changed on the way says nothing."""
    catalogue = onnx_rows(first=1)
    _published(hub, catalogue)
    hub.fault("resolve", nth=1, kind="corrupt", times=0)
    report = _adopt(root, _models(hub), catalogue=catalogue)
    assert report.obstacles == {ObstacleKind.REPOSITORY: 1}
    assert _queue(root) == []


def test_pickled_weights_are_none(root: Path, hub: TestHub) -> None:
    """There is nothing that may be run."""
    catalogue = onnx_rows(first=1)
    (name,) = _published(hub, catalogue)
    hub.repository(name).commit({"model.onnx": None, "pytorch_model.bin": b"\x80\x02"})
    report = _adopt(root, _models(hub), catalogue=catalogue)
    assert report.obstacles == {ObstacleKind.FILES: 1}
