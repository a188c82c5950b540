"""A reaction that dies anywhere: the slot was undone or not, and the next one undoes it once.

Every verb of every disk counts, whichever adapter asks for it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.reacting import Post, event_of, react_in
from support.simulators.dying_disk import DiedError

from openmed.adapters.disk.disk import RealDisk
from openmed.domain.ledger.changes import Held, RolledBack
from openmed.domain.monitoring.regression_event import RegressionKind

GOOD, BAD = b"good", b"bad"
MOST_VERBS = 2_000
VERBS = ("create", "write", "fsync", "rename", "unlink", "make_folder", "fsync_folder")


@contextmanager
def _dying(at: int) -> Iterator[list[int]]:
    """Let the process end before its verb `at`; counts them."""
    count = [0]

    def counted(verb: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object, **named: object) -> object:
            count[0] += 1
            if count[0] >= at:
                raise DiedError
            return verb(*arguments, **named)

        return called

    with pytest.MonkeyPatch.context() as patch:
        for name in VERBS:
            patch.setattr(RealDisk, name, counted(getattr(RealDisk, name)))
        yield count


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A slot with a good release, a bad one after it, and its pages."""
    place = Place(tmp_path_factory.mktemp("reactions") / "template")
    place.release(GOOD)
    place.release(BAD)
    place.regenerate()
    return place.root


def _changes(root: Path, kind: type[RolledBack | Held]) -> int:
    state = Place(root).releases.state()
    return sum(isinstance(change, kind) for entry in state.entries for change in entry.changes)


@pytest.mark.parametrize(
    ("kind", "change"),
    [(RegressionKind.CRITICAL_LEAK, RolledBack), (RegressionKind.DRIFT, Held)],
)
def test_who_dies_reacted_or_did_not(
    kind: RegressionKind,
    change: type[RolledBack | Held],
    template: Path,
    work: Path,
    *,
    every_write: bool,
) -> None:
    """At every eleventh verb, or at every one with `--every-write`; told at least once."""
    root = work / "root"
    event = event_of(BAD, kind=kind)
    wanted = GOOD if change is RolledBack else BAD
    before = after = 0
    for at in range(1, MOST_VERBS, 1 if every_write else 11):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        post = Post()
        try:
            with _dying(at):
                react_in(Place(root), event, deliver=post)
        except DiedError:
            is_over = False
        else:
            is_over = True
        done = _changes(root, change)
        assert done in {0, 1}
        before, after = before + (done == 0), after + (done == 1)
        react_in(Place(root), event, deliver=post)
        assert 1 == _changes(root, change)
        place = Place(root)
        live = place.releases.state().live_in(SLOT)
        assert live is not None
        assert builders.artifact_of(wanted) == live.release.artifact
        assert place.verify().faults == ()
        assert post.delivered
        records = place.world.run_records
        tags = [row.tag for month in records.months() for row in records.read(month)]
        assert place.releases.state().entries[-1].tag in tags
        if is_over:
            assert before
            assert after
            return
    pytest.fail("it never came to its end")
