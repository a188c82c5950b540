"""Files of a repository of the Hub at one revision: listed by content, fetched one by one."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from openmed.adapters.disk.hashing import file_digest, git_blob_digest
from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.hub_client import SECONDS, answers
from openmed.errors import IntegrityError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoFile, RepoFolder


class HubFile(NamedTuple):
    """A file as its commit names it.

    Attributes:
        path: inside the repository.
        size: bytes.
        blob: git's name of it.
        sha256: of a large file, which is kept apart from git.
    """

    path: str
    size: int
    blob: str
    sha256: str | None


class HubPlace(NamedTuple):
    """A repository at one revision.

    Attributes:
        name: `org/name`.
        revision: a commit, by its 40 digits.
        kind: `model` or `dataset`.
    """

    name: str
    revision: str
    kind: str = "model"


def head_of(connection: HubConnection, name: str) -> str | None:
    """The commit that the main branch of a model repository stands at.

    Raises:
        EvidenceError: there is no such repository, or not for us.
        ExternalError: the Hub did not say.
    """
    with answers(name):
        return connection.api.model_info(name, timeout=SECONDS).sha


def files_of(connection: HubConnection, where: HubPlace, *, folder: str = "") -> Iterator[HubFile]:
    """Every file below a folder, as its commit names them.

    Raises:
        EvidenceError: there is no such repository, commit or folder, or not for us.
        ExternalError: the Hub did not say.
    """
    with answers(connection.about):
        yield from _files(
            connection.api.list_repo_tree(
                where.name, folder or None, recursive=True, revision=where.revision,
                repo_type=where.kind,
            )
        )  # fmt: skip


def files_named(connection: HubConnection, where: HubPlace, paths: Sequence[str]) -> list[HubFile]:
    """Those of these paths that are files there.

    Raises:
        EvidenceError: there is no such repository or commit, or not for us.
        ExternalError: the Hub did not say.
    """
    with answers(connection.about):
        found = connection.api.get_paths_info(
            where.name, list(paths), revision=where.revision, repo_type=where.kind
        )
        return list(_files(found))


def fetch_file(connection: HubConnection, where: HubPlace, file: HubFile, *, folder: str) -> Path:
    """Fetch a file into an empty folder and hash it: the client checks its length only.

    The client's own cache is not used, for it gives what it once got.

    Raises:
        EvidenceError: there is no such file, or not for us.
        IntegrityError: the bytes are not those the commit names.
        ExternalError: the Hub did not give it.
    """
    with answers(f"{connection.about}: {file.path}"):
        kept = connection.api.hf_hub_download(
            where.name, file.path, revision=where.revision, repo_type=where.kind,
            local_dir=folder, cache_dir=folder, etag_timeout=SECONDS,
        )  # fmt: skip
    got = Path(kept)
    is_named = file_digest(got) == file.sha256 if file.sha256 else git_blob_digest(got) == file.blob
    if not is_named:
        msg = f"{connection.about}: the bytes of {file.path} are not those the commit names"
        hint = "find out who answers in the Hub's place; nothing was staged"
        raise IntegrityError(msg, next_step=hint)
    return got


def _files(entries: "Iterable[RepoFile | RepoFolder]") -> Iterator[HubFile]:
    from huggingface_hub.hf_api import RepoFile  # noqa: PLC0415 - heavy

    for one in entries:
        if isinstance(one, RepoFile):
            yield HubFile(one.path, one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
