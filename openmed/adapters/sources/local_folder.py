"""`file:FOLDER`: the candidate's files lie in a folder, of the release repository or elsewhere."""

from pathlib import Path

from openmed.adapters.disk.hashing import folder_digest
from openmed.adapters.sources.installed_sources import SourcePlace, reference_state
from openmed.domain.candidates.candidate import Candidate
from openmed.errors import EvidenceError
from openmed.ports.inputs import SourceState


class FileSource:
    """A folder as it is."""

    def fault(self, candidate: Candidate) -> str:  # noqa: ARG002 - a source's
        """Nothing: any path may be one."""
        return ""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:
        """Digest of all files."""
        return reference_state(candidate, folder_digest(_folder(candidate, root)))

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """The folder itself; whoever admits the files copies them."""
        return _folder(candidate, place.root)


def folder_inside(root: Path, candidate: Candidate, reference: str) -> Path:
    """A folder of the release repository.

    Raises:
        EvidenceError: it leads out of the repository, or is not a folder.
    """
    require_inside(root, candidate, reference, of="source")
    return _existing(candidate, root / reference, reference)


def require_inside(root: Path, candidate: Candidate, reference: str, *, of: str) -> None:
    """Refuse a path that leads out of a folder.

    Raises:
        EvidenceError: it does.
    """
    is_inside = (root / reference).resolve().is_relative_to(root.resolve())
    if not is_inside:
        raise _escapes(candidate, reference, of=of)


def _folder(candidate: Candidate, root: Path) -> Path:
    reference, _, fragment = candidate.source_reference.partition("#")
    path = Path(reference)
    if not path.is_absolute():
        require_inside(root, candidate, reference, of="source")
    if fragment:
        msg = f"{candidate.about}: only a recipe: source may name a build with '#'"
        raise EvidenceError(msg)
    return _existing(candidate, root / path, reference)


def _existing(candidate: Candidate, folder: Path, reference: str) -> Path:
    if ".." in Path(reference).parts:
        raise _escapes(candidate, reference, of="source")
    if not folder.is_dir():
        msg = f"{candidate.about}: source {reference[:80]!r} is not a folder"
        raise EvidenceError(msg)
    return folder


def _escapes(candidate: Candidate, reference: str, *, of: str) -> EvidenceError:
    msg = f"{candidate.about}: {of} {reference[:80]!r} leads out of the release repository"
    return EvidenceError(msg)
