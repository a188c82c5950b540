"""Events that were reacted to, `gates/events/<digest>.json`: committed, so that nights add up.

A fresh checkout of CI finds there what earlier nights found. An event is written before anything
is done because of it; what was done stands in the ledger.
"""

from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.records.event_files import EventFiles
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.wire import dump
from openmed.errors import EvidenceError


class EventHistory:
    """Events of one release repository that were taken."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = gates / "events"
        self._files = EventFiles(gates)

    def keep(self, event: RegressionEvent) -> None:
        """Keep one event; doing it again changes nothing."""
        atomic.write_if_different(self._folder / f"{event.digest}.json", dump(event))

    def taken(self) -> tuple[tuple[RegressionEvent, ...], tuple[str, ...]]:
        """Events by name, and the names of files that are none."""
        events, damaged = [], []
        for path in self._files.paths():
            try:
                events.append(self._files.read(path))
            except EvidenceError:
                damaged.append(path.name)
        return tuple(events), tuple(damaged)
