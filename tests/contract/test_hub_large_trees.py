"""A tree of more files than the Hub lists in one answer: published, read, changed, cleared."""

from pathlib import Path

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import (
    PUBLIC,
    STAGING,
    HubRepositoryPlace,
    ReleasedTree,
    allow,
    artifact_of,
    read_as_anybody,
    released_tree,
    token_of,
)

from openmed.domain.inference.profile import FILE_NAME
from openmed.ports.publishing import Receipt, public_registry
from openmed.steps.publish import no_pages

pytest.importorskip("huggingface_hub")

FILES, PAGE = 120, 25
"""Files of the tree, and entries of a listing in one answer."""


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """A release repository; the Hub answers in short pages."""
    hub.state.page = PAGE
    allow(monkeypatch, token_of(hub))
    made = HubRepositoryPlace(tmp_path / "r")
    made.place.release(b"weights")
    return made


def _tree(folder: Path, *, word: str = "") -> Path:
    """Half of it large files; `word` changes the last two."""
    folder.mkdir()
    (folder / FILE_NAME).write_text(builders.PROFILE)
    for number in range(FILES // 2):
        is_last = number == FILES // 2 - 1
        text = f"{number} {word if is_last else ''}" * 50
        (folder / f"part-{number:03}.onnx").write_text(f"\0{text}")
        (folder / f"words-{number:03}.json").write_text(text)
    return folder


def _publish(place: HubRepositoryPlace, tree: ReleasedTree) -> Receipt:
    public = public_registry(HubRepositoryPlace(place.place.root).place.registry, tree.release)
    assert public is not None
    public.prepare(tree.release, tree.history)
    return public.publish(tree.wanted, tree.history, pages=no_pages)


def test_every_page_of_a_listing_counts(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """The bytes of all; a second time nothing; of a changed tree only what changed."""
    tree = released_tree(place, _tree(tmp_path / "first"))
    assert _publish(place, tree).has_moved
    assert len(hub.calls("tree", repository=PUBLIC)) > FILES // PAGE
    assert len(hub.repository(PUBLIC).tree("main")) == len(tree.release.files) + 1
    got = artifact_of(read_as_anybody(hub, tmp_path / "reader"))
    assert got == {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    hub.reset()
    assert not _publish(place, tree).has_moved
    assert not hub.calls("commit")


def test_of_a_changed_tree_only_what_changed_is_sent(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """Though it stands on the last page of what is listed; nothing that went is left."""
    first = released_tree(place, _tree(tmp_path / "first"))
    public = public_registry(place.place.registry, first.release)
    assert public is not None
    public.put(first.release.artifact, first.release.files)
    changed = _tree(tmp_path / "second", word="other")
    (changed / "words-000.json").unlink()
    second = released_tree(place, changed)
    hub.reset()
    public.put(second.release.artifact, second.release.files)
    assert len(hub.calls("lfs-upload", repository=STAGING)) == 1
    names = set(hub.repository(STAGING).files("main")) - {".gitattributes"}
    assert names == {file.path for file in second.release.files}


def test_every_page_of_what_is_staged_is_cleared(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """More large files than one answer lists, of more commits than one: none is left."""
    for name in ("one", "two"):
        tree = released_tree(place, _tree(tmp_path / name, word=name))
        public = public_registry(place.place.registry, tree.release)
        assert public is not None
        public.put(tree.release.artifact, tree.release.files)
    assert len(hub.repository(STAGING).large) > FILES // 2 > PAGE
    assert () == place.place.registry.clear_staged(lambda _: True, ())
    assert set() == hub.repository(STAGING).large
    assert set(hub.repository(STAGING).files("main")) == {".gitattributes"}
