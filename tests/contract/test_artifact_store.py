"""Staged trees are read-only, named by content, and hashed again when it matters."""

from pathlib import Path

import pytest

from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import tree_digest
from openmed.errors import EvidenceError, IntegrityError


def _admit(store: FileArtifactStore, content: bytes) -> tuple[StagedFile, ...]:
    with store.scratch() as scratch:
        folder = scratch / "kept"
        (folder / "onnx").mkdir(parents=True)
        (folder / "onnx" / "model.onnx").write_bytes(content)
        return store.admit(folder)


def test_the_same_bytes_have_the_same_place(tmp_path: Path) -> None:
    """Twice staged is once stored, and no temporary folder stays."""
    store = FileArtifactStore(tmp_path)
    assert _admit(store, b"a") == _admit(store, b"a")
    assert len(list(tmp_path.iterdir())) == 1


def test_files_are_read_only(tmp_path: Path) -> None:
    """Nobody changes them by accident."""
    store = FileArtifactStore(tmp_path)
    files = _admit(store, b"a")
    path = Path(store.path(tree_digest(files))) / "onnx" / "model.onnx"
    assert path.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("how", ["changed", "missing", "extra", "gone"])
def test_a_tree_that_is_not_what_its_name_says_is_refused(how: str, tmp_path: Path) -> None:
    """Same size, same time: only the bytes count."""
    store = FileArtifactStore(tmp_path)
    files = _admit(store, b"a")
    place = Path(store.path(tree_digest(files)))
    model = place / "onnx" / "model.onnx"
    for folder in (place, place / "onnx"):
        folder.chmod(0o755)
    model.chmod(0o644)
    match how:
        case "changed":
            model.write_bytes(b"b")
        case "missing":
            model.unlink()
        case "extra":
            (place / "more").write_bytes(b"x")
        case _:
            place.rename(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match=how):
        store.verify(tree_digest(files), files)


def test_staging_again_mends_a_damaged_tree(tmp_path: Path) -> None:
    """What stands under a digest but is not it is replaced, never trusted."""
    store = FileArtifactStore(tmp_path)
    files = _admit(store, b"a")
    model = Path(store.path(tree_digest(files))) / "onnx" / "model.onnx"
    model.chmod(0o644)
    model.write_bytes(b"b")
    store.verify(tree_digest(_admit(store, b"a")), files)


def test_an_artifact_without_a_profile_is_refused(tmp_path: Path) -> None:
    """How it is run is part of what it is."""
    store = FileArtifactStore(tmp_path)
    files = _admit(store, b"a")
    with pytest.raises(EvidenceError, match=r"runner_profile\.json"):
        store.profile(tree_digest(files))
