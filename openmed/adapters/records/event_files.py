"""Regression events as files, `artifacts/events/<digest>.json`, for whoever reacts to them."""

from collections.abc import Iterator
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.digest import sha256_hex
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError


def read_event(data: bytes, *, what: str) -> RegressionEvent:
    """An event from its own bytes: exactly those that a monitor writes, and no others.

    Raises:
        EvidenceError: they are not those of an event.
    """
    event = parse(RegressionEvent, data, what=what)
    if dump(event) != data:
        msg = f"{what} is not in the form in which monitors write events"
        raise EvidenceError(msg)
    return event


class EventFiles:
    """Events of one release repository."""

    def __init__(self, artifacts: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = artifacts / "events"

    def write(self, event: RegressionEvent) -> Path:
        """Write one event; gives its file."""
        path = self._folder / f"{event.digest}.json"
        atomic.write_if_different(path, dump(event))
        return path

    def keep(self, measured: bytes) -> str:
        """Keep what was measured, for the event that names it; gives its digest."""
        digest = sha256_hex(measured)
        atomic.write_if_different(self._folder / "measured" / f"{digest}.json", measured)
        return digest

    def read(self, path: Path) -> RegressionEvent:
        """Read one event, wherever its file lies.

        Raises:
            EvidenceError: it is not there, not an event, or not the one its name says.
        """
        what = f"event {path.name}"
        if not path.is_file():
            msg = f"{what} is not there"
            raise EvidenceError(msg)
        try:
            data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
        except OSError as error:
            msg = f"{what} cannot be read: {error.strerror}"
            raise EvidenceError(msg) from None
        event = read_event(data, what=what)
        if len(path.stem) == len(event.digest) and event.digest != path.stem:
            msg = f"{what} was changed after it was written"
            raise EvidenceError(msg)
        return event

    def named(self, name: str) -> RegressionEvent:
        """Read one event by the name of its file, wherever that is.

        Raises:
            EvidenceError: as `read`.
        """
        return self.read(Path(name))

    @staticmethod
    def given(data: bytes) -> RegressionEvent:
        """Read one event from its bytes; a line end after them counts for nothing.

        Raises:
            EvidenceError: they are not those of an event.
        """
        return read_event(data.rstrip(b"\n"), what="the event on stdin")

    def paths(self) -> Iterator[Path]:
        """Files of all events, by name."""
        if self._folder.is_dir():
            yield from sorted(self._folder.glob("*.json"))
