"""Private repositories hold a candidate until readers have it, or nobody may; then its bytes go."""

from pathlib import Path

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import (
    PUBLIC,
    STAGING,
    HubRepositoryPlace,
    allow,
    artifact_of,
    publisher_of,
    read_as_anybody,
    token_of,
)
from support.places import BACK, LEAKS

from openmed.app.maintenance import publish
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.release.publishing.staging_retention import may_leave_staging
from openmed.pipeline.publishing.publication import Following, follow_pointer, followed

pytest.importorskip("huggingface_hub")

FIRST, SECOND, THIRD = (f"{name} ".encode() * 4000 for name in ("first", "second", "third"))


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """A release repository with a fine-grained token."""
    allow(monkeypatch, token_of(hub))
    return HubRepositoryPlace(tmp_path / "r")


def _again(place: HubRepositoryPlace) -> HubRepositoryPlace:
    """Another command on the same repository."""
    return HubRepositoryPlace(place.place.root)


def _kept(hub: TestHub) -> set[str]:
    """Large files that the private repository holds, of whatever commit."""
    found = hub.repository(STAGING)
    named = {
        file.sha256
        for commit in found.by_sha.values()
        for file in commit.tree.values()
        if file.sha256
    }
    assert named <= found.large
    return set(found.large)


def _follow(place: HubRepositoryPlace) -> None:
    """What every command does at its end."""
    assert () == follow_pointer(place.place.world)


