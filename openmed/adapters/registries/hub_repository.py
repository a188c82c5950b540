"""One repository of the Hub: what it serves, one commit, and the bytes of a commit.

Every call that writes says only whether its outcome is known: what happened is read afterwards. A
commit names its parent, so that it lands on what was read or not at all.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from openmed.adapters.disk import atomic
from openmed.adapters.hub.hub_client import SECONDS, answers
from openmed.domain.release.publishing.public_move import PublicCommit, PublicState
from openmed.domain.release.publishing.public_tree import PublicFile, TreeChange
from openmed.domain.release.publishing.publication import CommitMark
from openmed.domain.text.exception_names import exception_name
from openmed.errors import ExternalError

if TYPE_CHECKING:
    from huggingface_hub import (
        CommitOperationAdd,
        CommitOperationCopy,
        CommitOperationDelete,
        HfApi,
    )

MAIN: Final = "main"
OF_THE_CLIENT: Final = ".cache"
"""Folder the client keeps notes in, inside every download."""
Found = TypeVar("Found")
_MODEL: Final = "model"
_REFUSED: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Answers to a commit after which nothing has happened, and never will."""
_MOVED: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})


class CommitAnswer(NamedTuple):
    """What came back of a commit.

    Attributes:
        sha: of the commit; empty when it did not land, or nobody knows.
        said: what went wrong, for the case that it never lands.
    """

    sha: str
    said: str = ""


class Message(NamedTuple):
    """Message of a commit: its first line, and the rest."""

    title: str
    text: str


