"""A room of its own for measuring what is live: nothing that is cached or staged comes in or out.

The bytes come from where they are served. Staged trees, predictions and homes of children are
folders of this room, so a night neither believes what an earlier run left, nor leaves anything
that a later run or flip could believe.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.registries.released_bytes import RegistryBytes
from openmed.adapters.stores.blob_store import FileBlobStore
from openmed.adapters.suites.installed_layouts import layout_named
from openmed.context import Context
from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.rules import RULES
from openmed.domain.suites.generated import GeneratedSuite, epoch_of_edition, suite_of_the_night
from openmed.domain.suites.suite import Suite, open_suite
from openmed.domain.text.span import Document
from openmed.domain.wire import pretty
from openmed.errors import ExternalError, OpenMedError
from openmed.ports.releasing import ReleasedBytes
from openmed.ports.storage import ArtifactStore, Predictions

_CONTROL_SECONDS = 120.0


@dataclass(frozen=True)
class NightRoom:
    """One night's room.

    Attributes:
        world: the release repository.
        place: the room's folder.
        store: trees that were brought in; none yet.
        released: brings released bytes from where they are served.
    """

    world: Context
    place: Path
    store: ArtifactStore
    released: ReleasedBytes
    numbers: Iterator[int]

    def predictions(self) -> Predictions:
        """A place for predictions in which there are none."""
        empty = self.place / f"try-{next(self.numbers)}"
        return replace(self.world, workplace=empty).predictions

    def clear(self, artifact: str) -> None:
        """Remove a tree and every prediction."""
        FileBlobStore(self.place / "staged").remove(artifact)
        for folder in self.place.glob("try-*"):
            atomic.remove_tree(folder)

    def has_packages(self, artifact: str) -> bool:
        """Whether the packages that a tree pins by hash are here; true where it pins none."""
        name = replace(self.world, workplace=self.place).packages_of(artifact)
        return name is None or (self.world.artifacts / "packages" / name).is_dir()

    def control(self) -> str:
        """Why this machine cannot run even a program of our own; empty when it can.

        Raises:
            OSError: its folder cannot be written.
        """
        profile = RunnerProfile(runner="rules", deterministic=True, rules=(next(iter(RULES)),))
        tree = self.place / "control"
        tree.mkdir(parents=True, exist_ok=True)
        (tree / FILE_NAME).write_bytes(pretty(profile))
        log = str(self.place / "control.log")
        asked = Document(
            id="control", language="en", family="control", slice="control", smoke=False,
            text="Nothing to find.", spans=(),
        )  # fmt: skip
        try:
            with self.world.runners.open(
                str(tree), profile, log=log, timeout=_CONTROL_SECONDS
            ) as session:
                answers = session.predict((asked,))
        except ExternalError as error:
            return error.message.partition("; log: ")[0]
        return "" if len(answers) == 1 else "no answer"


@contextmanager
def night_room(world: Context) -> Iterator[NightRoom]:
    """A room that is gone afterwards; what is served is that of `world`."""
    with atomic.scratch_folder(world.artifacts) as place:
        inside = replace(world, workplace=place)
        released = RegistryBytes(world.registry, store=inside.store, sources=inside.sources)
        yield NightRoom(world, place, inside.store, released, count())


def night_suite(world: Context, row: GeneratedSuite) -> Suite:
    """The notes of this night, in memory only.

    Raises:
        EvidenceError: there is no secret.
        UsageError: the templates cannot be used.
    """
    writer, night = world.generated_suites, suite_of_the_night(row)
    content = writer.content(night)
    pin = writer.pin(night)
    return open_suite(pin, (content,), layout=layout_named(pin.layout))


def night_maker(world: Context, row: GeneratedSuite) -> str:
    """What writes the notes of the nights, whichever night it is: other notes begin a new count.

    Raises:
        OpenMedError: as `night_suite`.
    """
    return world.generated_suites.revision(suite_of_the_night(row), epoch="")


def is_written_alike(world: Context, row: GeneratedSuite, *, edition: str, revision: str) -> bool:
    """Whether the notes of an epoch were written by what writes them now."""
    try:
        epoch = epoch_of_edition(row, edition)
        return world.generated_suites.revision(row, epoch=epoch) == revision
    except OpenMedError:
        return False
