"""A disk that fails while entries that were never shared are replayed on what others shared.

What they condemned is live at no moment, and the next call comes to its end.
"""

import errno
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, Place
from support.simulators.failing_disk import FailingDisk
from support.simulators.shared_places import BAD, SharedPlaces, copy_of, prepared

from openmed.adapters.disk import atomic
from openmed.app.sync import share
from openmed.errors import OpenMedError

MOST_VERBS = 500


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clone went back while the remote was away; another froze the slot meanwhile."""
    work = prepared(tmp_path_factory.mktemp("replay") / "start")
    places = SharedPlaces(work)
    places.away()
    one = places["one"]
    share(one.world, lambda _: one.roll_back(BACK), is_urgent=True)
    places.back()
    other = places["other"]
    share(other.world, lambda _: other.hold.freeze(SLOT, reason="audit"))
    return work


def _replay(place: Place) -> bool:
    """Whether it came to its end."""
    try:
        share(place.world, lambda _: None)
    except (OSError, OpenMedError):
        return False
    return True


def test_a_failing_disk_brings_nothing_back(
    template: Path, work: Path, *, every_write: bool
) -> None:
    """At every fourth verb, or at every one with `--every-write`."""
    for at in range(1, MOST_VERBS, 1 if every_write else 4):
        folder = work / str(at)
        folder.mkdir()
        places = copy_of(template, folder)
        root = places["one"].root
        disk = FailingDisk(at, errno.EIO)
        ended = _replay(Place(root, disk=disk))
        live = Place(root).releases.last_whole().live_in(SLOT)
        assert live is None or live.release.artifact != builders.artifact_of(BAD)
        if ended and disk.count < at:
            return
        assert _replay(Place(root))
        state = Place(root).releases.state()
        assert [row.slot for row in state.freezes] == [SLOT]
        assert places.live().entries == state.entries
        assert Place(root).verify().faults == ()
        atomic.remove_tree(folder)
    pytest.fail("it never came to its end")
