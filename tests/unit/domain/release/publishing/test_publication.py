"""What the commit of a publication states, and how it is read."""

import pytest
from support import builders

from openmed.domain.release.publishing.public_tree import (
    CopySource,
    PublicFile,
    WantedFile,
    tree_change,
)
from openmed.domain.release.publishing.publication import CommitMark, Operation, Publication

PUBLICATION = Publication(
    slot=builders.SLOT,
    repo_id="org/tiny",
    generation=3,
    operation=Operation.ROLLBACK,
    tag="2026.01.01-2",
    entry="e" * 64,
    artifact="a" * 64,
    files=(),
)


def test_trailers_are_read_back() -> None:
    """Whatever else the message says."""
    message = f"{PUBLICATION.title}\n\nWhy.\n\n{PUBLICATION.trailers}"
    assert CommitMark.read(message) == PUBLICATION.mark
    empty = Publication.model_validate(
        {**PUBLICATION.model_dump(), "artifact": None, "operation": Operation.WITHDRAWAL}
    )
    assert CommitMark.read(empty.trailers) == empty.mark
    assert empty.mark.artifact is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Release-Op:", "Release-op:"),
        ("rollback", "squash"),
        ("rollback pii", "rollback  pii"),
        (" 3", " three"),
        (" 3", " 0"),
        ("a" * 64, "a" * 63),
        ("a" * 64, ""),
        ("Ledger-Entry: ", "Ledger-Entry:"),
        ("Ledger-Entry", "Tree-Digest"),
        (f"Tree-Digest: {'a' * 64}", f"Tree-Digest: {'a' * 64}\nTree-Digest: {'b' * 64}"),
    ],
)
def test_what_is_not_quite_a_trailer_is_none(old: str, new: str) -> None:
    """Missing, twice, or not what it must be."""
    changed = PUBLICATION.trailers.replace(old, new)
    assert changed != PUBLICATION.trailers
    assert CommitMark.read(changed) is None


def _file(path: str, *, large: str = "", blob: str = "0" * 40, size: int = 5) -> PublicFile:
    return PublicFile(path=path, size=size, blob=blob, sha256=large or None)


def test_a_tree_becomes_the_wanted_one() -> None:
    """What is there stays, large files are copied where they are, the rest is sent or goes."""
    tree = {
        ".gitattributes": _file(".gitattributes"),
        "same.onnx": _file("same.onnx", large="1" * 64),
        "same.json": _file("same.json", blob="1" * 40),
        "old.json": _file("old.json"),
        "new.onnx": _file("new.onnx", large="2" * 64),
    }
    wanted = (
        WantedFile("same.onnx", 5, "1" * 64, ""),
        WantedFile("same.json", 5, "5" * 64, "1" * 40),
        WantedFile("new.onnx", 5, "3" * 64, ""),
        WantedFile("other.onnx", 5, "4" * 64, ""),
        WantedFile("small.json", 5, "6" * 64, "6" * 40),
    )
    near = CopySource("org/tiny", "c" * 40, {"new.onnx": _file("new.onnx", large="3" * 64)})
    far = CopySource(
        "org/private",
        "d" * 40,
        {
            "new.onnx": _file("new.onnx", large="3" * 64),
            "small.json": _file("small.json", blob="6" * 40),
            "other.onnx": _file("other.onnx", large="4" * 64, size=6),
        },
    )
    change = tree_change(tree, wanted, sources=(near, far))
    assert change.copied == (("new.onnx", near),)
    assert change.added == ("other.onnx", "small.json")
    assert change.deleted == ("old.json",)
    assert tree_change({}, (), sources=()).is_nothing
