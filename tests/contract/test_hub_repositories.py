"""The Hub on loopback through the unmodified client: what a repository is, has and gives."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hub import TestHub

pytest.importorskip("huggingface_hub")
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, ModelCard
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile, RepoFolder

WEIGHTS = bytes(range(256)) * 200
CARD = b"---\nlicense: apache-2.0\nlibrary_name: onnx\ntags: [phi]\n---\n\n# A model\n"
FILES = {"README.md": CARD, "onnx/model.onnx": WEIGHTS, "onnx/config.json": b"{}", "empty": b""}
MODEL = "org/model"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub that has one public model."""
    with TestHub() as hub:
        hub.repository(MODEL, files=FILES)
        yield hub


def test_a_snapshot_is_the_tree(hub: TestHub, tmp_path: Path) -> None:
    """Of a public model, without a token, whichever name the revision has."""
    head = hub.repository(MODEL).head
    for revision in ("main", head):
        place = tmp_path / revision
        hub.api().snapshot_download(MODEL, revision=revision, local_dir=place, cache_dir=place)
        got = {name: (place / name).read_bytes() for name in FILES}
        assert got == FILES
    assert {""} == {one.token for one in hub.requests}
    assert hub.weights_received() >= len(WEIGHTS)


def test_one_file_comes_by_its_path(hub: TestHub, tmp_path: Path) -> None:
    """A small one by the Hub's cache, a large one from the CDN, each once."""
    api = hub.api()
    for name in ("onnx/config.json", "onnx/model.onnx"):
        found = api.hf_hub_download(MODEL, name, local_dir=tmp_path, cache_dir=tmp_path)
        assert Path(found).read_bytes() == FILES[name]
    assert 1 == len(hub.calls("cdn"))
    small = [one.path.split("/")[1] for one in hub.calls() if one.path.endswith("config.json")]
    assert small[0] == "org"
    assert set(small[1:]) == {"api"}


def test_files_are_named_by_their_bytes(hub: TestHub) -> None:
    """As git names small ones, by sha256 the large ones, in listings of three kinds."""
    listed = {one.path: one for one in hub.api().list_repo_tree(MODEL, recursive=True)}
    assert isinstance(listed["onnx"], RepoFolder)
    large = listed["onnx/model.onnx"]
    assert isinstance(large, RepoFile)
    assert large.lfs is not None
    assert (large.lfs.sha256, large.size) == (hashlib.sha256(WEIGHTS).hexdigest(), len(WEIGHTS))
    small = listed["onnx/config.json"]
    assert isinstance(small, RepoFile)
    blob = hashlib.sha1(b"blob 2\0{}", usedforsecurity=False).hexdigest()
    assert (small.blob_id, small.lfs) == (blob, None)
    (again, folder) = hub.api().get_paths_info(MODEL, ["onnx/config.json", "onnx", "none"])
    assert (again, folder.path) == (small, "onnx")
    siblings = hub.api().model_info(MODEL, files_metadata=True).siblings or []
    assert {one.rfilename: one.size for one in siblings if one.rfilename in FILES} == {
        name: len(data) for name, data in FILES.items()
    }


def test_a_listing_comes_in_pages() -> None:
    """The client asks for each."""
    files = {f"f{number:02}.txt": b"%d" % number for number in range(25)}
    with TestHub(page=10) as hub:
        hub.repository(MODEL, files=files)
        found = {one.path for one in hub.api().list_repo_tree(MODEL)}
        assert found == {*files, ".gitattributes"}
        assert 3 == len(hub.calls("tree"))


def test_only_a_folder_is_listed(hub: TestHub) -> None:
    """By its path, which is one part of the address."""
    found = [one.path for one in hub.api().list_repo_tree(MODEL, "onnx")]
    assert found == ["onnx/config.json", "onnx/model.onnx"]
    with pytest.raises(EntryNotFoundError):
        list(hub.api().list_repo_tree(MODEL, "nothing"))


def test_a_model_is_described_by_its_card(hub: TestHub) -> None:
    """Whose metadata the Hub reads."""
    info = hub.api().model_info(MODEL)
    assert (info.sha, info.private, info.gated) == (hub.repository(MODEL).head, False, False)
    assert info.library_name == "onnx"
    assert info.card_data is not None
    assert info.card_data.get("license") == "apache-2.0"


def test_what_is_not_there_is_named_as_the_hub_does(hub: TestHub, tmp_path: Path) -> None:
    """Each kind by an exception of its own."""
    api = hub.api()
    with pytest.raises(RepositoryNotFoundError):
        api.repo_info("org/nothing")
    with pytest.raises(RevisionNotFoundError):
        api.repo_info(MODEL, revision="f" * 40)
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(MODEL, "nothing", local_dir=tmp_path)
    hub.repository(MODEL).gated = True
    with pytest.raises(GatedRepoError):
        api.hf_hub_download(MODEL, "README.md", local_dir=tmp_path)
    assert api.model_info(MODEL).gated == "manual"


