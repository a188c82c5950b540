"""`release status --watch`: what is read again when, and what is drawn; a clock is an argument."""

from dataclasses import dataclass, field

import pytest

from openmed.cli.live.watched_status import LONGEST, NO_RUN, SHARE, WatchedStatus, watch_status
from openmed.domain.release.results.run_progress import RunProgress
from openmed.errors import IntegrityError

RUN = RunProgress(seconds=1.0, computed=1, reused=0, failed=0, waiting=2, at_work=())


@dataclass
class Watched:
    """A person who looks for so long, and what they see.

    Attributes:
        looks: how often it is looked before Ctrl-C.
        took: seconds that reading a page takes.
        stamps: stamp at each look; the last one stays.
        widths: columns at each look; the last ones stay.
        run: what is at work.
    """

    looks: int
    took: float = 0.1
    stamps: tuple[int, ...] = (0,)
    widths: tuple[int, ...] = (80,)
    run: RunProgress | None = None
    now: float = 0.0
    number: int = 0
    read_at: list[float] = field(default_factory=list)
    frames: list[list[str]] = field(default_factory=list)
    is_left: bool = False

    def paint(self, lines: list[str]) -> None:
        """Keep a frame."""
        self.frames.append(lines)

    def leave(self) -> None:
        """It is over."""
        self.is_left = True

    def page(self, width: int) -> str:
        """Read for a while."""
        self.read_at.append(self.now)
        self.now += self.took
        return f"page {len(self.read_at)} of {width}\nnext: look\n"

    def sleep(self, seconds: float) -> None:
        """Wait, until there is Ctrl-C."""
        self.now += seconds
        self.number += 1
        if self.number == self.looks:
            raise KeyboardInterrupt

    def watch(self, every: float = 1.0) -> "Watched":
        """Look until Ctrl-C."""
        watched = WatchedStatus(
            page=self.page,
            run=lambda: self.run,
            stamp=lambda: self.stamps[min(self.number, len(self.stamps) - 1)],
            width=lambda: self.widths[min(self.number, len(self.widths) - 1)],
            ticks=lambda: self.now,
            sleep=self.sleep,
        )
        with pytest.raises(KeyboardInterrupt):
            watch_status(watched, self, every=every)
        assert self.is_left
        return self


def test_a_page_is_read_once_while_nothing_moves() -> None:
    """What is at work is looked at each time."""
    found = Watched(looks=10).watch()
    assert 1 == len(found.read_at)
    assert [[NO_RUN, "", "page 1 of 80", "next: look"]] * 10 == found.frames


def test_a_page_is_read_again_when_something_moved() -> None:
    """At the next look."""
    found = Watched(looks=5, stamps=(0, 0, 1, 1, 2)).watch()
    assert [1, 1, 2, 2, 3] == [int(frame[2].split()[1]) for frame in found.frames]


def test_a_page_is_read_again_after_a_while() -> None:
    """What stat data cannot show."""
    found = Watched(looks=int(LONGEST * 2)).watch()
    assert 2 == len(found.read_at)


@pytest.mark.parametrize("took", [0.01, 0.5, 4.0])
def test_a_large_fleet_is_not_read_all_the_time(took: float) -> None:
    """Everything moves; reading takes a quarter of the time at most."""
    found = Watched(looks=200, took=took, stamps=tuple(range(200))).watch(every=0.2)
    assert len(found.read_at) > 2
    assert took * len(found.read_at) <= found.now / SHARE + took


def test_another_width_is_another_page() -> None:
    """At once, or its lines would be cut."""
    found = Watched(looks=3, took=9.0, widths=(80, 80, 40)).watch()
    assert ["page 1 of 80", "page 1 of 80", "page 2 of 40"] == [one[2] for one in found.frames]


def test_a_run_at_work_comes_first() -> None:
    """With how far it is."""
    (frame,) = Watched(looks=1, run=RUN).watch().frames
    assert ["1 of 3 steps, 2 waiting, 1 done", "1.0 steps/s, 0:01 so far", "", "page 1 of 80"] == (
        frame[:4]
    )


def test_a_state_that_cannot_be_read_ends_it() -> None:
    """And the last frame stays."""

    class Broken(Watched):
        def page(self, width: int) -> str:
            if self.read_at:
                raise IntegrityError("they disagree")
            return super().page(width)

    broken = Broken(looks=5, stamps=(0, 1))
    watched = WatchedStatus(
        page=broken.page,
        run=lambda: None,
        stamp=lambda: broken.number,
        width=lambda: 80,
        ticks=lambda: broken.now,
        sleep=broken.sleep,
    )
    with pytest.raises(IntegrityError):
        watch_status(watched, broken, every=1.0)
    assert (1, True) == (len(broken.frames), broken.is_left)
