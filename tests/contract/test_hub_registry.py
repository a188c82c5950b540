"""The registry `hub` by the real client, against a Hub on loopback, in both credential modes."""

from pathlib import Path

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import (
    PUBLIC,
    STAGING,
    TABLE,
    Credentials,
    HubRepositoryPlace,
    allow,
    api_calls,
    artifact_of,
    publisher_of,
    read_as_anybody,
    token_of,
)
from support.places import BACK, LEAKS

from openmed.domain.release.publishing.publication import (
    history_of,
    publication_of,
)
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.release.rollback_options import Request
from openmed.errors import FlipConflictError
from openmed.ports.publishing import PublicRegistry
from openmed.steps.publish import no_pages

pytest.importorskip("huggingface_hub")

FIRST, SECOND = b"first" * 4000, b"second" * 4000


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """A release repository with a fine-grained token."""
    allow(monkeypatch, token_of(hub))
    return HubRepositoryPlace(tmp_path / "r")


def _again(place: HubRepositoryPlace, table: str = TABLE) -> HubRepositoryPlace:
    """Another process on the same repository."""
    return HubRepositoryPlace(place.place.root, table=table)


def test_what_everybody_gets_is_what_was_released(
    hub: TestHub, credentials: Credentials, tmp_path: Path
) -> None:
    """Two releases and a rollback: each time the bytes the gates saw, by one commit."""
    place = HubRepositoryPlace(tmp_path / "r")
    for number, content in enumerate((FIRST, SECOND)):
        record = place.flip(content)
        assert record.results[0].standing is SlotOutcome.RELEASED, record.results
        before = len(hub.repository(PUBLIC).commits("main"))
        hub.reset()
        (done,) = place.follow()
        assert done.receipt is not None, done.fault
        assert len(hub.repository(PUBLIC).commits("main")) == before + 1
        assert hub.weights_sent() == (0 if credentials.name == "token" else len(content))
        assert len(api_calls(hub)) <= 10
        got = read_as_anybody(hub, tmp_path / f"reader{number}")
        assert artifact_of(got) == builders.contents_of(content)
        assert "README.md" in got
    hub.reset()
    (done,) = place.roll_back()
    assert done.receipt is not None, done.fault
    assert hub.weights_sent() == 0
    assert len(api_calls(hub)) <= 10
    assert artifact_of(read_as_anybody(hub, tmp_path / "again")) == builders.contents_of(FIRST)
    hub.reset()
    assert () == place.follow()
    assert [] == hub.requests
    tags = [entry.tag for entry in place.place.releases.state().entries]
    assert tags == list(hub.repository(PUBLIC).tags)


