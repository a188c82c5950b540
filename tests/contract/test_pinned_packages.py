"""Packages that a candidate pins by hash, installed by the real pip into a folder of their own."""

import hashlib
from pathlib import Path

import pytest
from support.wheels import Entry, write_zip

from openmed.adapters.runners.pinned_packages import packages_folder_of
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.inference.predictions import DocumentPredictions
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource
from openmed.domain.text.span import Document
from openmed.errors import OpenMedError

RULES = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)
PROGRAM = b"""
import json, sys
import finder
def main():
    for line in sys.stdin:
        request = json.loads(line)
        spans = [dict(start=s, end=e, label=l) for s, e, l in finder.find(request["text"])]
        print(json.dumps({"id": request["id"], "spans": spans}), flush=True)
if __name__ == "__main__":
    main()
"""
FINDER = b"def find(text):\n    return [(0, 3, 'NAME')] if text else []\n"


def _wheel(index: Path, *, version: str = "1.0", finder: bytes = FINDER) -> str:
    """A wheel in an index; the line that pins it."""
    info = f"finder-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: finder\nVersion: {version}\n".encode()
    path = write_zip(
        index / f"finder-{version}-py3-none-any.whl",
        Entry("finder/__init__.py", finder),
        Entry("finder/__main__.py", PROGRAM),
        Entry(f"{info}/METADATA", metadata),
        Entry(f"{info}/WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        Entry(f"{info}/RECORD", b""),
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"finder=={version} --hash=sha256:{digest}\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index in a folder, the only one there is."""
    place = tmp_path / "index"
    place.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artifact."""
    place = tmp_path / "artifact"
    place.mkdir()
    return place


def _answer(folder: Path, **spans: object) -> DocumentPredictions:
    source = SpanSource.model_validate(
        {"requirements": "pins.txt", "label_map": RULES, **spans}, strict=True
    )
    runner = "callable" if source.function else "subprocess-jsonl"
    profile = RunnerProfile(runner=runner, deterministic=True, spans=source)
    document = Document(
        id="d-1", language="en", family="f", slice="base", smoke=False, text="Ann", spans=()
    )
    runners = WorkerRunners(homes=folder.parent / "homes")
    log = str(folder.parent / "run.log")
    with runners.open(str(folder), profile, log=log, timeout=60) as session:
        return session.predict((document,))[0]


def _folder_name(folder: Path) -> str | None:
    """What `gc` keeps while this artifact is staged."""
    source = SpanSource.model_validate(
        {"requirements": "pins.txt", "label_map": RULES, "function": "own:find"}, strict=True
    )
    return packages_folder_of(
        folder, RunnerProfile(runner="callable", deterministic=True, spans=source)
    )


WAYS: dict[str, dict[str, object]] = {
    "a script": {"command": ("python3", "main.py")},
    "a module of the package": {"command": ("python3", "-m", "finder")},
    "a function of the package": {"function": "finder:find"},
    "a function that imports it": {"function": "own:find"},
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_what_is_pinned_by_hash_is_there(folder: Path, index: Path, way: str) -> None:
    """Whichever way it is used; it is installed once."""
    (folder / "pins.txt").write_text(_wheel(index))
    (folder / "main.py").write_bytes(PROGRAM)
    (folder / "own.py").write_text("from finder import find\n")
    for _ in range(2):
        answer = _answer(folder, **WAYS[way])
        assert [(span.start, span.end) for span in answer.spans] == [(0, 3)]
        for path in index.iterdir():
            path.unlink()
    assert [_folder_name(folder)] == [path.name for path in (folder.parent / "packages").iterdir()]


def test_other_bytes_are_refused(folder: Path, index: Path) -> None:
    """The index gives another file under the same name and version."""
    (folder / "pins.txt").write_text(_wheel(index))
    (folder / "main.py").write_bytes(PROGRAM)
    _wheel(index, finder=b"def find(text):\n    return []\n")
    with pytest.raises(OpenMedError, match="pip could not install the 1 packages") as caught:
        _answer(folder, **WAYS["a script"])
    log = Path(caught.value.next_step.removeprefix("read "))
    assert "HASH" in log.read_text().upper()
    assert list((folder.parent / "packages").iterdir()) == []


def test_nothing_is_built(folder: Path, index: Path) -> None:
    """A source distribution would run its own code."""
    path = index / "finder-1.0.tar.gz"
    path.write_bytes(b"never unpacked")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "pins.txt").write_text(f"finder==1.0 --hash=sha256:{digest}\n")
    (folder / "main.py").write_bytes(PROGRAM)
    with pytest.raises(OpenMedError, match="pip could not install"):
        _answer(folder, **WAYS["a script"])


@pytest.mark.parametrize(
    ("pins", "reason"),
    [
        (None, "which is no file of the artifact|is no text file of the artifact"),
        ("finder==1.0\n", "entry 1 is no pin"),
        ("-r /elsewhere/pins.txt\n", "entry 1 is no pin"),
    ],
)
@pytest.mark.usefixtures("index")
def test_pins_are_a_file_of_the_artifact(folder: Path, pins: str | None, reason: str) -> None:
    """With nothing but pins in it."""
    (folder / "main.py").write_bytes(PROGRAM)
    if pins is not None:
        (folder / "pins.txt").write_text(pins)
    with pytest.raises(OpenMedError, match=reason):
        _answer(folder, **WAYS["a script"])


def test_a_package_that_needs_another_has_what_is_pinned_only(folder: Path, index: Path) -> None:
    """Nothing is installed that the file does not name."""
    (folder / "pins.txt").write_text(_wheel(index, finder=b"import numpy\n" + FINDER))
    with pytest.raises(OpenMedError, match="does not answer as it should"):
        _answer(folder, command=("python3", "-m", "finder"))
