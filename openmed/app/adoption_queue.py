"""The queue that adopted models are written to: who has which slot, and the files of new rows."""

from collections.abc import Sequence

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import FILE_NAME as CATALOGUE
from openmed.domain.candidates.catalogue import Catalogue, Listed, read_manifest
from openmed.domain.candidates.queue_file import QUEUE, appended, rows_of, with_rows
from openmed.domain.gates.rules.manifest_coherence import coherence
from openmed.domain.inference.proposal.adoptable_row import Obstacle, ObstacleKind, marked_slot
from openmed.domain.inference.proposal.adopted_model import AdoptedModel
from openmed.domain.wire import pretty


class AdoptionQueue:
    """Rows there are, and rows to come."""

    def __init__(self, context: Context) -> None:
        """Read queue and catalogue.

        Raises:
            UsageError: the queue cannot be read.
        """
        self._context = context
        self._repositories: dict[str, str] = {}
        self._slots: set[str] = set()
        for repo_id, slot in _taken(context.read_file(QUEUE) or b""):
            self._repositories[repo_id] = slot
            self._slots.add(slot)
        data = context.read_file(CATALOGUE) or b""
        self._catalogue: Catalogue = read_manifest(data, what=CATALOGUE)
        self._listed = self._catalogue.listings

    def slot_of(self, repo_id: str) -> str:
        """The slot of a repository's row; empty where it has none."""
        return self._repositories.get(repo_id, "")

    def free_slot(self, slot: str, repo_id: str) -> str:
        """A slot of a repository that no other row has.

        Args:
            slot: the one that is proposed.
            repo_id: repository.
        """
        return slot if slot not in self._slots else marked_slot(_bare(slot), repo_id)

    def take(self, candidate: Candidate) -> None:
        """Note a row that will be written."""
        self._repositories[candidate.repo_id] = candidate.slot
        self._slots.add(candidate.slot)

    def coherent(self, repo_id: str, made: AdoptedModel) -> AdoptedModel | Obstacle:
        """The row, unless a file here says something else of it."""
        listed = self._listed.get(repo_id, self._catalogue.unlisted(repo_id))
        if listed.fault:
            return Obstacle(kind=ObstacleKind.CATALOGUE, sentence=listed.fault)
        fault = coherence(made.candidate, listed) if listed.row is not None else None
        if fault is not None:
            return Obstacle(kind=ObstacleKind.CATALOGUE, sentence=fault.message)
        name, profile = made.candidate.profile, made.profile
        if name is None or profile is None:
            return made
        if self._context.read_file(name) not in {None, pretty(profile)}:
            sentence = f"{name} is there already, with another content"
            return Obstacle(kind=ObstacleKind.CATALOGUE, sentence=sentence)
        return made

    def write(self, ready: Sequence[tuple[bytes, AdoptedModel]]) -> None:
        """Write what is needed for some rows, the queue last; the lock is held.

        Args:
            ready: lines of the catalogue, each with what it became.

        Raises:
            UsageError: the queue takes no more rows.
        """
        context = self._context
        have = context.read_file(QUEUE) or b""
        there = {name for row in _taken(have) for name in row}
        # Somebody may have added the like since the queue was read.
        new = [
            (line, made)
            for line, made in ready
            if there.isdisjoint({made.candidate.repo_id, made.candidate.slot})
        ]
        queue = with_rows(have, [made.candidate for _, made in new])
        for _, made in new:
            if made.profile is not None and made.candidate.profile is not None:
                context.write_file(made.candidate.profile, pretty(made.profile))
        catalogue = context.read_file(CATALOGUE) or b""
        for line, made in new:
            if made.candidate.repo_id not in self._listed:
                catalogue = appended(catalogue, f"{line.decode()}\n", is_apart=False)
                self._listed[made.candidate.repo_id] = Listed(row=None)
        if new:
            context.write_file(CATALOGUE, catalogue)
            context.write_file(QUEUE, queue)


def _taken(queue: bytes) -> list[tuple[str, str]]:
    rows = [row for row in rows_of(queue) if isinstance(row, dict)]
    return [(str(row.get("repo_id", "")), str(row.get("slot", ""))) for row in rows]


def _bare(slot: str) -> str:
    return "::".join(slot.split("::")[:3])
