"""A model in a repository of the Hub, fetched by the real client from a Hub on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.builders import a_candidate
from support.hub import TestHub
from support.hub.objects import LARGEST_REGULAR

from openmed.adapters.sources.hub import fetch_model, latest_commit
from openmed.errors import OpenMedError

pytest.importorskip("huggingface_hub")

WEIGHTS = b"onnx" * 4000
MOST = 10**6
"""Bytes a row declares."""
FILES = {
    "README.md": b"a card\n",
    "pytorch_model.bin": b"\x80\x02 pickled",
    "model.h5": b"of another framework",
    "onnx/model.onnx": WEIGHTS,
    "onnx/config.json": b"{}",
}
MODEL = "org/model"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestHub]:
    """The Hub of the environment, without a token; it has them."""
    with TestHub() as hub:
        hub.repository(MODEL, files=FILES)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "")
        yield hub


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def fetch(
    hub: TestHub, target: Path, *, repo: str = MODEL, folder: str = "", most: int = MOST
) -> object:
    """Nothing, or the kind and the sentence of what went wrong."""
    commit = hub.repository(MODEL if not hub.has(repo) else repo).head
    source = f"hf:{repo}@{commit}{f'#{folder}' if folder else ''}"
    row = a_candidate().model_dump() | {"source": source, "sha256": None, "max_bytes": most}
    try:
        fetch_model(type(a_candidate()).model_validate(row), target)
    except OpenMedError as error:
        return [type(error).__name__, error.message]
    return None


def staged(target: Path) -> dict[str, bytes]:
    """What lies there."""
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file()
    }


def test_the_files_of_a_repository_come_without_pickles(hub: TestHub, target: Path) -> None:
    """Nor what another framework would load, nor git's own files; those are not even asked for."""
    assert fetch(hub, target) is None
    assert staged(target) == {
        "README.md": FILES["README.md"],
        "onnx/model.onnx": WEIGHTS,
        "onnx/config.json": b"{}",
    }
    assert not [one for one in hub.requests if "pytorch_model.bin" in one.path]


def test_a_folder_comes_as_the_model(hub: TestHub, target: Path) -> None:
    """Its name is no part of the staged paths, and nothing beside it is fetched."""
    assert fetch(hub, target, folder="onnx") is None
    assert staged(target) == {"model.onnx": WEIGHTS, "config.json": b"{}"}
    assert not [one for one in hub.requests if "README.md" in one.path]


@pytest.mark.parametrize(("name", "route"), [("model.onnx", "cdn"), ("config.json", "resolve")])
def test_other_bytes_than_the_commit_names_are_refused(
    hub: TestHub, target: Path, name: str, route: str
) -> None:
    """Of a large file, named by sha256, and of a small one, named as git does."""
    hub.fault(route, 1, "corrupt", times=0)
    where = f"pii::tiny::onnx: {MODEL} at {hub.repository(MODEL).head[:12]}"
    what = f"{where}: the bytes of onnx/{name} are not those the commit names"
    assert fetch(hub, target, folder="onnx") == ["IntegrityError", what]
    assert name not in staged(target)


def test_a_cache_that_has_other_bytes_is_not_used(
    hub: TestHub, target: Path, tmp_path: Path
) -> None:
    """The client would give from its cache what once came."""
    hub.api().snapshot_download(MODEL, cache_dir=tmp_path / "cache")
    hub.reset()
    assert fetch(hub, target, folder="onnx") is None
    assert 1 == len(hub.calls("cdn"))


@pytest.mark.parametrize(
    ("asked", "kind", "reason"),
    [
        ((MODEL, "", 100), "EvidenceError", "more than the declared 100 (max_bytes)"),
        ((MODEL, "tf", MOST), "EvidenceError", "does not exist"),
        (("org/hidden", "", MOST), "EvidenceError", "no file there that may be staged"),
        (("org/gated", "", MOST), "EvidenceError", "only for those who were given access"),
        (("org/nobody", "", MOST), "EvidenceError", "does not exist"),
        (("org/private", "", MOST), "EvidenceError", "does not exist"),
        (("org/broken", "", MOST), "ExternalError", "could not be fetched: the Hub answers 400"),
    ],
)
def test_what_does_not_come_is_said(
    hub: TestHub, asked: tuple[str, str, int], kind: str, reason: str, target: Path
) -> None:
    """One sentence each; no file was fetched."""
    for name in ("org/gated", "org/private", "org/broken"):
        hub.repository(name, files=FILES, private=name.endswith("private"))
    hub.repository("org/hidden")
    hub.repository("org/gated").gated = True
    hub.fault("tree", 1, "error-before", status=400, repository="org/broken")
    repo, folder, most = asked
    answer = fetch(hub, target, repo=repo, folder=folder, most=most)
    assert isinstance(answer, list)
    assert (answer[0], reason in answer[1]) == (kind, True), answer
    assert staged(target) == {}


@pytest.mark.parametrize("name", ["../escape", "a/../../escape", "a b", "x\ny"])
def test_a_name_that_may_not_be_staged_is_refused(hub: TestHub, name: str, target: Path) -> None:
    """Whatever the Hub lists."""
    hub.repository("org/odd", files={name: b"x"})
    answer = fetch(hub, target, repo="org/odd")
    assert isinstance(answer, list)
    assert answer[0] == "EvidenceError"
    assert staged(target.parent) == {}


def test_a_private_model_comes_with_a_token(
    hub: TestHub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's; no other address sees it."""
    hub.repository("org/private", files=FILES, private=True)
    monkeypatch.setenv("HF_TOKEN", hub.token("reader", read=["org/private"]))
    assert fetch(hub, target, repo="org/private", folder="onnx") is None
    assert {("hub", "reader"), ("cdn", "")} == {(one.listener, one.token) for one in hub.requests}


def test_the_latest_commit_is_the_head(hub: TestHub) -> None:
    """Of the main branch."""
    assert hub.repository(MODEL).head == latest_commit(MODEL)


def test_a_large_file_is_large_by_its_size(hub: TestHub) -> None:
    """Whatever its name: the limit is the Hub's."""
    model = hub.repository(MODEL)
    assert not model.is_large("a.txt", size=LARGEST_REGULAR, sample=b"")
    assert model.is_large("a.txt", size=LARGEST_REGULAR + 1, sample=b"")