def test_a_publishers_token_is_used_for_its_repository_alone(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No private repository is asked for, made or read."""
    allow(monkeypatch, publisher_of(hub))
    HubRepositoryPlace(tmp_path / "r").release(FIRST)
    assert not hub.has(STAGING)
    assert {PUBLIC, ""} >= {one.repository for one in hub.requests}


def test_nobody_reads_a_candidate(place: HubRepositoryPlace, hub: TestHub, tmp_path: Path) -> None:
    """Not before the pointer moves: the private repository is closed, the public one is empty."""
    place.flip(FIRST)
    assert hub.repository(STAGING).private
    assert set(hub.repository(PUBLIC).files("main")) == {".gitattributes"}
    with pytest.raises(Exception, match="401"):
        read_as_anybody(hub, tmp_path / "reader", repo_id=STAGING)
    assert set(read_as_anybody(hub, tmp_path / "public")) == {".gitattributes"}


def test_a_quarantined_candidate_goes_nowhere(place: HubRepositoryPlace, hub: TestHub) -> None:
    """Neither of the two repositories has its bytes, and what is live stays."""
    place.release(FIRST)
    head = hub.repository(PUBLIC).head
    verdict = place.place.verdict(SECOND, covered=LEAKS)
    place.place.offer(verdict, place.place.signed(verdict), content=SECOND, covered=LEAKS)
    assert place.place.flip().results[0].standing is SlotOutcome.QUARANTINED
    assert () == place.follow()
    assert head == hub.repository(PUBLIC).head
    seen = [
        data
        for name in (PUBLIC, STAGING)
        for commit in hub.repository(name).commits("main")
        for data in hub.repository(name).files(commit.sha).values()
    ]
    assert SECOND not in seen


def test_what_is_condemned_elsewhere_is_not_published(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """The slot whose live release another slot revoked follows nothing, by any command."""
    place.place.release(FIRST, slot="pii::tiny::onnx::other")
    place.flip(FIRST)
    there = Request.model_validate(
        {**BACK.model_dump(), "where": {"line": "other"}, "is_withdrawing": True}
    )
    place.place.roll_back(there)
    for is_asked in (False, True):
        rows = {row.publication.slot: row for row in place.follow(is_asked=is_asked)}
        fault = rows[builders.SLOT].fault
        assert fault is not None
        assert fault.exit_code == 3
        assert "is condemned since" in fault.message
    assert set(hub.repository(PUBLIC).files("main")) == {".gitattributes"}


def test_a_foreign_commit_stops_the_flip_and_is_named(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """Before the pointer moves; the way past it is reviewed, and keeps that commit in history."""
    place.release(FIRST)
    sha = hub.repository(PUBLIC).commit({"README.md": b"# mine"}, message="Fix a typo")
    (result,) = place.flip(SECOND).results
    assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, 6)
    assert sha in result.reason
    assert "'Fix a typo'" in result.reason
    live = place.live
    assert live is not None
    assert live.release.artifact == builders.artifact_of(FIRST)
    assert hub.repository(PUBLIC).head == sha
    other = _again(place, f'{TABLE}accept = ["{PUBLIC}@{sha}"]\n')
    (done,) = other.release(SECOND)
    assert done.receipt is not None, done.fault
    assert hub.repository(PUBLIC).commits("main")[1].sha == sha


def test_a_foreign_commit_after_the_pointer_is_named_too(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """It landed while our commit was on its way: ours is refused, and is not tried over it."""
    place.release(FIRST)
    place.flip(SECOND)
    fault = hub.fault("commit", 1, "foreign-commit", repository=PUBLIC)
    (done,) = place.follow()
    assert fault.used == 1
    assert done.fault is not None
    assert done.fault.exit_code == 6
    assert hub.repository(PUBLIC).head in done.fault.message
    (again,) = _again(place).follow()
    assert again.fault is not None
    assert again.fault.message == done.fault.message


def test_a_release_of_another_ledger_is_foreign(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """Two repositories that do not know each other never overwrite one another."""
    place.release(FIRST)
    other = HubRepositoryPlace(tmp_path / "other")
    (result,) = other.flip(SECOND).results
    assert result.exit_code == 6
    assert "this ledger does not have it" in result.reason
    assert None is other.live
    assert len(hub.repository(PUBLIC).commits("main")) == 2


@pytest.mark.parametrize("moment", ["before the commit", "before the note"])
def test_a_dead_command_is_finished_by_the_next(
    place: HubRepositoryPlace, hub: TestHub, moment: str
) -> None:
    """By the pointer and by what the repository states; never by a second commit."""
    place.release(FIRST)
    place.flip(SECOND)
    if moment == "before the note":
        place.follow()
        hub.repository(PUBLIC).refs.popitem()  # The tag.
        for note in (place.place.root / "artifacts" / "hub" / "published").iterdir():
            note.unlink()
    (done,) = _again(place).follow()
    assert done.receipt is not None, done.fault
    assert done.receipt.has_moved is (moment == "before the commit")
    assert len(hub.repository(PUBLIC).commits("main")) == 3
    assert len(hub.repository(PUBLIC).tags) == 2


def test_a_withdrawn_slot_serves_nothing(place: HubRepositoryPlace, hub: TestHub) -> None:
    """One commit that removes the files; what was pinned stays readable."""
    place.release(FIRST)
    first = hub.repository(PUBLIC).head
    (done,) = place.roll_back(Request.model_validate({**BACK.model_dump(), "is_withdrawing": True}))
    assert done.receipt is not None, done.fault
    assert set(hub.repository(PUBLIC).files("main")) == {".gitattributes"}
    assert "model.onnx" in hub.repository(PUBLIC).files(first)
    assert () == place.follow()


def test_a_tag_that_names_something_else_is_told(place: HubRepositoryPlace, hub: TestHub) -> None:
    """A tag is never moved."""
    place.release(FIRST)
    place.flip(SECOND)
    repository = hub.repository(PUBLIC)
    tag = place.place.releases.state().entries[-1].tag
    first = repository.head
    repository.refs[f"refs/tags/{tag}"] = first
    (done,) = place.follow()
    assert done.fault is not None
    assert f"the tag {tag} of {PUBLIC} names another commit: {first}" in done.fault.message
    assert repository.tags[tag] == first


def test_weights_are_sent_where_the_hub_does_not_copy(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """A file without the hash that copying needs is sent from the verified folder."""
    place.flip(FIRST)
    hub.repository(STAGING).has_xet_hashes = False
    (done,) = place.follow()
    assert done.receipt is not None, done.fault
    assert artifact_of(read_as_anybody(hub, tmp_path / "reader")) == builders.contents_of(FIRST)


def test_a_private_repository_that_is_public_is_refused(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """Before a byte is sent there."""
    hub.repository(STAGING, private=False)
    (result,) = place.flip(FIRST).results
    assert "is not private" in result.reason
    assert set(hub.repository(STAGING).files("main")) == {".gitattributes"}


def test_a_clone_that_is_behind_is_told(place: HubRepositoryPlace, hub: TestHub) -> None:
    """What the repository serves follows an entry that it does not have."""
    place.release(FIRST)
    state = place.place.releases.state()
    live = state.live_in(builders.SLOT)
    assert live is not None
    place.release(SECOND)
    public = place.place.registry.of(live.release)
    assert isinstance(public, PublicRegistry)
    with pytest.raises(FlipConflictError, match="this ledger does not have it"):
        public.publish(publication_of(state, live), history_of(state, live.release), pages=no_pages)
    assert len(hub.repository(PUBLIC).commits("main")) == 3
