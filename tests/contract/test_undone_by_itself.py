"""The whole way by its commands: found, undone, shown, pushed and told, with no human."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support import builders
from support.following import Desk, follow
from support.github.loopback import TOKEN, LoopbackGithub, loopback_github
from support.github.nights import GITHUB, WEBHOOK, use_github, use_receiver
from support.github.receiver import SECRET, Receiver, receiving
from support.places import SLOT
from support.simulators.shared_places import BAD, GOOD, SharedPlaces, copy_of, prepared

from openmed.adapters.disk import atomic
from openmed.domain.records.run_record import RunRecord

LOOK = ("monitor", "status")
REACT = ("release", "react", "--all")
MARKED = "PLANTED-PATIENT"


class Way(NamedTuple):
    """Two clones of one remote, and who is told."""

    places: SharedPlaces
    github: LoopbackGithub
    receiver: Receiver

    def desk(self, name: str) -> Desk:
        """A machine with one of the clones."""
        root = self.places[name].root
        said = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": self.github.url}
        hook = {"OPENMED_WEBHOOK_URL": self.receiver.url, "OPENMED_WEBHOOK_SECRET": SECRET}
        return Desk(root, root / "me", environment={**said, **hook})


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("way"))


@pytest.fixture
def way(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """Its second release is live, and does not load."""
    places = copy_of(template, tmp_path)
    with loopback_github() as github, receiving() as receiver:
        use_github(monkeypatch, github)
        use_receiver(monkeypatch, receiver)
        for name in ("one", "other"):
            place = places[name]
            (place.root / "gates" / "notices.toml").write_text(GITHUB + WEBHOOK)
            made = template / "start" / "artifacts"
            shutil.copytree(made, place.root / "artifacts", dirs_exist_ok=True)
            # Neither is a model that loads; the one before cannot be tried beside it.
            atomic.remove_tree(Path(place.served(builders.artifact_of(GOOD))))
        yield Way(places, github, receiver)


def _undos(way: Way, name: str) -> list[RunRecord]:
    return [row for row in way.places[name].world.run_records.all() if row.times is not None]


def test_a_regression_is_undone_and_everybody_knows(way: Way) -> None:
    """One rollback, one issue, one post, every stage measured; nothing is left for others."""
    desk = way.desk("one")
    found = desk.openmed(*LOOK)
    assert 3 == found.code, found.text
    assert 0 == desk.openmed(*REACT).code
    live = way.places.live().live_in(SLOT)
    assert live is not None
    assert (3, builders.artifact_of(GOOD)) == (live.generation, live.release.artifact)
    (issue,) = [one for one in way.github.tracker.issues if SLOT in one.title]
    assert "open" == issue.state
    posts = [json.loads(body) for _, body in way.receiver.posts]
    assert ["rolled_back"] == [post["kind"] for post in posts if post["slot"] == SLOT]
    (undo,) = _undos(way, "one")
    times = undo.times
    assert times is not None
    # Nothing outside serves it: that stage alone is not there.
    assert ["served"] == [name for name, value in times if value is None]
    assert not times.is_slow
    page = (desk.root / "artifacts" / "trust" / "status" / "index.html").read_text()
    assert undo.tag in page.partition("<h2>Rollbacks</h2>")[2]
    other = way.desk("other")
    other.openmed(*LOOK)
    assert 0 == other.openmed(*REACT).code
    assert 3 == len(way.places.live().entries)
    assert 1 == len([one for one in way.github.tracker.issues if SLOT in one.title])


def test_what_nobody_could_be_told_waits_and_is_said(way: Way) -> None:
    """It is undone and pushed; exit code 8; the next machine tells, from what was pushed."""
    desk = way.desk("one")
    desk.openmed(*LOOK)
    mute = Desk(desk.root, desk.root / "me", environment={"GITHUB_TOKEN": ""})
    said = mute.openmed(*REACT)
    assert (8, True) == (said.code, "not delivered" in said.text)
    live = way.places.live().live_in(SLOT)
    assert live is not None
    assert 3 == live.generation
    (undo,) = _undos(way, "one")
    assert undo.times is not None
    assert None is undo.times.told
    page = (desk.root / "artifacts" / "trust" / "status" / "index.html").read_text()
    assert "not delivered" in page
    other = way.desk("other")
    other.openmed("release", "run")
    assert 0 == other.openmed("notify").code
    follow(desk, said, "openmed notify")
    assert [SLOT in one.title for one in way.github.tracker.issues].count(True) == 1


def test_no_name_of_a_file_reaches_anybody(way: Way) -> None:
    """Names inside served trees are whoever changed them's words."""
    desk = way.desk("one")
    tree = Path(way.places["one"].served(builders.artifact_of(BAD)))
    tree.chmod(0o755)
    (tree / MARKED).write_text(MARKED)
    said = [desk.openmed(*LOOK).text, desk.openmed(*REACT).text]
    told = [f"{one.title}{one.body}" for one in way.github.tracker.issues]
    told += [body.decode() for _, body in way.receiver.posts]
    trust = desk.root / "artifacts" / "trust"
    pages = [path.read_text() for path in trust.rglob("*") if path.is_file()]
    kept = [path.read_text() for path in (desk.root / "gates").rglob("*.json*") if path.is_file()]
    assert [] == [text for text in (*said, *told, *pages, *kept) if MARKED in text]
