"""Sources by scheme: entry points of the group `openmed.sources`; ours register the same way.

A source brings files into a folder and says what they are; it admits nothing. Whatever it brings
goes through `file_admission`, so no source can stage a pickle, a symlink, an odd name or more bytes
than the row declares.
"""

from pathlib import Path
from typing import NamedTuple, Protocol, cast

from openmed.adapters.code import entry_points
from openmed.adapters.process.isolation import Isolation
from openmed.domain.candidates.candidate import OWN_SCHEMES, Candidate, ReproParts
from openmed.errors import UsageError
from openmed.ports.execution import Progress
from openmed.ports.inputs import SourceState

_FIX = "correct `source` or install the package that brings it"


class SourcePlace(NamedTuple):
    """Where a source works.

    Attributes:
        root: the release repository.
        target: empty folder for the files.
        scratch: folder for anything else; gone after staging.
        downloads: folder of what was fetched, kept by its sha256; it may be missing.
        log: file for the output of programs.
        progress: takes one line for a person.
        isolation: how code of the candidate is isolated.
    """

    root: Path
    target: Path
    scratch: Path
    downloads: Path
    log: Path
    progress: Progress
    isolation: Isolation


class CandidateSource(Protocol):
    """One scheme of `source`: the part before the colon."""

    def fault(self, candidate: Candidate) -> str:
        """Say what is wrong with the row of a candidate; empty when nothing is. Reads no file."""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:
        """What the source is now; other bytes give another digest.

        Raises:
            EvidenceError: the source does not exist.
        """

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """Bring the files; the folder they are in: `place.target`, or where they lie already.

        Raises:
            EvidenceError: the source does not exist, or a file may not be staged.
            ExternalError: it cannot be had.
            IntegrityError: its bytes are not those the row names.
        """


def source_of(candidate: Candidate) -> CandidateSource:
    """The source of a candidate's scheme.

    Raises:
        UsageError: nothing or two things have the scheme's name, or it cannot be loaded.
    """
    found = entry_points.load(
        entry_points.SOURCES,
        candidate.scheme,
        what="source",
        fix=_FIX,
        needs=("fault", "state", "fetch"),
    )
    return entry_points.guarded(
        cast("type[CandidateSource]", found.value), what=found.what, package=found.package
    )


def require_source(candidate: Candidate, *, what: str) -> None:
    """Refuse a row whose source is not installed, or that its source cannot use.

    Ours are not loaded for it: the value `Candidate` checked the row.

    Raises:
        UsageError: nothing or two things have the scheme's name, it cannot be loaded, or it finds
            a fault in the row.
    """
    try:
        fault = _fault(candidate)
    except UsageError as error:
        msg = f"{what}: {error.message}"
        raise UsageError(msg, next_step=error.next_step) from None
    if fault:
        msg = f"{what}: {fault}"
        raise UsageError(msg)


def _fault(candidate: Candidate) -> str:
    if candidate.scheme not in OWN_SCHEMES:
        return source_of(candidate).fault(candidate)
    group, scheme = entry_points.SOURCES, candidate.scheme
    entry_points.require_registered(group, scheme, what="source", fix=_FIX)
    return ""


def reference_state(candidate: Candidate, content: str) -> SourceState:
    """State of a source that is not built: its reference, and the digest of its content."""
    repro = ReproParts(
        recipe=f"{candidate.source}@{content}",
        data_manifest="none",
        base_model="none",
        git_sha="none",
    )
    return SourceState(source=content, repro=repro)
