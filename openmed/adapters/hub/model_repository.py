"""One repository of the Hub: what it serves, one commit, and the bytes of a commit.

Every call that writes says only whether its outcome is known: what happened is read afterwards. A
commit names its parent, so that it lands on what was read or not at all.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from openmed.adapters.disk import atomic
from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.hub_client import SECONDS, answers
from openmed.adapters.hub.outcomes import HubOutcome, outcome_of, sentence_of
from openmed.adapters.hub.wire_policy import NEXT_STEP
from openmed.domain.release.publishing.public_move import PublicCommit, PublicState
from openmed.domain.release.publishing.public_tree import PublicFile, TreeChange
from openmed.domain.release.publishing.publication import CommitMark
from openmed.errors import ExternalError

if TYPE_CHECKING:
    from huggingface_hub import (
        CommitOperationAdd,
        CommitOperationCopy,
        CommitOperationDelete,
    )

MAIN: Final = "main"
OF_THE_CLIENT: Final = ".cache"
"""Folder the client keeps notes in, inside every download."""
Found = TypeVar("Found")
_MODEL: Final = "model"
_FINAL: Final = frozenset({HubOutcome.DENIED, HubOutcome.MISSING, HubOutcome.REFUSED})
"""Outcomes after which nothing has happened, and the same would not either."""


class CommitAnswer(NamedTuple):
    """What came back of a commit.

    Attributes:
        sha: of the commit; empty when it did not land, or nobody knows.
        said: what went wrong, for the case that it never lands.
        is_refused: whether nothing has happened, and the same would not either.
    """

    sha: str
    said: str = ""
    is_refused: bool = False


class Message(NamedTuple):
    """Message of a commit: its first line, and the rest."""

    title: str
    text: str


class ModelRepository:
    """One repository, through the client that may write it."""

    def __init__(self, connection: HubConnection, repo_id: str) -> None:
        """Remember both; nothing is asked yet.

        Args:
            connection: to the Hub, with the token for this repository or without any.
            repo_id: the repository.
        """
        self._connection = connection
        self._api = connection.api
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

    def messages(self) -> tuple[tuple[str, str, str], ...]:
        """Sha, title and message of every commit of `main`, newest first; none = not there for us.

        Raises:
            ExternalError: the Hub did not say.
        """
        found = self._unless_missing(
            lambda: [
                (row.commit_id, row.title, row.message)
                for row in self._api.list_repo_commits(self.repo_id, revision=MAIN)
            ]
        )
        return tuple(found or ())

    def purge(self, gone: frozenset[str]) -> None:
        """Remove large files for good, from every commit too; those that are not there are not.

        Args:
            gone: their sha256.

        Raises:
            ExternalError: the Hub did not.
        """
        if not gone:
            return
        with answers(f"the large files of {self.repo_id}"):
            rows = [one for one in self._api.list_lfs_files(self.repo_id) if one.file_oid in gone]
            self._api.permanently_delete_lfs_files(self.repo_id, rows)

    def create(self, *, private: bool) -> None:
        """Make the repository; one that is there stays as it is.

        Raises:
            ExternalError: the Hub did not, or may not for us.
        """
        try:
            self._api.create_repo(self.repo_id, private=private, exist_ok=True)
        except Exception as error:  # noqa: BLE001 - every transport has its own; may hold a token
            said = sentence_of(error, self._connection.token)
            msg = f"{self.repo_id} does not exist and cannot be made: {said}"
            is_final = outcome_of(error) in _FINAL
            next_step = _way_in(self.repo_id) if is_final else NEXT_STEP
            raise ExternalError(msg, next_step=next_step, retryable=not is_final) from None

    def require_writable(self) -> None:
        """Look whether this token may write the repository.

        Raises:
            ExternalError: it may not, or the Hub did not say.
        """
        try:
            self._api.auth_check(self.repo_id, write=True)
        except Exception as error:  # noqa: BLE001 - every transport has its own; may hold a token
            said = sentence_of(error, self._connection.token)
            is_final = outcome_of(error) in _FINAL
            next_step = _way_in(self.repo_id) if is_final else NEXT_STEP
            msg = f"{self.repo_id} cannot be written: {said}"
            raise ExternalError(msg, next_step=next_step, retryable=not is_final) from None

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
        """
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
            outcome, said = outcome_of(error), sentence_of(error, self._connection.token)
            return CommitAnswer("", said, is_refused=outcome in _FINAL)
        return CommitAnswer(made.oid)

    def tag(self, name: str, commit: str) -> str:
        """Name a commit for good; where the name stands, which may be elsewhere.

        Raises:
            ExternalError: the Hub did not.
        """
        with answers(f"the tag {name} of {self.repo_id}"):
            try:
                self._api.create_tag(self.repo_id, tag=name, revision=commit)
            except Exception as error:
                if outcome_of(error) not in (HubOutcome.CONFLICT, HubOutcome.UNKNOWN):
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
        from huggingface_hub import hf_hub_url  # noqa: PLC0415 - heavy
        from huggingface_hub.errors import EntryNotFoundError  # noqa: PLC0415 - heavy

        url = hf_hub_url(self.repo_id, path, revision=MAIN, endpoint=self._api.endpoint)
        with answers(self.repo_id):
            try:
                found = self._api.get_hf_file_metadata(url=url, timeout=SECONDS)
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
        work.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".tmp-hub-", dir=work) as name:
            folder, cache = Path(name, "tree"), Path(name, "cache")
            folder.mkdir()
            with answers(f"{self.repo_id} at {commit[:12]}"):
                self._api.snapshot_download(
                    self.repo_id, revision=commit, local_dir=folder, cache_dir=cache
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


def _way_in(repo_id: str) -> str:
    return f"let the token write {repo_id}; then openmed publish"