def test_nothing_is_staged_once_readers_have_it(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """After each of two releases; readers get the bytes all the same, also those before."""
    for number, content in enumerate((FIRST, SECOND)):
        command = _again(place)
        command.flip(content)
        assert _kept(hub) == {sha256_hex(content)}
        _follow(command)
        assert _kept(hub) == set()
        assert set(hub.repository(STAGING).files("main")) == {".gitattributes"}
        got = read_as_anybody(hub, tmp_path / f"{number}")
        assert artifact_of(got) == builders.contents_of(content)
    assert all(
        len(commit.message.split()) == 2 or not commit.parents
        for commit in hub.repository(STAGING).commits("main")
    )
    first = hub.repository(PUBLIC).commits("main")[1]
    assert hub.repository(PUBLIC).files(first.sha)["model.onnx"] == FIRST


def test_when_readers_were_served_is_known(place: HubRepositoryPlace, hub: TestHub) -> None:
    """By the command's own timer; not where nothing moved, nor where one did not follow."""
    place.flip(FIRST)
    world = _again(place).place.world
    began = world.timer()
    done = followed(world)
    assert done.served is not None
    assert began < done.served <= world.timer()
    assert followed(_again(place).place.world) == Following()
    command = _again(place)
    command.flip(SECOND)
    hub.fault("commits", 1, "drop-before", times=0, repository=PUBLIC)
    failed = followed(command.place.world)
    assert (len(failed.faults), failed.served) == (1, None)


def test_a_command_with_nothing_to_clear_asks_nothing(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """Not one call: what this machine staged is noted until it is gone."""
    place.flip(FIRST)
    _follow(place)
    hub.reset()
    _follow(_again(place))
    assert [] == hub.requests


def test_bytes_stay_until_readers_have_them(place: HubRepositoryPlace, hub: TestHub) -> None:
    """The public repository cannot be reached: the next flip command copies from there."""
    place.flip(FIRST)
    hub.fault("commits", 1, "drop-before", times=0, repository=PUBLIC)
    assert 1 == len(follow_pointer(place.place.world))
    assert _kept(hub) == {sha256_hex(FIRST)}
    hub.reset()
    _follow(_again(place))
    assert hub.weights_sent() == 0
    assert _kept(hub) == set()


def test_a_candidate_on_its_way_stays(place: HubRepositoryPlace, hub: TestHub) -> None:
    """Staged for a flip that did not come to its commit; older bytes beside it go."""
    place.flip(FIRST)
    _follow(place)
    repository = hub.repository(STAGING)
    place.place.stage(SECOND)
    live = place.live
    assert live is not None
    staged = builders.a_staged(content=SECOND)
    place.place.registry.of(live.release).put(staged.artifact, staged.files)
    command = _again(place)
    command.place.stage(THIRD)
    third = builders.a_staged(content=THIRD)
    command.place.registry.of(live.release).put(third.artifact, third.files)
    assert _kept(hub) == {sha256_hex(SECOND), sha256_hex(THIRD)}
    _follow(_again(place))
    assert _kept(hub) == {sha256_hex(THIRD)}
    assert repository.files("main")["model.onnx"] == THIRD


def test_a_quarantined_candidate_is_gone_from_there_too(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """It was staged, its command died; judged again it is condemned; the next command clears it."""
    place.flip(FIRST)
    _follow(place)
    live = place.live
    assert live is not None
    place.place.stage(SECOND)
    staged = builders.a_staged(content=SECOND)
    place.place.registry.of(live.release).put(staged.artifact, staged.files)
    command = _again(place)
    verdict = command.place.verdict(SECOND, covered=LEAKS)
    command.place.offer(verdict, command.place.signed(verdict), content=SECOND, covered=LEAKS)
    command.place.flip()
    assert command.place.releases.state().is_quarantined(staged.artifact)
    _follow(command)
    assert _kept(hub) == set()
    assert "model.onnx" not in hub.repository(STAGING).files("main")


def test_of_a_slot_that_never_served_anything_too(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """Also by another machine, which has no note of it, when it is asked to publish."""
    donor = HubRepositoryPlace(tmp_path / "donor")
    donor.place.release(FIRST)
    live = donor.live
    assert live is not None
    place.place.stage(FIRST)
    place.place.registry.of(live.release).put(live.release.artifact, live.release.files)
    assert _kept(hub) == {sha256_hex(FIRST)}
    other = HubRepositoryPlace(tmp_path / "other")
    verdict = other.place.verdict(FIRST, covered=LEAKS)
    other.place.offer(verdict, other.place.signed(verdict), content=FIRST, covered=LEAKS)
    other.place.flip()
    assert other.live is None
    _follow(other)
    assert _kept(hub) == {sha256_hex(FIRST)}
    publish(other.place.world)
    assert _kept(hub) == set()


def test_after_a_rollback_nothing_of_either_is_there(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """What was left is revoked, what is live is public."""
    for content in (FIRST, SECOND):
        command = _again(place)
        command.flip(content)
        command.follow()
    assert _kept(hub) == {sha256_hex(FIRST), sha256_hex(SECOND)}
    command = _again(place)
    command.place.roll_back(BACK)
    _follow(command)
    assert _kept(hub) == set()


def test_what_others_committed_is_left_alone(
    capsys: pytest.CaptureFixture[str], place: HubRepositoryPlace, hub: TestHub
) -> None:
    """A wrong name in the settings deletes nobody's files; it is said, and the release stands."""
    other = hub.repository(STAGING, private=True)
    other.commit({"theirs.onnx": b"\0" * 999}, message="Keep")
    place.flip(FIRST)
    _follow(_again(place))
    assert sha256_hex(b"\0" * 999) in _kept(hub)
    assert "has commits of others" in capsys.readouterr().err
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == FIRST


@pytest.mark.parametrize("route", ["commits", "commit", "lfs-list", "lfs-delete"])
@pytest.mark.parametrize("kind", ["error-before", "error-after", "drop-after", "forbidden"])
def test_whatever_fails_is_said_and_done_by_the_next_command(
    capsys: pytest.CaptureFixture[str], place: HubRepositoryPlace, hub: TestHub, route: str,
    kind: str,
) -> None:  # fmt: skip
    """The release stands; nothing is deleted twice, and what others have is whole."""
    place.flip(FIRST)
    place.follow()
    fault = hub.fault(route, 1, kind, repository=STAGING, times=3)
    _follow(_again(place))
    assert fault.used
    said = capsys.readouterr().err
    hub.reset()
    _follow(_again(place))
    assert "openmed publish tries again" in said or not _kept(hub)
    assert _kept(hub) == set()
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == FIRST


def test_a_publishers_token_asks_for_no_private_repository(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There is none for it, also when it is asked to publish."""
    allow(monkeypatch, publisher_of(hub))
    place = HubRepositoryPlace(tmp_path / "r")
    place.flip(FIRST)
    _follow(place)
    publish(_again(place).place.world)
    assert {PUBLIC, ""} >= {one.repository for one in hub.requests}


def _said(*, published: bool) -> dict[str, bool]:
    return {"live": published, "condemned": True, "earlier": True, "unknown": False}


@pytest.mark.parametrize("published", [True, False])
def test_what_may_leave(place: HubRepositoryPlace, *, published: bool) -> None:
    """What is live and published, what is condemned, what was live; never what nobody knows."""
    for content in (FIRST, SECOND):
        place.place.release(content)
    place.place.release(b"bad", covered=LEAKS)
    state: FleetState = place.place.releases.state()

    def is_published(live: LiveRelease) -> bool:
        assert live.release.artifact == builders.artifact_of(SECOND)
        return published

    names = {"live": SECOND, "condemned": b"bad", "earlier": FIRST, "unknown": b"new"}
    found = {
        name: may_leave_staging(state, builders.artifact_of(content), is_published=is_published)
        for name, content in names.items()
    }
    assert found == _said(published=published)
