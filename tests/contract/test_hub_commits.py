"""Commits on the Hub on loopback: compare and swap, bytes that are known, copies, permissions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.hub import TestHub

pytest.importorskip("huggingface_hub")
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

STAGING, PUBLIC = "org/staging", "org/model"
WEIGHTS = bytes(range(256)) * 400


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub with a private and a public repository of one owner."""
    with TestHub() as hub:
        hub.repository(STAGING, private=True)
        hub.repository(PUBLIC)
        yield hub


def weights(name: str = "model.onnx") -> CommitOperationAdd:
    """The operation; one is used once."""
    return CommitOperationAdd(name, WEIGHTS)


def copy(revision: str, name: str = "model.onnx") -> CommitOperationCopy:
    """From the private repository."""
    return CommitOperationCopy(
        name, name, src_revision=revision, src_repo_id=STAGING, src_repo_type="model"
    )


def staged(hub: TestHub) -> str:
    """The weights, in the private repository."""
    return hub.repository(STAGING).commit({"model.onnx": WEIGHTS})


def flipper(hub: TestHub) -> HfApi:
    """Reads staging, writes public."""
    return hub.api(hub.token("flipper", read=[STAGING], write=[PUBLIC]))


def test_a_commit_says_what_it_is(hub: TestHub) -> None:
    """Its sentence, its trailer, its parent, who made it."""
    model = hub.repository(PUBLIC)
    parent = model.head
    made = flipper(hub).create_commit(
        PUBLIC, [weights()], commit_message="Release 1", commit_description="Release-Op: flip 1",
        parent_commit=parent,
    )  # fmt: skip
    first = model.commits()[0]
    assert (first.sha, first.parents, first.author) == (made.oid, (parent,), "flipper")
    assert (first.title, first.message) == ("Release 1", "Release-Op: flip 1")
    assert model.files()["model.onnx"] == WEIGHTS


def test_a_file_and_a_folder_are_sent(hub: TestHub, tmp_path: Path) -> None:
    """From disk, in several threads; what the folder no longer has is removed when asked."""
    api, model = flipper(hub), hub.repository(PUBLIC)
    wanted = {f"part-{number}.onnx": WEIGHTS + b"%d" % number for number in range(6)}
    for name, data in wanted.items():
        (tmp_path / name).write_bytes(data)
    api.upload_file(repo_id=PUBLIC, path_or_fileobj=b"old", path_in_repo="old.txt")
    api.upload_folder(repo_id=PUBLIC, folder_path=tmp_path, delete_patterns="*.txt")
    found = {name: data for name, data in model.files().items() if name != ".gitattributes"}
    assert wanted == found
    assert sum(map(len, wanted.values())) == hub.weights_sent()
    assert 3 == len(model.commits())


def test_a_commit_on_another_parent_is_412(hub: TestHub) -> None:
    """And changes nothing."""
    model = hub.repository(PUBLIC)
    stale = model.head
    head = model.commit({"a.txt": b"1"})
    with pytest.raises(HfHubHTTPError) as conflict:
        flipper(hub).create_commit(PUBLIC, [weights()], commit_message="x", parent_commit=stale)
    assert (412, head) == (conflict.value.response.status_code, model.head)


def test_of_eight_at_once_one_wins(hub: TestHub) -> None:
    """All from the same parent."""
    model = hub.repository(PUBLIC)
    parent, api = model.head, flipper(hub)

    def flip(number: int) -> int:
        add = CommitOperationAdd("n.txt", b"%d" % number)
        try:
            api.create_commit(PUBLIC, [add], commit_message="x", parent_commit=parent)
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    with ThreadPoolExecutor(8) as pool:
        assert [200, *[412] * 7] == sorted(pool.map(flip, range(8)))
    assert 1 == len([one for one in model.commits() if one.title == "x"])


