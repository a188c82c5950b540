"""What may not be staged is refused on the way in, with one sentence."""

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from openmed.adapters.sources.file_admission import copy_in
from openmed.errors import EvidenceError


def _pickle_by_content(folder: Path) -> None:
    (folder / "weights.dat").write_bytes(pickle.dumps([1.0]))


def _zipped_pickle(folder: Path) -> None:
    with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
        archive.writestr("archive/data.pkl", b"x")


def _broken_zip(folder: Path) -> None:
    (folder / "weights.dat").write_bytes(b"x" * 50 + b"PK\x05\x06" + b"\xff" * 16 + b"\0\0")


def _symlink(folder: Path) -> None:
    (folder / "model.onnx").symlink_to("/etc/hostname")


def _linked_folder(folder: Path) -> None:
    (folder / "sub").symlink_to("/etc")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "model.onnx")


def _file(name: str, *, size: int = 1) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(b"x" * size)

    return make


def _nothing(_: Path) -> None:
    return


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "symlink": (_symlink, "symlink"),
    "linked folder": (_linked_folder, "symlink"),
    "pipe": (_pipe, "not a plain file"),
    "pickle by name": (_file("pytorch_model.bin"), "pickle by its ending"),
    "pickle by content": (_pickle_by_content, "pickled data"),
    "pickle in a zip": (_zipped_pickle, "pickled data"),
    "a zip that cannot be read": (_broken_zip, "cannot be read"),
    "hidden file": (_file(".env"), "file name"),
    "newline in the name": (_file("a\nb"), "file name"),
    "markup in the name": (_file("<script>"), "file name"),
    "backslash": (_file("..\\x"), "file name"),
    "nothing at all": (_nothing, "no files"),
    "too many bytes": (_file("a", size=1001), "declared 1000 bytes"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_it_is_refused(name: str, tmp_path: Path) -> None:
    """Each with its reason."""
    make, reason = REFUSED[name]
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    make(source)
    with pytest.raises(EvidenceError, match=reason):
        copy_in(source, target, max_bytes=1000, what="pii::tiny::onnx")


def test_the_limit_holds_for_all_files_together(tmp_path: Path) -> None:
    """Two files of 60 bytes are more than 100."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "a").write_bytes(b"x" * 60)
    (source / "b").write_bytes(b"x" * 60)
    with pytest.raises(EvidenceError):
        copy_in(source, target, max_bytes=100, what="s")


def test_plain_files_come_in_whole(tmp_path: Path) -> None:
    """Folders and all, at exactly the limit."""
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "onnx").mkdir(parents=True)
    target.mkdir()
    (source / "onnx" / "model.onnx").write_bytes(b"x" * 100)
    copy_in(source, target, max_bytes=100, what="s")
    assert (target / "onnx" / "model.onnx").read_bytes() == b"x" * 100
