"""A disk that fails at the n-th verb, for every n: the old state stays whole, the error is clean.

The loop ends by itself when a run comes to its end unharmed, so new verbs are covered too.
"""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import Place
from support.simulators.failing_disk import FailingDisk

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import RealDisk
from openmed.domain.ledger.fleet import FleetState
from openmed.errors import ExternalError

A, B = b"first", b"second"
MOST_VERBS = 500


def _state(root: Path) -> FleetState:
    return Place(root).releases.state()


def _release(place: Place) -> None:
    """Release what is not live yet."""
    live = place.releases.state().live_in(builders.SLOT)
    if live is None or live.release.artifact != builders.artifact_of(B):
        place.release(B)


ACTS: dict[str, Callable[[Place], object]] = {
    "release": _release,
    "rollback": lambda place: place.roll_back(),
    "regenerate": lambda place: place.regenerate(),
}


@pytest.mark.parametrize("name", ["EIO", "ENOSPC", "EINTR"])
@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_failing_disk_leaves_the_old_state(act: str, name: str, work: Path) -> None:
    """Or the new one, if it failed after the commit point; never anything else."""
    number, kept = getattr(errno, name), work / "kept"
    place = Place(kept)
    place.release(A)
    if act == "rollback":
        place.release(B)
    else:
        place.stage(B)
    before = len(_state(kept).entries)
    for at in range(1, MOST_VERBS):
        root = work / str(at)
        shutil.copytree(kept, root)
        disk = FailingDisk(at, number)
        failed = _error_of(Place(root, disk=disk), act)
        if failed is None and disk.count < at:
            return
        if failed is None:
            # What remembers the commit could not be written: the commit stands all the same.
            assert len(_state(root).entries) == before + (act != "regenerate")
            assert Place(root).verify().faults == ()
            atomic.remove_tree(root)
            continue
        assert failed == number
        assert disk.synced_after == 0
        assert len(_state(root).entries) in {before, before + 1}
        assert Place(root).verify().faults == ()
        assert list((root / "gates").rglob(".tmp-*")) == []
        # The next one, on a disk that works again, comes to its end.
        assert _error_of(Place(root), act) is None
        atomic.remove_tree(root)
    pytest.fail("it never came to its end")


def _error_of(place: Place, act: str) -> int | None:
    try:
        ACTS[act](place)
    except OSError as error:
        return error.errno
    except ExternalError as error:
        # Said in a sentence before anything moved; what the disk said is behind it.
        return getattr(error.__cause__ or error.__context__, "errno", None)
    return None


class _StutteringDisk(RealDisk):
    """Writes a few bytes at a time, as the system may."""

    writers = 1

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        for at in range(0, len(data), 100):
            super().write(descriptor, path, data[at : at + 100])


def test_short_writes_are_gone_on_with(tmp_path: Path) -> None:
    """What is there in the end is whole."""
    place = Place(tmp_path, disk=_StutteringDisk())
    place.release(A)
    assert Place(tmp_path).verify().faults == ()


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    """Replaced in place of one that others may read, it may be read by them."""
    place = Place(tmp_path)
    place.release(A)
    pointer = tmp_path / "gates" / "pointer.json"
    pointer.chmod(0o664)
    place.release(B)
    assert pointer.stat().st_mode & 0o777 == 0o664
