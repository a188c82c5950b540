"""A repository of the Hub as it stands now: the commit of its main branch, and its files."""

from typing import NamedTuple

from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.hub_client import SECONDS, answers
from openmed.adapters.hub.repository_files import HubFile, HubPlace
from openmed.errors import EvidenceError


class HubHead(NamedTuple):
    """Where a repository stands.

    Attributes:
        place: the repository at that commit.
        files: every file.
    """

    place: HubPlace
    files: tuple[HubFile, ...]


def whole_head_of(connection: HubConnection, name: str) -> HubHead:
    """The commit and the files of a model repository, by one question.

    Raises:
        EvidenceError: there is no such repository, or not for us, or nothing was committed to it.
        ExternalError: the Hub did not say.
    """
    with answers(name):
        found = connection.api.model_info(name, files_metadata=True, timeout=SECONDS)
        if found.sha is None:
            raise EvidenceError(f"{name} has no commit")
        files = tuple(
            HubFile(
                one.rfilename, one.size or 0, one.blob_id or "", one.lfs.sha256 if one.lfs else None
            )
            for one in found.siblings or ()
        )
    return HubHead(HubPlace(name, found.sha), files)
