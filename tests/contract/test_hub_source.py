"""A model in a repository of the Hub, fetched by the real client from a Hub on loopback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.simulators.hub import LARGE, REVISION, Hub, serving

pytest.importorskip("huggingface_hub")

WEIGHTS = b"onnx" * LARGE
MOST = 10**6
"""Bytes a row declares."""
FILES = {
    ".gitattributes": b"*.onnx filter=lfs\n",
    "README.md": b"a card\n",
    "pytorch_model.bin": b"\x80\x02 pickled",
    "model.h5": b"of another framework",
    "onnx/model.onnx": WEIGHTS,
    "onnx/config.json": b"{}",
}
FETCH = """
import json, sys
from pathlib import Path
from support.builders import a_candidate
from openmed.adapters.sources.hub import fetch_model
from openmed.errors import OpenMedError
source, most, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
row = a_candidate().model_dump() | {"source": source, "sha256": None, "max_bytes": most}
try:
    fetch_model(type(a_candidate()).model_validate(row), target)
    print(json.dumps("done"))
except OpenMedError as error:
    print(json.dumps([type(error).__name__, error.message]))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A Hub that has them."""
    with serving(dict(FILES)) as hub:
        yield hub


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def fetch(
    hub: Hub, target: Path, *, repo: str = "org/model", folder: str = "", most: int = MOST
) -> object:
    """Fetch in a process of its own: the client reads its address once."""
    source = f"hf:{repo}@{REVISION}{f'#{folder}' if folder else ''}"
    done = subprocess.run(
        [sys.executable, "-c", FETCH, source, str(most), str(target)],
        env={
            **{key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
            "HOME": str(target.parent), "HF_ENDPOINT": hub.address, "NO_PROXY": "127.0.0.1",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def staged(target: Path) -> dict[str, bytes]:
    """What lies there."""
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file()
    }


def test_the_files_of_a_repository_come_without_pickles(hub: Hub, target: Path) -> None:
    """Nor what another framework would load, nor git's own files; those are not even asked for."""
    assert fetch(hub, target) == "done"
    assert staged(target) == {
        "README.md": FILES["README.md"],
        "onnx/model.onnx": WEIGHTS,
        "onnx/config.json": b"{}",
    }
    assert not [line for line in hub.seen if "pytorch_model.bin" in line]


def test_a_folder_comes_as_the_model(hub: Hub, target: Path) -> None:
    """Its name is no part of the staged paths, and nothing beside it is fetched."""
    assert fetch(hub, target, folder="onnx") == "done"
    assert staged(target) == {"model.onnx": WEIGHTS, "config.json": b"{}"}
    assert not [line for line in hub.seen if "README.md" in line]


@pytest.mark.parametrize("name", ["onnx/model.onnx", "onnx/config.json"])
def test_other_bytes_than_the_commit_names_are_refused(name: str, hub: Hub, target: Path) -> None:
    """Of a large file, named by sha256, and of a small one, named as git does."""
    hub.served[name] = FILES[name][:-1] + b"?"
    where = f"pii::tiny::onnx: org/model at {REVISION[:12]}"
    what = f"{where}: the bytes of {name} are not those the commit names"
    assert fetch(hub, target) == ["IntegrityError", what]
    assert name not in staged(target)


@pytest.mark.parametrize(
    ("asked", "kind", "reason"),
    [
        (("org/model", "", 100), "EvidenceError", "more than the declared 100 (max_bytes)"),
        (("org/model", "tf", MOST), "EvidenceError", "no file in 'tf' that may be staged"),
        (("org/gated", "", MOST), "EvidenceError", "only for those who were given access"),
        (("org/nobody", "", MOST), "EvidenceError", "does not exist"),
        (("org/broken", "", MOST), "ExternalError", "could not be fetched"),
    ],
)
def test_what_does_not_come_is_said(
    asked: tuple[str, str, int], kind: str, reason: str, hub: Hub, target: Path
) -> None:
    """One sentence each; no file was fetched."""
    repo, folder, most = asked
    answer = fetch(hub, target, repo=repo, folder=folder, most=most)
    assert isinstance(answer, list)
    assert (answer[0], reason in answer[1]) == (kind, True), answer
    assert staged(target) == {}


@pytest.mark.parametrize("name", ["../escape", "a/../../escape", "a b", "x\ny"])
def test_a_name_that_may_not_be_staged_is_refused(name: str, target: Path) -> None:
    """Whatever the Hub lists."""
    with serving({name: b"x"}) as hub:
        answer = fetch(hub, target)
    assert isinstance(answer, list)
    assert answer[0] == "EvidenceError"
    assert staged(target.parent) == {}
