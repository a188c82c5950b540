"""Adopt a fleet that is published already: queue rows for every model that can be judged here.

Rows are looked at in the order of the catalogue, and written some at a time: profiles first, then
the catalogue, the queue last. So a command that dies has added whole rows only, and run again it
goes on where it was. Nothing is measured, and nothing is released.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal, NamedTuple

from pydantic import Field

from openmed.app.add_candidate import counted_suites, judging_suites, known_maps
from openmed.app.adoption_journal import AdoptionJournal, open_journal
from openmed.app.adoption_queue import AdoptionQueue
from openmed.context import Context
from openmed.domain.candidates.catalogue import CatalogueLine, RowFault, read_rows
from openmed.domain.frozen import Frozen
from openmed.domain.inference.proposal.adoptable_row import (
    LATER,
    AdoptableRow,
    JudgingMeans,
    Obstacle,
    ObstacleKind,
    proposed_slots,
    row_obstacle,
    runnable_format,
)
from openmed.domain.inference.proposal.adopted_model import (
    AdoptedModel,
    PublishedModel,
    propose_adoption,
)
from openmed.domain.inference.proposal.found_labels import JudgeableLabels
from openmed.domain.slot import parse_slot
from openmed.domain.text.span import Document
from openmed.errors import ExternalError, OpenMedError, UsageError
from openmed.ports.inputs import PublishedModels

_RUNNERS: Final = ("onnx", "transformers")
_AT_ONCE: Final = 20
"""Rows that are looked at before what was found is written."""
_MOST_SILENT: Final = 3
"""Rows in a row that the Hub did not answer; then it is not asked any more."""


class AdoptionStanding(StrEnum):
    """What became of a row."""

    ADDED = "added"
    PRESENT = "present"
    """Its repository or slot is in the queue already."""
    NOT_JUDGED = "not judged"
    """It cannot be judged here."""
    LEFT = "left"
    """It was not looked at, or the Hub did not answer; a later run looks."""


class AdoptedRow(Frozen):
    """What became of one row.

    Attributes:
        line: of the catalogue.
        repo_id: repository; empty where the row does not say.
        standing: what became of it.
        slot: where it is in the queue; empty where it is not.
        obstacle: why it is not; None where it is, or was not looked at.
    """

    line: int
    repo_id: str
    standing: AdoptionStanding
    slot: str = ""
    obstacle: Obstacle | None = None


class AdoptionReport(Frozen):
    """What an adoption came to.

    Attributes:
        catalogue: name of the file.
        is_dry_run: whether nothing was written.
        rows: every row that was asked for, in the order of the file.
        calls: questions to the Hub.
    """

    schema_: Literal["openmed.adoption/1"] = Field(default="openmed.adoption/1", alias="schema")
    catalogue: str
    is_dry_run: bool
    rows: tuple[AdoptedRow, ...]
    calls: int

    @property
    def standings(self) -> Mapping[AdoptionStanding, int]:
        """How many rows stand where."""
        return Counter(row.standing for row in self.rows)

    @property
    def obstacles(self) -> Mapping[ObstacleKind, int]:
        """How many rows are not in the queue, by kind of reason, the most frequent first."""
        found = Counter(row.obstacle.kind for row in self.rows if row.obstacle is not None)
        return dict(found.most_common())

    @property
    def is_whole(self) -> bool:
        """Whether every row was read and looked at."""
        kinds = {row.obstacle.kind for row in self.rows if row.obstacle is not None}
        return not self.standings.get(AdoptionStanding.LEFT) and kinds.isdisjoint(LATER)


class AdoptionRequest(NamedTuple):
    """What somebody wants adopted.

    Attributes:
        catalogue: content of the catalogue.
        name: what it is called.
        families: which families; none = all.
        limit: most rows that are added; None = any number.
    """

    catalogue: bytes
    name: str
    families: frozenset[str]
    limit: int | None


def adopt(
    context: Context, wanted: AdoptionRequest, *, hub: PublishedModels, is_dry_run: bool
) -> AdoptionReport:
    """Write queue rows for what can be judged here, and say why the rest cannot.

    Args:
        context: release repository.
        wanted: what to adopt.
        hub: looks at repositories.
        is_dry_run: write nothing.

    Raises:
        UsageError: not a release repository, or its queue takes no more rows.
    """
    if not context.is_repository:
        msg = "there is no gates/ in the release repository"
        raise UsageError(msg, next_step="openmed init, or name the repository with --root")
    lines = [
        line
        for line in read_rows(AdoptableRow, wanted.catalogue, what=wanted.name)
        if _is_wanted(line, wanted.families)
    ]
    return _Adoption(context, wanted, hub=hub, is_dry_run=is_dry_run).report(lines)


def _is_wanted(line: CatalogueLine[AdoptableRow], families: frozenset[str]) -> bool:
    """Whether a row is of a family that was named; of one that cannot be read nobody knows."""
    if not families or isinstance(line.read, RowFault):
        return True
    return line.read.slots[0].partition("::")[0] in families


class _Adoption:
    """One run."""

    def __init__(
        self, context: Context, wanted: AdoptionRequest, *, hub: PublishedModels, is_dry_run: bool
    ) -> None:
        self._context, self._wanted, self._hub = context, wanted, hub
        self._is_dry_run = is_dry_run
        self._journal: AdoptionJournal = open_journal(context, catalogue=wanted.catalogue)
        self._queue = AdoptionQueue(context)
        self._ready: list[tuple[bytes, AdoptedModel]] = []
        self._added = 0
        self._silent = 0
        self._judging = _Judging(context)

    def report(self, lines: list[CatalogueLine[AdoptableRow]]) -> AdoptionReport:
        """Look at every row, and write what was found some rows at a time."""
        slots = proposed_slots(
            (line.read, found.format)
            for line in lines
            if not isinstance(line.read, RowFault)
            for found in (runnable_format(line.read, self._judging.means),)
            if found is not None
        )
        rows: list[AdoptedRow] = []
        for number, line in enumerate(lines, start=1):
            about = f"row {number:,} of {len(lines):,}: {line.read.repo_id}"
            self._context.progress.detail(about)
            rows.append(self._row(line, slots))
            if number % _AT_ONCE == 0:
                self._write()
        self._write()
        is_whole = not any(row.standing is AdoptionStanding.LEFT for row in rows)
        if not self._is_dry_run:
            self._journal.write(self._context, is_done=is_whole)
        return AdoptionReport(
            catalogue=self._wanted.name,
            is_dry_run=self._is_dry_run,
            rows=tuple(rows),
            calls=self._hub.calls,
        )

    def _row(self, line: CatalogueLine[AdoptableRow], slots: Mapping[str, str]) -> AdoptedRow:
        row = line.read
        if isinstance(row, RowFault):
            obstacle = Obstacle(kind=ObstacleKind.ROW, sentence=row.message)
            return _standing(line, AdoptionStanding.NOT_JUDGED, obstacle=obstacle)
        present = self._queue.slot_of(row.repo_id)
        if present:
            return _standing(line, AdoptionStanding.PRESENT, slot=present)
        known = row_obstacle(row, self._judging.means) or self._journal.known.get(row.repo_id)
        if known is not None:
            return _standing(line, AdoptionStanding.NOT_JUDGED, obstacle=known)
        if self._is_at_an_end():
            return _standing(line, AdoptionStanding.LEFT)
        slot = self._queue.free_slot(slots[row.repo_id], row.repo_id)
        made = self._looked(row, slot)
        if isinstance(made, Obstacle):
            is_final = made.kind not in LATER
            if is_final:
                self._journal.add(row.repo_id, made)
            standing = AdoptionStanding.NOT_JUDGED if is_final else AdoptionStanding.LEFT
            return _standing(line, standing, obstacle=made)
        self._ready.append((line.content, made))
        self._queue.take(made.candidate)
        self._added += 1
        return _standing(line, AdoptionStanding.ADDED, slot=slot)

    def _is_at_an_end(self) -> bool:
        limit = self._wanted.limit
        is_full = limit is not None and self._added >= limit
        return is_full or self._hub.is_spent or self._silent >= _MOST_SILENT

    def _looked(self, row: AdoptableRow, slot: str) -> AdoptedModel | Obstacle:
        runnable = runnable_format(row, self._judging.means)
        if runnable is None:
            return Obstacle(kind=ObstacleKind.FORMAT, sentence="no format of it can be run here")
        try:
            found = self._hub.look(row.repo_id)
        except ExternalError as error:
            self._silent += 1
            return Obstacle(kind=ObstacleKind.HUB, sentence=error.message)
        except UsageError:
            raise
        except OpenMedError as error:
            self._silent = 0
            return Obstacle(kind=ObstacleKind.REPOSITORY, sentence=error.message)
        self._silent = 0
        made = propose_adoption(
            PublishedModel(row, found.commit, found.files),
            runnable,
            slot=slot,
            judged=self._judging.labels(slot, row.languages),
            maps=self._judging.maps,
        )
        return made if isinstance(made, Obstacle) else self._queue.coherent(row.repo_id, made)

    def _write(self) -> None:
        """Write what was found since the last time."""
        ready, self._ready = self._ready, []
        if self._is_dry_run:
            return
        if ready:
            with self._context.adding():
                self._queue.write(ready)
        self._journal.write(self._context)


def _standing(
    line: CatalogueLine[AdoptableRow],
    standing: AdoptionStanding,
    *,
    slot: str = "",
    obstacle: Obstacle | None = None,
) -> AdoptedRow:
    return AdoptedRow(
        line=line.number,
        repo_id=line.read.repo_id,
        standing=standing,
        slot=slot,
        obstacle=obstacle,
    )


class _Judging:
    """What can be judged here, read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[str, tuple[str, ...]], JudgeableLabels] = {}
        self.maps = known_maps()

    @cached_property
    def _suites(self) -> dict[str, tuple[Document, ...]]:
        return judging_suites(self._context)

    @cached_property
    def means(self) -> JudgingMeans:
        """Runners, languages, labels."""
        return JudgingMeans(
            runners={name: self._why_not(name) for name in _RUNNERS},
            languages=JudgeableLabels(self._suites).languages,
            labels=frozenset(label for table in self.maps.values() for label in table),
        )

    def labels(self, slot: str, languages: tuple[str, ...]) -> JudgeableLabels:
        """What is judged in a slot's family, of some languages only."""
        family = parse_slot(slot).family
        key = (family, languages)
        if key not in self._known:
            spoken = {
                name: tuple(one for one in documents if one.language in languages)
                for name, documents in self._suites.items()
            }
            counted = counted_suites(self._context, f"{family}::none::none")
            self._known[key] = JudgeableLabels(spoken, counted)
        return self._known[key]

    def _why_not(self, runner: str) -> str:
        try:
            self._context.runners.runtime(runner)
        except UsageError as error:
            return error.message
        return ""
