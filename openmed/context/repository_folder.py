"""The folder of a release repository, the machine it is on, and who reads what goes on."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from openmed.adapters import clock
from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.host.ci import GithubJob
from openmed.adapters.host.progress import EventSink, Progress
from openmed.adapters.host.run_state import RunState
from openmed.adapters.host.state_stamp import Stamp, state_stamp
from openmed.adapters.host.terminal import Terminal
from openmed.adapters.process.isolation import STANDARD, Isolation
from openmed.adapters.stores.run_files import RunFiles
from openmed.adapters.stores.standing_index import StandingIndex
from openmed.adapters.stores.waiver_files import FileWaivers
from openmed.ports.chosen import ANY, Chosen

if TYPE_CHECKING:
    from openmed.adapters.host.environment_probe import EnvironmentProbe
    from openmed.adapters.notices.delivery_records import DeliveryRecords
    from openmed.adapters.notices.installed_sinks import InstalledSinks
    from openmed.adapters.records.event_files import EventFiles
    from openmed.adapters.records.event_history import EventHistory
    from openmed.adapters.records.night_files import NightFiles
    from openmed.adapters.records.outbox import Outbox
    from openmed.adapters.records.run_records import RunRecords
    from openmed.adapters.records.start_marks import StartMarks
    from openmed.domain.evaluation.performance import Host

NOTICE_SECONDS = 20.0
"""Longest wait for a reply of who carries messages."""


@dataclass(frozen=True)
class RepositoryFolder:
    """What a command stands on before it opens anything.

    Attributes:
        root: the release repository.
        now: when this run started; one reading decides every expiry in it.
        quiet: whether progress is kept to itself.
        workplace: where products go; None = `artifacts/` of the repository.
        profiles: folder that a candidate's `profile` is relative to; None = the repository.
        disk: makes the files that must last.
        tell: takes what goes on as events, instead of a person; None = there is a person.
        isolation: how candidates are isolated here.
        chosen: where candidates compute.
        wait: waits so many seconds before something elsewhere is asked again.
        ticks: measures seconds.
        environ: variables that say where keys and registries are, and that open them.
    """

    root: Path
    now: str
    quiet: bool = False
    workplace: Path | None = None
    profiles: Path | None = None
    disk: Disk = REAL
    tell: EventSink | None = None
    isolation: Isolation = STANDARD
    chosen: Chosen = ANY
    wait: Callable[[float], None] = clock.wait
    ticks: Callable[[], float] = clock.ticks
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @cached_property
    def artifacts(self) -> Path:
        """Folder of products."""
        return self.workplace or self.root / "artifacts"

    @property
    def is_repository(self) -> bool:
        """Whether there is a folder with the state of releases."""
        return (self.root / "gates").is_dir()

    @property
    def folders(self) -> Mapping[str, Path]:
        """What a release writes to besides the registry: the record, the work."""
        return {"record": self.root / "gates", "work": self.artifacts}

    def shown(self, path: Path) -> str:
        """A path as a person in the repository knows it."""
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    @cached_property
    def progress(self) -> Progress:
        """Passes on what goes on, to a person or a program."""
        return Progress(self.terminal, quiet=self.quiet, sink=self.tell, state=self.run_state)

    @cached_property
    def run_state(self) -> RunState:
        """What other processes see of a run."""
        return RunState(self.artifacts, ticks=clock.ticks, seconds=clock.seconds)

    def stamp(self) -> Stamp:
        """Another one when anything that status shows may have moved."""
        return state_stamp(self.root, self.artifacts)

    @cached_property
    def terminal(self) -> Terminal:
        """Progress for people goes to stderr; stdout is for the answer."""
        is_dumb = os.environ.get("TERM") == "dumb"
        return Terminal(sys.stderr, ticks=clock.ticks, is_dumb=is_dumb)

    @cached_property
    def ci(self) -> GithubJob:
        """What the job of CI this runs in reads back; nothing elsewhere."""
        return GithubJob(os.environ, say=self.terminal.command)

    @cached_property
    def host(self) -> "Host":
        """This machine, as a report may tell it."""
        from openmed.adapters.host.host_info import read_host

        return read_host()

    @property
    def machine(self) -> "EnvironmentProbe":
        """This machine, as the one who runs the engine finds it."""
        from openmed.adapters.host.environment_probe import EnvironmentProbe

        return EnvironmentProbe()

    @property
    def timer(self) -> Callable[[], float]:
        """A clock for measuring."""
        return self.ticks

    def read_file(self, name: str) -> bytes | None:
        """Bytes of a committed file; None when it is not there."""
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def write_file(self, name: str, content: bytes) -> None:
        """Write a committed file when it differs."""
        atomic.write_if_different(self.root / name, content)

    @property
    def status_page(self) -> str:
        """Path of the status page; empty when there is none."""
        page = self.artifacts / "trust" / "status" / "index.html"
        return str(page) if page.exists() else ""

    @cached_property
    def run_files(self) -> RunFiles:
        """The run report."""
        return RunFiles(self.artifacts)

    @cached_property
    def run_records(self) -> "RunRecords":
        """One line for each run."""
        from openmed.adapters.records.run_records import RunRecords

        return RunRecords(self.root / "gates")

    @cached_property
    def start_marks(self) -> "StartMarks":
        """Runs that started and have not ended."""
        from openmed.adapters.records.start_marks import StartMarks

        return StartMarks(self.artifacts)

    @property
    def next_by(self) -> str:
        """What the environment says of when the next run is expected; may be empty."""
        return os.environ.get("OPENMED_NEXT_BY", "")

    @cached_property
    def events(self) -> "EventFiles":
        """What monitors found about what is live."""
        from openmed.adapters.records.event_files import EventFiles

        return EventFiles(self.artifacts)

    @cached_property
    def nights(self) -> "NightFiles":
        """What is kept of the nights of each slot."""
        from openmed.adapters.records.night_files import NightFiles

        return NightFiles(self.root / "gates")

    @cached_property
    def event_history(self) -> "EventHistory":
        """Events that were reacted to."""
        from openmed.adapters.records.event_history import EventHistory

        return EventHistory(self.root / "gates")

    @cached_property
    def outbox(self) -> "Outbox":
        """Messages that are still to be delivered."""
        from openmed.adapters.records.outbox import Outbox

        return Outbox(self.artifacts)

    @cached_property
    def deliveries(self) -> "DeliveryRecords":
        """What became of messages, on every machine."""
        from openmed.adapters.notices.delivery_records import DeliveryRecords

        return DeliveryRecords(self.root / "gates")

    @cached_property
    def sinks(self) -> "InstalledSinks":
        """Who is told; loaded when first needed.

        Raises:
            UsageError: `gates/notices.toml` cannot be used.
        """
        from openmed.adapters.notices.installed_sinks import open_sinks
        from openmed.ports.notices import SinkPlace

        place = SinkPlace(
            artifacts=str(self.artifacts),
            environ=os.environ,
            wait=self.wait,
            seconds=clock.seconds,
            patience=NOTICE_SECONDS,
        )
        return open_sinks(self.root, place)

    @cached_property
    def standing(self) -> StandingIndex:
        """What stands, by stat data."""
        return StandingIndex(self.root, artifacts=self.artifacts, environ=os.environ)

    @cached_property
    def waivers(self) -> FileWaivers:
        """Waivers that people signed."""
        return FileWaivers(self.root / "gates" / "waivers")
