"""The catalogue of a release repository, for the card of one repository."""

from pathlib import Path

from openmed.adapters.disk import limited_read
from openmed.domain.candidates.catalogue import FILE_NAME
from openmed.domain.candidates.listed_references import (
    NOTHING_LISTED,
    ListedReferences,
    listed_references,
)


def listed_in(root: Path, repo_id: str) -> ListedReferences:
    """What the catalogue says of a repository; nothing, and why, where it cannot be read.

    Args:
        root: the release repository.
        repo_id: the repository.
    """
    try:
        data = limited_read.read_bytes(root / FILE_NAME, most=limited_read.CATALOGUE)
    except FileNotFoundError:
        return NOTHING_LISTED
    except OSError as error:
        return ListedReferences(faults=(f"{FILE_NAME} cannot be read: {error.strerror}",))
    return listed_references(data, repo_id, what=FILE_NAME)
