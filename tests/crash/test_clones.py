"""Two clones with one bare remote: each entry is claimed once, every loser told, nothing lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import Releasers, clones_of, git

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.app.sync import share
from openmed.domain.ledger.fleet import FleetState
from openmed.errors import ExternalError, IntegrityError
from openmed.exit_codes import EXIT_CODE_OF

MINE, YOURS = b"mine", b"yours"


@pytest.fixture(scope="module")
def releasers() -> Iterator[Releasers]:
    """Two processes, started once."""
    made = Releasers()
    yield made
    made.close()


def _two_clones(work: Path, *, attempts: int) -> tuple[Place, Place]:
    start = Place(work / "start")
    start.release(b"first")
    one, other = clones_of(start, work, attempts=attempts, names=("one", "other"))
    return one, other


@pytest.fixture
def clones(work: Path) -> tuple[Place, Place]:
    """Two clones of a repository with one release; a lost race is tried again."""
    return _two_clones(work, attempts=3)


def _release(place: Place, content: bytes) -> None:
    share(place.world, lambda _: place.release(content))


def _remote_state(work: Path) -> FleetState:
    """The fleet as anybody sees it who clones the remote now."""
    shutil.rmtree(work / "reader", ignore_errors=True)
    git(work, "clone", "--quiet", "remote.git", "reader")
    return FileReleaseStore(work / "reader", lock_seconds=5).state()


def test_a_release_is_there_for_the_other(clones: tuple[Place, Place], work: Path) -> None:
    """Committed by the bot of the configuration, and followed by the other clone."""
    one, other = clones
    _release(one, MINE)
    assert git(one.root, "log", "-1", "--format=%an <%ae>") == "openmed-bot <bot@example.org>"
    assert git(one.root, "status", "--porcelain") == ""
    _release(other, YOURS)
    rows = [(row.generation, row.release.artifact) for row in _remote_state(work).history]
    assert rows[1:] == [(2, builders.artifact_of(MINE)), (3, builders.artifact_of(YOURS))]


def test_both_of_two_at_once_are_released(
    work: Path, releasers: Releasers, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The loser compares again with what won, and comes next; no generation is claimed twice."""
    for number in range(max(1, rounds // 5)):
        one, other = _two_clones(work / str(number), attempts=5)
        answers = releasers.race((one.root, other.root), (MINE, YOURS))
        assert [answer.exit_code for answer in answers] == [0, 0], answers
        state = _remote_state(work / str(number))
        assert [row.generation for row in state.history] == [1, 2, 3]
        assert sorted(answer.tag for answer in answers) == [e.tag for e in state.entries[1:]]
        for clone in (one, other):
            assert clone.releases.strays(clone.releases.state()) == ()
    with capsys.disabled():
        print(f"\nclones: {number + 1} rounds, both released each time")  # noqa: T201 - the finding


def test_without_another_attempt_the_loser_is_told(work: Path, releasers: Releasers) -> None:
    """Exit 6; its clone is where the winner is, and none of its own entry is left."""
    clones = _two_clones(work, attempts=1)
    answers = releasers.race((clones[0].root, clones[1].root), (MINE, YOURS))
    assert sorted(answer.exit_code for answer in answers) == [0, 6]
    lost = next(place for place, answer in zip(clones, answers, strict=True) if answer.exit_code)
    state = _remote_state(work)
    assert Place(lost.root).releases.state() == state
    assert git(lost.root, "status", "--porcelain") == ""
    assert len(state.entries) == 2


def test_killed_before_the_push_it_is_pushed_by_the_next(
    clones: tuple[Place, Place], work: Path
) -> None:
    """Nothing that happened here is lost."""
    one, _ = clones
    one.release(MINE)  # As a call that was killed before it committed.
    share(one.world, lambda _: None)
    assert _remote_state(work).entries == one.releases.state().entries


def test_killed_before_the_push_and_overtaken_it_is_replayed(
    clones: tuple[Place, Place], work: Path
) -> None:
    """What others could see holds; the slot is compared again with it; no tag is given twice."""
    one, other = clones
    one.release(MINE)
    _release(other, YOURS)
    _release(one, MINE)
    state = _remote_state(work)
    rows = [(row.generation, row.release.artifact) for row in state.history]
    assert rows[1:] == [(2, builders.artifact_of(YOURS)), (3, builders.artifact_of(MINE))]
    tags = [entry.tag for entry in state.entries]
    assert len(tags) == len(set(tags))


def test_a_release_committed_by_hand_is_taken_in(clones: tuple[Place, Place], work: Path) -> None:
    """Another machine released meanwhile: the person's commit stays, no fork is left."""
    one, other = clones
    one.release(MINE)
    git(one.root, "add", ".")
    git(one.root, "commit", "--quiet", "--message", "By hand")
    mine = git(one.root, "rev-parse", "HEAD")
    _release(other, YOURS)
    _release(one, b"third")
    state = _remote_state(work)
    assert Place(one.root).releases.state() == state
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(b"third")
    assert mine in git(one.root, "log", "--format=%H").split()
    git(one.root, "pull", "--quiet", "--no-rebase", "--no-edit")
    git(one.root, "push", "--quiet")
    assert Place(one.root).releases.state() == _remote_state(work) == state


def test_a_half_merged_ledger_is_refused_with_both_heads(clones: tuple[Place, Place]) -> None:
    """A person began to merge; exit 7, and the way out works."""
    one, other = clones
    one.release(MINE)
    git(one.root, "add", ".")
    git(one.root, "commit", "--quiet", "--message", "By hand")
    _release(other, YOURS)
    git(one.root, "fetch", "--quiet")
    with pytest.raises(Exception, match="merge"):
        git(one.root, "merge", "--quiet", "origin/main")
    heads = [place.releases.reached().entries[-1].digest[:16] for place in (one, other)]
    with pytest.raises(IntegrityError) as caught:
        share(one.world, lambda _: None)
    assert "half merged" in caught.value.message
    assert [head for head in heads if head not in caught.value.message] == []
    git(one.root, "merge", "--abort")


def test_an_unreachable_remote_moves_nothing(clones: tuple[Place, Place], work: Path) -> None:
    """Exit 5, before anything is done."""
    one, _ = clones
    before = one.releases.state()
    (work / "remote.git").rename(work / "gone.git")
    with pytest.raises(ExternalError) as caught:
        _release(one, MINE)
    assert EXIT_CODE_OF[caught.value.kind] == 5
    assert one.releases.state() == before


def test_other_files_of_the_person_stay_as_they_are(clones: tuple[Place, Place]) -> None:
    """Neither committed nor reset, staged or not."""
    one, _ = clones
    (one.root / "gates" / "candidates.toml").write_text("# mine\n")
    git(one.root, "add", "gates/candidates.toml")
    (one.root / "notes.txt").write_text("mine\n")
    _release(one, MINE)
    assert git(one.root, "status", "--porcelain").split() == [
        "A", "gates/candidates.toml", "??", "notes.txt",
    ]  # fmt: skip


def test_the_command_shares_what_it_did(clones: tuple[Place, Place], work: Path) -> None:
    """`openmed release rollback` fetches, commits and pushes."""
    one, other = clones
    _release(one, MINE)
    done = one.run("release", "rollback", "pii")
    assert done.returncode == 0, done.stderr
    live = _remote_state(work).live_in(SLOT)
    assert live is not None
    assert live.kind == "rollback"
    assert other.run("release", "freeze", SLOT, "--reason", "audit").returncode == 0
    assert [row.slot for row in _remote_state(work).freezes] == [SLOT]