class HubRepository:
    """One repository, through the client that may write it."""

    def __init__(self, api: "HfApi", repo_id: str) -> None:
        """Remember both; nothing is asked yet."""
        self._api = api
        self.repo_id = repo_id

    def state(self) -> PublicState | None:
        """What `main` serves; None when there is no such repository for this client.

        Raises:
            ExternalError: the Hub did not say.
        """
        return self._unless_missing(self._state)

    def head(self) -> "Head | None":
        """Where `main` stands, and whether it is private; None where it does not exist for us.

        Raises:
            ExternalError: the Hub did not say.
        """
        return self._unless_missing(self._head)

    def tree(self, commit: str) -> Mapping[str, PublicFile]:
        """Files of a commit.

        Raises:
            EvidenceError: there is no such commit.
            ExternalError: the Hub did not say.
        """
        with answers(f"{self.repo_id} at {commit[:12]}"):
            return self._tree(commit)

    def create(self, *, private: bool) -> None:
        """Make the repository; one that is there stays as it is.

        Raises:
            ExternalError: the Hub did not, or may not for us.
        """
        from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415 - heavy

        with answers(self.repo_id):
            try:
                self._api.create_repo(self.repo_id, private=private, exist_ok=True)
            except HfHubHTTPError as error:
                status = _status_of(error, HfHubHTTPError)
                if status not in _REFUSED:
                    raise
                raise ExternalError(
                    f"{self.repo_id} does not exist and may not be made (status {status})",
                    next_step=f"make {self.repo_id} on the Hub, then openmed release publish",
                ) from None

    def commit(
        self,
        change: TreeChange,
        contents: Mapping[str, "Path | bytes"],
        *,
        parent: str,
        message: Message,
    ) -> CommitAnswer:
        """Send one commit on top of `parent`.

        Args:
            change: what it does; something.
            contents: bytes or file of every path that is added.
            parent: commit that `main` must stand at.
            message: of the commit.

        Raises:
            ExternalError: the Hub refused it for good; nothing happened.
        """
        from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415 - heavy

        try:
            made = self._api.create_commit(
                self.repo_id,
                self._operations(change, contents),
                commit_message=message.title,
                commit_description=message.text,
                revision=MAIN,
                parent_commit=parent,
            )
        except Exception as error:  # noqa: BLE001 - every transport has its own; may hold a token
            status = _status_of(error, HfHubHTTPError)
            if status in _REFUSED:
                msg = f"{self.repo_id}: the Hub refused a commit (status {status})"
                raise ExternalError(msg, next_step=_way_in(self.repo_id)) from None
            said = f"status {status}" if status else exception_name(error)
            return CommitAnswer("", "another commit was first" if status in _MOVED else said)
        return CommitAnswer(made.oid)

    def tag(self, name: str, commit: str) -> str:
        """Name a commit for good; where the name stands, which may be elsewhere.

        Raises:
            ExternalError: the Hub did not.
        """
        from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415 - heavy

        with answers(f"the tag {name} of {self.repo_id}"):
            try:
                self._api.create_tag(self.repo_id, tag=name, revision=commit)
            except HfHubHTTPError as error:
                if _status_of(error, HfHubHTTPError) != HTTPStatus.CONFLICT:
                    raise
            else:
                return commit
            refs = self._api.list_repo_refs(self.repo_id)
        return next((row.target_commit for row in refs.tags if row.name == name), "")

    def served_commit(self, path: str) -> str:
        """The commit at which readers of `main` get a file; empty where they get none.

        Raises:
            ExternalError: the Hub did not say.
        """
        from huggingface_hub import get_hf_file_metadata, hf_hub_url  # noqa: PLC0415 - heavy
        from huggingface_hub.errors import EntryNotFoundError  # noqa: PLC0415 - heavy

        url = hf_hub_url(self.repo_id, path, revision=MAIN, endpoint=self._api.endpoint)
        with answers(self.repo_id):
            try:
                found = get_hf_file_metadata(url, token=self._api.token, timeout=SECONDS)
            except EntryNotFoundError:
                return ""
        return found.commit_hash or ""

    @contextmanager
    def downloaded(self, commit: str, *, work: Path) -> Iterator[Path]:
        """Have the bytes of a commit, asked for anew, in a folder that goes away.

        Raises:
            EvidenceError: there is no such commit, or not for this client.
            ExternalError: the Hub did not give it.
        """
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - heavy

        work.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".tmp-hub-", dir=work) as name:
            folder, cache = Path(name, "tree"), Path(name, "cache")
            folder.mkdir()
            with answers(f"{self.repo_id} at {commit[:12]}"):
                snapshot_download(
                    self.repo_id,
                    revision=commit,
                    local_dir=folder,
                    cache_dir=cache,
                    endpoint=self._api.endpoint,
                    token=self._api.token,
                )
            atomic.remove_tree(folder / OF_THE_CLIENT)
            yield folder

    def _unless_missing(self, ask: Callable[[], Found]) -> Found | None:
        from huggingface_hub.errors import (  # noqa: PLC0415 - heavy
            GatedRepoError,
            RepositoryNotFoundError,
        )

        with answers(self.repo_id):
            try:
                return ask()
            except GatedRepoError:
                raise
            except RepositoryNotFoundError:
                return None

    def _state(self) -> PublicState:
        commits = tuple(
            PublicCommit(row.commit_id, row.title, CommitMark.read(row.message))
            for row in self._api.list_repo_commits(self.repo_id, revision=MAIN)
        )
        return PublicState(commits, self._tree(commits[0].sha))

    def _head(self) -> "Head":
        row = self._api.model_info(self.repo_id, timeout=SECONDS)
        return Head(row.sha or "", row.private is True)

    def _tree(self, commit: str) -> Mapping[str, PublicFile]:
        from huggingface_hub.hf_api import RepoFile  # noqa: PLC0415 - heavy

        rows = self._api.list_repo_tree(self.repo_id, recursive=True, revision=commit)
        return {
            row.path: PublicFile(
                path=row.path,
                size=row.size,
                blob=row.blob_id,
                sha256=row.lfs.sha256 if row.lfs else None,
            )
            for row in rows
            if isinstance(row, RepoFile)
        }

    def _operations(
        self, change: TreeChange, contents: Mapping[str, "Path | bytes"]
    ) -> "list[CommitOperationAdd | CommitOperationCopy | CommitOperationDelete]":
        from huggingface_hub import (  # noqa: PLC0415 - heavy
            CommitOperationAdd,
            CommitOperationCopy,
            CommitOperationDelete,
        )

        return [
            *(CommitOperationAdd(path, contents[path]) for path in change.added),
            *(
                CommitOperationCopy(path, path, src_revision=source.commit)
                if source.repo_id == self.repo_id
                else CommitOperationCopy(
                    path,
                    path,
                    src_revision=source.commit,
                    src_repo_id=source.repo_id,
                    src_repo_type=_MODEL,
                )
                for path, source in change.copied
            ),
            *(CommitOperationDelete(path) for path in change.deleted),
        ]


class Head(NamedTuple):
    """Where a repository stands.

    Attributes:
        sha: of `main`.
        is_private: whether it can be read with a token only.
    """

    sha: str
    is_private: bool


def _status_of(error: BaseException | None, kind: type[Exception]) -> int:
    """Status of the answer behind an error of the client; 0 where there was none."""
    while error is not None:
        response = getattr(error, "response", None) if isinstance(error, kind) else None
        if response is not None:
            return int(response.status_code)
        error = error.__cause__
    return 0


def _way_in(repo_id: str) -> str:
    return f"let the token write {repo_id}, then openmed release publish"
