"""Several that stage the same bytes at once: threads of one run, and other processes."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import tree_digest

MANY, ROUNDS = 8, 12


def _copy(scratch: Path) -> Path:
    folder = scratch / "copy"
    (folder / "onnx").mkdir(parents=True)
    (folder / "runner_profile.json").write_bytes(b"{}")
    (folder / "onnx" / "model.onnx").write_bytes(b"w" * 4096)
    return folder


def _nothing(place: Path) -> None:
    assert not place.exists()


def _changed(place: Path) -> None:
    (place / "onnx").mkdir(parents=True)
    (place / "onnx" / "model.onnx").write_bytes(b"v" * 4096)


def _more(place: Path) -> None:
    _changed(place)
    (place / "more.txt").write_bytes(b"")


def _empty(place: Path) -> None:
    place.mkdir()


def _file(place: Path) -> None:
    place.write_bytes(b"a file")


@pytest.mark.parametrize("before", [_nothing, _changed, _more, _empty, _file])
def test_each_gets_the_tree_and_it_is_whole(before: Callable[[Path], None], tmp_path: Path) -> None:
    """Whoever is first; what stood there under the name and was something else is replaced."""
    for number in range(ROUNDS):
        root = tmp_path / f"{number}"
        stores = [FileArtifactStore(root) for _ in range(MANY)]  # As separate processes have them.
        barrier = threading.Barrier(MANY)
        got: list[tuple[StagedFile, ...] | BaseException] = []
        with stores[0].scratch() as scratch:
            files = stores[0].admit(_copy(scratch))
        place = Path(stores[0].path(tree_digest(files)))
        with stores[0].scratch() as scratch:
            place.chmod(0o755)
            place.rename(scratch / "gone")
        before(place)

        def stage(
            store: FileArtifactStore,
            barrier: threading.Barrier = barrier,
            got: list[tuple[StagedFile, ...] | BaseException] = got,
        ) -> None:
            try:
                with store.scratch() as scratch:
                    folder = _copy(scratch)
                    barrier.wait()
                    got.append(store.admit(folder))
            except BaseException as error:  # noqa: BLE001 - asserted below
                got.append(error)

        threads = [threading.Thread(target=stage, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [files] * MANY
        stores[0].verify(tree_digest(files), files)
        assert [path.name for path in root.iterdir()] == [tree_digest(files)]
