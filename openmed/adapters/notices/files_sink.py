"""The sink `files`: a task file for each trouble, badges for slots and fleet; asks nobody.

artifacts/notices/tasks/SLOT-FINGERPRINT.md
artifacts/notices/badges/fleet.json fleet.svg SLOT.json SLOT.svg
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic
from openmed.domain.digest import Json
from openmed.domain.notices.chip import badge_json, badge_svg, task_file
from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.issues.marks import short
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.notices.sinks_file import NoSettings
from openmed.domain.wire import from_plain
from openmed.ports.notices import Answer, SinkMessage, SinkPlace

FOLDER: Final = "notices"
FLEET: Final = "fleet"
_MOST_NAME: Final = 100
_OTHER = re.compile(r"[^a-z0-9.-]+")


class FilesSink:
    """Writes below `artifacts/notices/`."""

    repeats = True

    def __init__(self, settings: Mapping[str, Json], place: SinkPlace) -> None:
        """Read the settings; nothing is written yet."""
        from_plain(NoSettings, settings, what="the sink files")
        self._folder = Path(place.artifacts) / FOLDER

    @property
    def where(self) -> str:
        """The folder."""
        return f"artifacts/{FOLDER}"

    def fault(self) -> str:
        """It needs nothing."""
        return ""

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """Write what changed, and remove the files of troubles that ended."""
        for message in messages:
            path = self._folder / "tasks" / f"{task_name(message.notice)}.md"
            if message.notice.kind is not NoticeKind.RECOVERED:
                atomic.write_if_different(path, task_file(message.notice).encode())
            elif message.has_ended:
                path.unlink(missing_ok=True)
        slots = {message.notice.slot for message in messages}
        for slot in sorted(slots - {""}):
            self._badge(slot_name(slot), slot, [one for one in standing if one.slot == slot])
        self._badge(FLEET, "", standing)
        return [Answer(DeliveryOutcome.DELIVERED) for _ in messages]

    def _badge(self, name: str, label: str, troubles: Iterable[Notice]) -> None:
        found = tuple(troubles)
        folder = self._folder / "badges"
        atomic.write_if_different(folder / f"{name}.json", badge_json(label, found).encode())
        atomic.write_if_different(folder / f"{name}.svg", badge_svg(label, found).encode())


def slot_name(slot: str) -> str:
    """A slot as a file name, whatever it holds; `::` is `--`, as in other folders."""
    return _OTHER.sub("-", slot.replace("::", "--").lower()).strip(".")[:_MOST_NAME] or FLEET


def task_name(notice: Notice) -> str:
    """Name of the task file of a trouble."""
    return f"{slot_name(notice.slot)}-{short(notice.fingerprint)}"
