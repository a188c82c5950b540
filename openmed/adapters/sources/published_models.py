"""Repositories of the Hub as they are now: commit, sizes of files, and the small files that tell.

No weights are fetched. Every question is counted, and there are never more than were allowed, so a
fleet can be looked at and the cost is known.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.repository_files import HubFile, HubPlace, fetch_file
from openmed.adapters.hub.repository_head import whole_head_of
from openmed.adapters.sources.file_admission import check_name
from openmed.adapters.sources.hub import is_staged_name
from openmed.adapters.sources.model_reader import WEIGHTS, read_model
from openmed.domain.inference.profile import FILE_NAME as PROFILE
from openmed.domain.inference.proposal.model_files import ModelFiles, PublishedFiles
from openmed.errors import EvidenceError

_TOLD: Final = ("config.json", "tokenizer_config.json", PROFILE)
"""Files that say how a model is run."""
_CALLS: Final = 1 + 3 * len(_TOLD)
"""Questions that one repository may need: for its head; for each file its place, size, bytes."""


class HubModels:
    """Looks at repositories; changes nothing."""

    def __init__(self, connection: HubConnection, *, most_calls: int) -> None:
        """Remember both; nothing is asked yet.

        Args:
            connection: to the Hub.
            most_calls: questions that may be asked together.
        """
        self._connection = connection
        self._most = most_calls

    @property
    def calls(self) -> int:
        """Questions that were asked."""
        return self._connection.calls.total

    @property
    def is_spent(self) -> bool:
        """Whether the next repository might need more questions than are left."""
        return self._most - self.calls < _CALLS

    def look(self, repo: str) -> PublishedFiles:
        """Ask for one repository.

        Raises:
            EvidenceError: there is none, or not for us, or its files may not be staged.
            IntegrityError: a file's bytes are not those the commit names.
            ExternalError: the Hub did not answer.
        """
        head = whole_head_of(self._connection, repo)
        files = [file for file in head.files if is_staged_name(file.path)]
        for file in files:
            check_name(file.path, what=repo)
        told = self._read(head.place, files)
        new = {
            "size": sum(file.size for file in files),
            "weights": tuple(sorted(f.path for f in files if f.path.endswith(WEIGHTS))),
        }
        return PublishedFiles(commit=head.place.revision, files=ModelFiles(**{**dict(told), **new}))

    def _read(self, place: HubPlace, files: Sequence[HubFile]) -> ModelFiles:
        with TemporaryDirectory(prefix="openmed-") as made:
            folder = Path(made) / "files"
            folder.mkdir()
            for file in files:
                if file.path in _TOLD:
                    self._fetch(place, file, work=Path(made) / "client", folder=folder)
            return read_model(folder, name=place.name.rpartition("/")[2])

    def _fetch(self, place: HubPlace, file: HubFile, *, work: Path, folder: Path) -> None:
        if file.size > limited_read.TEMPLATE:
            raise EvidenceError(f"{place.name}: {file.path} is far too large")
        got = fetch_file(self._connection, place, file, folder=str(work))
        got.rename(folder / file.path)
