"""Run records on the shared branch: two machines append, and nothing of either is ever lost."""

from pathlib import Path

import pytest
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces, copy_of, prepared

from openmed.adapters.records.run_records import RunRecords
from openmed.app.sync import share
from openmed.cli.main import run
from openmed.domain.records.run_record import RunRecord
from openmed.pipeline.publishing.record_sharing import share_records

MONTH = "gates/runs/2026-11.jsonl"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote that share their state."""
    return copy_of(template, tmp_path)


def record(second: int, detail: str = "") -> RunRecord:
    """One run."""
    ended = f"2026-11-29T12:00:{second:02}Z"
    return RunRecord(
        command="monitor nightly",
        trigger="schedule",
        started=ended,
        ended=ended,
        exit_code=0,
        detail=detail,
    )


def append(place: Place, *rows: RunRecord) -> None:
    """Leave records, as commands do."""
    for row in rows:
        place.world.run_records.append(row)


def seen(root: Path) -> list[str]:
    """Details of the records in a checkout."""
    return [row.detail for row in RunRecords(root / "gates").all()]


def on_branch(places: SharedPlaces) -> list[str]:
    """The same of the branch, as anybody has it who clones now."""
    places.live()
    return seen(places.work / "reader")


def test_two_machines_append_to_one_month(places: SharedPlaces) -> None:
    """Both push; the branch has both by time, and so has each after it followed."""
    one, other = places["one"], places["other"]
    append(one, record(2, "b"), record(4, "d"))
    append(other, record(1, "a"), record(3, "c"))
    share_records(one.world)
    share_records(other.world)
    assert ["a", "b", "c", "d"] == on_branch(places)
    share(places["one"].world, lambda _: None)
    assert ["a", "b", "c", "d"] == seen(one.root) == seen(other.root)
    assert "" == git(one.root, "status", "--porcelain", "--", "gates/runs")


def test_what_could_not_be_pushed_goes_with_the_next_state_commit(
    places: SharedPlaces, capsys: pytest.CaptureFixture[str]
) -> None:
    """A remote that is away loses no record and holds up nobody."""
    one, other = places["one"], places["other"]
    append(other, record(1, "theirs"))
    share_records(other.world)
    append(one, record(2, "ours"))
    places.away()
    share_records(one.world)
    assert "is not shared yet" in capsys.readouterr().err
    places.back()
    share(one.world, lambda _: one.hold.freeze(SLOT, reason="audit"), is_urgent=True)
    assert ["theirs", "ours"] == on_branch(places)


def test_a_record_moves_nothing_but_records(places: SharedPlaces) -> None:
    """The commit has no other file, and the ledger of the branch stays what it was."""
    before, state = places.tip(), places.live()
    append(places["one"], record(1))
    share_records(places["one"].world)
    after = places.tip()
    assert (before, {MONTH}) == (git(places.remote, "rev-parse", f"{after}^"), places.files(after))
    assert state == places.live()
    share(places["other"].world, lambda _: None)


def test_a_record_does_not_hide_what_others_released(places: SharedPlaces) -> None:
    """A machine that is behind pushes its record, and follows the ledger as before."""
    one, other = places["one"], places["other"]
    share(other.world, lambda _: other.roll_back(), is_urgent=True)
    append(one, record(1))
    share_records(one.world)
    share(places["one"].world, lambda _: None)
    assert places.live() == Place(one.root).releases.state()


def test_a_branch_that_is_lost_does_not_come_back_by_a_record(places: SharedPlaces) -> None:
    """Whoever shares next says that it is gone."""
    git(places.remote, "update-ref", "-d", "refs/heads/main")
    append(places["one"], record(1))
    share_records(places["one"].world)
    assert "" == git(places.remote, "for-each-ref")


def test_a_lost_race_is_tried_again(places: SharedPlaces, tmp_path: Path) -> None:
    """The remote takes another machine's record between our fetch and our push."""
    one, other = places["one"], places["other"]
    append(one, record(1, "ours"))
    append(other, record(2, "theirs"))
    once = tmp_path / "once"
    places.hook(f'if [ ! -e "{once}" ]; then touch "{once}"; echo "no, wait" >&2; exit 1; fi')
    share_records(one.world)
    share_records(other.world)
    share_records(one.world)
    assert ["ours", "theirs"] == on_branch(places)


def test_a_command_that_failed_in_ci_shares_its_record(
    places: SharedPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkout is thrown away; that the run was refused is on the branch."""
    one = places["one"]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "schedule")
    monkeypatch.setenv("HOME", str(one.root / "me"))
    (one.root / "gates" / "candidates.toml").write_text("[[candidate]]\nslot = 3\n")
    assert 2 == run(["release", "run", "--root", str(one.root)])
    places.live()
    (row,) = RunRecords(places.work / "reader" / "gates").all()
    assert ("release run", "schedule", 2) == (row.command, row.trigger, row.exit_code)


def test_a_pull_request_shares_nothing(
    places: SharedPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would decide is nobody's state."""
    before, one = places.tip(), places["one"]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    assert 2 == run(["release", "run", "--no-such-option", "--root", str(one.root)])
    assert before == places.tip()
