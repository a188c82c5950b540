"""Two processes at once: no gap in generations, each claimed once, losers told, nothing lost.

`--rounds N` asks for more of them (`nox -s races`).
"""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from support import builders
from support.places import SLOT, Place
from support.processes import eventually
from support.simulators.racers import Act, Answer, Racers

from openmed.domain.ledger.fleet import FleetState

OTHER = f"{SLOT}::other"
CONFLICT = 6
LOST = "the live release changed since comparison"


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Two processes, started once."""
    made = Racers()
    yield made
    made.close()


@pytest.fixture
def new_place(work: Path) -> Callable[[], Place]:
    """Makes a fresh repository with two releases in each of two slots; one at a time."""
    template = Place(work / "template")
    for slot in (SLOT, OTHER):
        for content in (b"first", b"second"):
            template.release(content + slot.encode(), slot=slot)

    def make() -> Place:
        root = work / "round"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template.root, root)
        return Place(root)

    return make


def _settled(place: Place, answers: tuple[Answer, ...]) -> FleetState:
    """The fleet after a race: whole, no gap, and every entry was claimed by who made it."""
    assert place.verify().faults == ()
    state = place.releases.state()
    for slot, count in state.counts:
        rows = [row.generation for row in state.history if row.release.slot == slot]
        assert rows == list(range(1, count + 1))
    claimed = [answer.tag for answer in answers if answer.tag]
    assert sorted(claimed) == sorted(entry.tag for entry in state.entries[4:])
    # Nobody is left without an answer: who made no entry was told why.
    assert all(answer.reason for answer in answers if not answer.tag)
    return state


def _report(what: str, rounds: int, firsts: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nrace, {what}: {rounds} rounds, first won {firsts}")  # noqa: T201 - the finding


def test_two_releases(
    new_place: Callable[[], Place], racers: Racers, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One is live, the other is told that its comparison no longer holds."""
    firsts = 0
    for _ in range(rounds):
        place = new_place()
        answers = racers.race(place.root, Act("release", "mine"), Act("release", "yours"))
        state = _settled(place, answers)
        assert sorted(answer.exit_code for answer in answers) == [0, CONFLICT]
        assert [answer.reason for answer in answers if not answer.tag] == [LOST]
        winner = b"mine" if answers[0].tag else b"yours"
        live = state.live_in(SLOT)
        assert live is not None
        assert (live.release.artifact, live.generation) == (builders.artifact_of(winner), 3)
        firsts += bool(answers[0].tag)
    _report("release against release", rounds, firsts, capsys)


def test_a_release_and_a_rollback(
    new_place: Callable[[], Place], racers: Racers, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rollback always happens; the release before it, then it is left; or it is told."""
    firsts = 0
    for _ in range(rounds):
        place = new_place()
        answers = racers.race(place.root, Act("release", "mine"), Act("rollback", "none"))
        state = _settled(place, answers)
        release, rollback = answers
        assert rollback.exit_code == 0
        assert rollback.tag
        assert (release.exit_code, release.reason) in {(0, "every gate passed"), (CONFLICT, LOST)}
        left = b"mine" if release.tag else b"second" + SLOT.encode()
        assert state.is_quarantined(builders.artifact_of(left))
        firsts += bool(release.tag)
    _report("release against rollback", rounds, firsts, capsys)


def test_two_rollbacks_of_different_slots(
    new_place: Callable[[], Place], racers: Racers, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both happen, each in an entry of its own."""
    firsts = 0
    for _ in range(rounds):
        place = new_place()
        answers = racers.race(place.root, Act("rollback", "none"), Act("rollback", "other"))
        state = _settled(place, answers)
        assert [answer.exit_code for answer in answers] == [0, 0]
        for slot in (SLOT, OTHER):
            live = state.live_in(slot)
            assert live is not None
            assert live.release.artifact == builders.artifact_of(b"first" + slot.encode())
        firsts += answers[0].tag < answers[1].tag
    _report("rollback against rollback", rounds, firsts, capsys)


def test_two_reactions_to_one_event(
    new_place: Callable[[], Place], racers: Racers, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One rollback, whoever made it; both end well."""
    firsts = 0
    content = f"second{SLOT}"
    for _ in range(max(1, rounds // 3)):
        place = new_place()
        answers = racers.race(place.root, Act("react", content), Act("react", content))
        assert [0, 0] == [answer.exit_code for answer in answers], answers
        state = Place(place.root).releases.state()
        assert 5 == len(state.entries)
        live = state.live_in(SLOT)
        assert live is not None
        assert (3, builders.artifact_of(b"first" + SLOT.encode())) == (
            live.generation,
            live.release.artifact,
        )
        done = [answer.reason.partition(":")[0] for answer in answers]
        assert sorted(done) == ["IGNORED", "ROLLED_BACK"]
        firsts += done[0] == "ROLLED_BACK"
    _report("reaction against reaction", max(1, rounds // 3), firsts, capsys)


def test_a_rollback_outranks_a_release_that_waits(
    new_place: Callable[[], Place], racers: Racers, rounds: int
) -> None:
    """Whoever came first: when the lock is free, the rollback goes before the release."""
    for _ in range(min(rounds, 20)):
        place = new_place()
        artifacts = place.root / "artifacts"
        with FileLock(artifacts / "flip.lock"):
            jobs = racers.start(place.root, Act("release", "mine"), Act("rollback", "none"))
            assert eventually(partial(_are_waiting, artifacts), within=30)
        release, rollback = (job.result(timeout=60) for job in jobs)
        state = _settled(place, (release, rollback))
        assert (release.exit_code, release.reason) == (CONFLICT, LOST)
        assert state.entries[-1].tag == rollback.tag


def _are_waiting(artifacts: Path) -> bool:
    """Whether two processes have the lock of rollbacks open: whoever waits has, and who writes."""
    target = str((artifacts / "rollback.lock").resolve())
    found = [path for path in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(path) == target]
    return len({path.parent.parent.name for path in found}) == 2


def _leads_to(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""
