"""A repository on the Hub, at one commit: read by plain addresses, without the Hub's client."""

import re
from typing import Final, NamedTuple

from openmed.adapters.downloads.served_files import HttpFiles
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError, ExternalError, IntegrityError

ENDPOINT: Final = "https://huggingface.co"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MOST: Final = 8 * 1024 * 1024


class HubRepository(NamedTuple):
    """One commit of one repository.

    Attributes:
        name: ORG/REPO.
        commit: the commit, 40 digits.
        files: what it serves.
    """

    name: str
    commit: str
    files: HttpFiles


def is_repository(name: str) -> bool:
    """Whether a source is written ORG/REPO."""
    return _NAME.fullmatch(name) is not None


def open_repository(name: str, *, endpoint: str, revision: str = "main") -> HubRepository:
    """The commit that a revision of a repository is now; every file is read from that one.

    Raises:
        ExternalError: the Hub cannot be reached, or has no such repository for us.
        IntegrityError: what it answers is no commit.
    """
    asked = HttpFiles(f"{endpoint}/api/models/{name}")
    data = asked.read(f"revision/{revision}", most=_MOST)
    if data is None:
        msg = f"{name} has no revision {revision} that anybody may read"
        raise ExternalError(msg, next_step="name another repository with --from")
    try:
        commit = read_table(data, what="the answer of the Hub").get("sha")
    except EvidenceError as error:
        raise IntegrityError(error.message) from None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        msg = f"the Hub names no commit of {name}"
        raise IntegrityError(msg)
    return HubRepository(name, commit, HttpFiles(f"{endpoint}/{name}/resolve/{commit}"))