def test_bytes_that_are_known_are_not_sent(hub: TestHub) -> None:
    """On another branch, under another name; in another repository they are."""
    api = hub.api(hub.token("admin", admin=True))
    api.create_commit(PUBLIC, [weights()], commit_message="1")
    assert len(WEIGHTS) == hub.weights_sent()
    api.create_branch(PUBLIC, branch="other")
    again = [weights("again.onnx")]
    api.create_commit(PUBLIC, again, commit_message="2", revision="other")
    assert len(WEIGHTS) == hub.weights_sent()
    api.create_commit(STAGING, [weights()], commit_message="3")
    assert 2 * len(WEIGHTS) == hub.weights_sent()


def test_a_copy_sends_no_weights(hub: TestHub) -> None:
    """From a private repository that the token reads, and of an earlier commit."""
    api, model = flipper(hub), hub.repository(PUBLIC)
    flipped = api.create_commit(PUBLIC, [copy(staged(hub))], commit_message="Flip").oid
    assert model.files()["model.onnx"] == WEIGHTS
    model.commit({"model.onnx": b"\0another"})
    back = CommitOperationCopy("model.onnx", "model.onnx", src_revision=flipped)
    api.create_commit(PUBLIC, [back], commit_message="Roll back", parent_commit=model.head)
    assert model.files()["model.onnx"] == WEIGHTS
    assert (0, 0) == (hub.weights_sent(), hub.weights_received())


def test_a_copy_needs_to_read_its_source(hub: TestHub) -> None:
    """A token of the public repository alone sees no staging."""
    api = hub.api(hub.token("publisher", write=[PUBLIC]))
    head = hub.repository(PUBLIC).head
    with pytest.raises(RepositoryNotFoundError):
        api.create_commit(PUBLIC, [copy(staged(hub))], commit_message="Flip")
    assert head == hub.repository(PUBLIC).head


def test_a_copy_needs_the_other_store_to_know_the_file(hub: TestHub) -> None:
    """Files of the older store cannot be copied elsewhere; the client says so."""
    hub.repository(STAGING).has_xet_hashes = False
    with pytest.raises(ValueError, match="xet hash"):
        flipper(hub).create_commit(PUBLIC, [copy(staged(hub))], commit_message="Flip")


def test_a_copy_of_a_file_that_is_gone_is_an_error(hub: TestHub) -> None:
    """The client would commit the rest without it; nothing is committed."""
    from huggingface_hub.errors import FileDuplicationError  # noqa: PLC0415 - new in 2

    sha, head = staged(hub), hub.repository(PUBLIC).head
    hub.fault("duplicate", 1, "missing-object")
    with pytest.raises(FileDuplicationError):
        flipper(hub).create_commit(PUBLIC, [copy(sha)], commit_message="Flip")
    assert head == hub.repository(PUBLIC).head


def test_weights_nobody_sent_are_not_committed(hub: TestHub) -> None:
    """A pointer alone is refused."""
    hub.fault("commit", 1, "missing-object")
    with pytest.raises(HfHubHTTPError, match="does not exist"):
        flipper(hub).create_commit(PUBLIC, [weights()], commit_message="x")
    assert "model.onnx" not in hub.repository(PUBLIC).tree()


def test_an_ignored_file_is_left_out(hub: TestHub) -> None:
    """As `.gitignore` says: the client leaves it out without a word."""
    model = hub.repository(PUBLIC)
    model.commit({".gitignore": b"*.log\n"})
    adds = [CommitOperationAdd(name, b"1") for name in ("a.log", "b.txt")]
    flipper(hub).create_commit(PUBLIC, adds, commit_message="x")
    assert {"b.txt", ".gitignore", ".gitattributes"} == set(model.tree())


def test_a_large_file_of_another_name_is_named_in_attributes(hub: TestHub) -> None:
    """Bytes with NUL are kept apart whatever the name."""
    flipper(hub).create_commit(PUBLIC, [weights("weights.zst")], commit_message="x")
    model = hub.repository(PUBLIC)
    assert b"weights.zst filter=lfs" in model.files()[".gitattributes"]
    assert model.tree()["weights.zst"].sha256 is not None


