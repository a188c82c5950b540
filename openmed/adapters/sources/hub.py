"""`hf:ORG/NAME@COMMIT[#FOLDER]`: the model lies in a repository of the Hub, at one commit.

The commit names every file by content: large ones by sha256, the others as git does. Each is
hashed again here, so a mirror or a cache cannot put other bytes under the same commit. Weights
that loading would run (pickles) and weights of frameworks we do not run are left on the Hub.
"""

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from openmed.adapters.hub.connection import HubConnection, connect
from openmed.adapters.hub.repository_files import (
    HubFile,
    HubPlace,
    fetch_file,
    files_of,
    head_of,
)
from openmed.adapters.sources.file_admission import MOST_FILES, PICKLE_SUFFIXES, check_name
from openmed.adapters.sources.installed_sources import SourcePlace, reference_state
from openmed.domain.candidates.candidate import HF_REFERENCE, Candidate
from openmed.domain.digest import digest_of
from openmed.errors import EvidenceError
from openmed.ports.inputs import SourceState

_OTHER_WEIGHTS: Final = frozenset({".gguf", ".h5", ".mlmodel", ".msgpack", ".ot", ".tflite"})


class _Place(NamedTuple):
    repo: str
    commit: str
    folder: str

    @property
    def at(self) -> HubPlace:
        """The repository at that commit."""
        return HubPlace(self.repo, self.commit)


class HubSource:
    """A model of the Hub."""

    def fault(self, candidate: Candidate) -> str:  # noqa: ARG002 - the value checked it
        """Nothing: a candidate's reference is checked when it is read."""
        return ""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:  # noqa: ARG002 - a source's
        """The reference: a commit names its content, as a sha256 names a wheel."""
        return reference_state(candidate, digest_of({"hf": candidate.source_reference}))

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """Fetch every file."""
        fetch_model(candidate, place.target)
        return place.target


def latest_commit(repo: str) -> str:
    """The commit that the main branch of a model repository stands at.

    Raises:
        EvidenceError: there is no such repository, or not for us.
        ExternalError: the Hub did not say.
        UsageError: huggingface_hub is not installed.
    """
    found = head_of(connect(repo), repo)
    if found is None:
        raise EvidenceError(f"{repo} has no commit")
    return found


def fetch_model(candidate: Candidate, target: Path) -> None:
    """Write the repository's files, or those of its folder, into the empty folder `target`.

    Raises:
        EvidenceError: no such repository, commit or folder; a file that may not be staged; more
            bytes than the row declares.
        IntegrityError: a file's bytes are not those the commit names.
        ExternalError: the Hub did not give them.
        UsageError: huggingface_hub is not installed.
    """
    place = _place(candidate)
    about = f"{candidate.about}: {place.repo} at {place.commit[:12]}"
    connection = connect(about)
    files = _listed(connection, place)
    declared = sum(file.size for file in files)
    if declared > candidate.max_bytes:
        msg = (
            f"{about}: the files have {declared} bytes, more than the declared "
            f"{candidate.max_bytes} (max_bytes)"
        )
        raise EvidenceError(msg)
    with TemporaryDirectory(prefix="hub-", dir=target.parent) as folder:
        for file in files:
            got = fetch_file(connection, place.at, file, folder=folder)
            kept = target / _name(file, place)
            kept.parent.mkdir(parents=True, exist_ok=True)
            got.rename(kept)


def _place(candidate: Candidate) -> _Place:
    match = HF_REFERENCE.match(candidate.source_reference)
    if match is None:
        raise EvidenceError(f"{candidate.about}: {candidate.source[:80]!r} is no hf: source")
    return _Place(match["repo"], match["commit"], match["folder"] or "")


def _listed(connection: HubConnection, place: _Place) -> list[HubFile]:
    about = connection.about
    found: list[HubFile] = []
    for file in files_of(connection, place.at, folder=place.folder):
        if is_staged_name(file.path):
            check_name(_name(file, place), what=about)
            found.append(file)
        if len(found) > MOST_FILES:
            raise EvidenceError(f"{about}: more than {MOST_FILES} files")
    if not found:
        where = f"in {place.folder!r}" if place.folder else "there"
        raise EvidenceError(f"{about}: no file {where} that may be staged")
    return found


def is_staged_name(name: str) -> bool:
    """Whether a file is staged: no pickle, no weights of a framework we do not run, not hidden."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    return not path.name.startswith(".") and suffix not in PICKLE_SUFFIXES | _OTHER_WEIGHTS


def _name(file: HubFile, place: _Place) -> str:
    return file.path.removeprefix(f"{place.folder}/") if place.folder else file.path