def test_branches_and_tags_are_names(hub: TestHub) -> None:
    """A tag that exists stays where it is, `main` stays, a name may hold a slash."""
    model, api = hub.repository(MODEL), hub.api(hub.token("admin", admin=True))
    first = model.head
    api.create_tag(MODEL, tag="release/1", revision=first)
    api.create_branch(MODEL, branch="cand/x", revision=first)
    second = model.commit({"a.txt": b"1"})
    with pytest.raises(HfHubHTTPError, match="already exists"):
        api.create_tag(MODEL, tag="release/1", revision=second)
    refs = api.list_repo_refs(MODEL)
    assert [("release/1", first)] == [(one.name, one.target_commit) for one in refs.tags]
    assert {"main": second, "cand/x": first} == {
        one.name: one.target_commit for one in refs.branches
    }
    assert api.repo_info(MODEL, revision="cand/x").sha == first
    api.delete_branch(MODEL, branch="cand/x")
    api.delete_tag(MODEL, tag="release/1")
    with pytest.raises(HfHubHTTPError) as refused:
        api.delete_branch(MODEL, branch="main")
    assert 403 == refused.value.response.status_code
    assert (model.branches, model.tags) == ({"main": second}, {})


def test_history_is_newest_first(hub: TestHub) -> None:
    """Down to the commit that has only `.gitattributes`."""
    head = hub.repository(MODEL).commit({"empty": None}, message="Remove\n\nBecause: of it")
    rows = hub.api().list_repo_commits(MODEL)
    assert ["Remove", "Add files", "initial commit"] == [one.title for one in rows]
    assert (rows[0].commit_id, rows[0].message) == (head, "Because: of it")
    assert {".gitattributes"} == set(hub.repository(MODEL).tree(rows[-1].commit_id))


def test_what_is_deleted_is_gone(hub: TestHub) -> None:
    """A file, a folder; not what was never there."""
    api = hub.api(hub.token("admin", admin=True))
    gone = [CommitOperationDelete("onnx/", is_folder=True), CommitOperationDelete("empty")]
    api.create_commit(MODEL, gone, commit_message="Remove")
    assert {"README.md", ".gitattributes"} == set(hub.repository(MODEL).tree())
    with pytest.raises(EntryNotFoundError):
        api.create_commit(MODEL, [CommitOperationDelete("empty")], commit_message="Again")


def test_a_repository_is_made_and_removed(hub: TestHub) -> None:
    """Private ones too; making it again tells its address."""
    api = hub.api(hub.token("maker", create=["org"], write=["org/*"]))
    made = [api.create_repo("org/new", private=True, exist_ok=True) for _ in range(2)]
    assert ["org/new", "org/new"] == [one.repo_id for one in made]
    assert hub.repository("org/new").private
    with pytest.raises(HfHubHTTPError) as taken:
        api.create_repo("org/new")
    assert 409 == taken.value.response.status_code
    api.update_repo_settings("org/new", private=False, gated="auto")
    assert (False, True) == (hub.repository("org/new").private, hub.repository("org/new").gated)
    api.delete_repo("org/new")
    assert not hub.has("org/new")


def test_what_a_folder_keeps_is_found_again(tmp_path: Path) -> None:
    """By another Hub, byte for byte, with its history."""
    with TestHub(folder=tmp_path) as hub:
        hub.repository(MODEL, files=FILES, private=True)
        hub.repository(MODEL).commit({"empty": None})
        kept = hub.repository(MODEL)
    with TestHub(folder=tmp_path) as hub:
        found = hub.repository(MODEL)
        assert (found.head, found.files(), found.private) == (kept.head, kept.files(), True)
        assert kept.commits() == found.commits()
        assert found.commit({"new": b"1"}) not in kept.by_sha


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("license: Apache-2.0", '"license" must be one of the known ids'),
        ("base_model_relation: cousin", '"base_model_relation" must be one of'),
        ("datasets: {a: b}", '"datasets" must be a string or a list'),
        ("model-index: [{name: x}]", 'results" is required'),
        ("model-index: [{name: x, results: [{task: {}}]}]", 'task.type" is required'),
        ("a: [", "cannot be read"),
    ],
)
def test_a_card_that_is_not_accepted_stops_the_commit(
    hub: TestHub, header: str, fault: str
) -> None:
    """Before anything is sent."""
    api = hub.api(hub.token("admin", admin=True))
    card = CommitOperationAdd("README.md", f"---\n{header}\n---\n".encode())
    with pytest.raises(ValueError, match="Invalid metadata") as refused:
        api.create_commit(MODEL, [card], commit_message="Card")
    assert fault in str(refused.value)
    assert [] == hub.calls("commit")


def test_a_card_that_is_accepted_parses_back(hub: TestHub) -> None:
    """The one that is there."""
    ModelCard(CARD.decode())
    api = hub.api(hub.token("admin", admin=True))
    api.create_commit(MODEL, [CommitOperationAdd("README.md", CARD + b".")], commit_message="Card")
    assert 1 == len(hub.calls("commit"))