def _denied(api: HfApi, repository: str) -> int | None:
    try:
        api.create_commit(repository, [CommitOperationAdd("a", b"1")], commit_message="x")
    except HfHubHTTPError as error:
        return error.response.status_code
    return None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"write": [PUBLIC]}, (None, 404)),
        ({"read": [STAGING], "write": [PUBLIC]}, (None, 403)),
        ({"read": ["org/*"]}, (403, 403)),
        ({}, (403, 404)),
        ({"admin": True}, (None, None)),
    ],
)
def test_a_token_writes_where_it_may(
    hub: TestHub, scope: dict[str, list[str]], expected: tuple[int | None, int | None]
) -> None:
    """Elsewhere 403, or 404 where it may not even look."""
    api = hub.api(hub.token("someone", **scope))  # type: ignore[arg-type]  # the table's rows
    assert expected == (_denied(api, PUBLIC), _denied(api, STAGING))
    for name, status in ((PUBLIC, expected[0]), (STAGING, expected[1])):
        assert (status is None) == _may(api, name)


def _may(api: HfApi, name: str) -> bool:
    try:
        api.auth_check(name, write=True)
    except HfHubHTTPError:
        return False
    return True


def test_nobody_sees_a_private_repository(hub: TestHub, tmp_path: Path) -> None:
    """By its name, a commit, a file, or the address of the bytes; its owner does."""
    sha = staged(hub)
    api = hub.api()
    for ask in (
        lambda: api.repo_info(STAGING),
        lambda: api.repo_info(STAGING, revision=sha),
        lambda: list(api.list_repo_tree(STAGING)),
        lambda: api.hf_hub_download(STAGING, "model.onnx", revision=sha, local_dir=tmp_path),
        lambda: api.list_repo_refs(STAGING),
    ):
        with pytest.raises(RepositoryNotFoundError):
            ask()
    assert {401} == {one.status for one in hub.requests}
    owner = hub.api(hub.token("owner", read=[STAGING]))
    found = owner.hf_hub_download(STAGING, "model.onnx", revision=sha, local_dir=tmp_path)
    assert Path(found).read_bytes() == WEIGHTS
    assert not [one for one in hub.calls("cdn") if "authorization" in one.headers]


def test_a_revoked_token_is_401(hub: TestHub) -> None:
    """Also where nobody needs one."""
    token = hub.token("gone", write=[PUBLIC])
    api = hub.api(token)
    assert api.whoami()["name"] == "gone"
    hub.revoke(token)
    with pytest.raises(HfHubHTTPError) as denied:
        api.repo_info(PUBLIC)
    assert 401 == denied.value.response.status_code
    assert "?" == hub.requests[-1].token


def test_a_limit_is_kept_and_told() -> None:
    """Of each token, until the window ends."""
    with TestHub(quota=3) as hub:
        hub.repository(PUBLIC)
        api = hub.api()
        for _ in range(3):
            api.repo_info(PUBLIC)
        with pytest.raises(HfHubHTTPError) as limited:
            api.repo_info(PUBLIC)
        assert '"api";r=0;t=300' == limited.value.response.headers["RateLimit"]
        hub.advance(300)
        api.repo_info(PUBLIC)


def test_other_kinds_of_repository_are_apart(hub: TestHub) -> None:
    """A data set of the same name is another thing."""
    api = hub.api(hub.token("admin", admin=True))
    api.create_repo(PUBLIC, repo_type="dataset")
    api.create_commit(PUBLIC, [weights("a.parquet")], commit_message="x", repo_type="dataset")
    assert WEIGHTS == hub.repository(PUBLIC, kind="dataset").files()["a.parquet"]
    assert "a.parquet" not in hub.repository(PUBLIC).tree()
