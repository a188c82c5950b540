"""The private repository of a slot: where a candidate's bytes lie before the pointer moves.

They are downloaded again by commit, into an empty folder, and hashed; from there they are copied
on the server when the pointer has moved. A token that reaches no private repository stages none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.disk.hashing import git_blob_digest
from openmed.adapters.hub.model_repository import CommitAnswer, Message, ModelRepository
from openmed.adapters.hub.wire_policy import NEXT_STEP
from openmed.adapters.registries.hub_access import CredentialMode, HubAccess
from openmed.adapters.registries.hub_notes import HubNotes
from openmed.adapters.stores.artifact_store import verify_tree
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.release.publishing.public_tree import (
    KEPT,
    CopySource,
    PublicFile,
    WantedFile,
    tree_change,
)
from openmed.domain.release.publishing.publication import EMPTY
from openmed.errors import ExternalError, IntegrityError, OpenMedError
from openmed.ports.storage import ArtifactStore

PAUSES: Final = (0.0, 0.1, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at a repository; as many answers may be lost or late."""
_STAGE: Final = "Stage "
_DIGEST: Final = "Tree-Digest: "
LARGEST_SMALL: Final = 20 * 1024 * 1024
"""Bytes above which the Hub keeps no file as a small one."""


Commit = tuple[str, str, str]
"""Sha, title and message."""


class HubSlotPlace(NamedTuple):
    """What every slot of one Hub is given.

    Attributes:
        access: connections.
        notes: what this machine published.
        store: staged trees.
        work: folder for what is downloaded and goes away.
        wait: waits so many seconds.
    """

    access: HubAccess
    notes: HubNotes
    store: ArtifactStore
    work: Path
    wait: Callable[[float], None]

    def wanted(self, artifact: str, files: tuple[StagedFile, ...]) -> Iterator[WantedFile]:
        """Files of a staged tree as a repository must have them."""
        folder = Path(self.store.path(artifact))
        for file in files:
            is_small = file.size <= LARGEST_SMALL
            blob = git_blob_digest(folder / file.path) if is_small else ""
            yield WantedFile(file.path, file.size, file.sha256, blob)

    def contents(self, artifact: str, files: tuple[StagedFile, ...]) -> dict[str, Path | bytes]:
        """Where their bytes are."""
        folder = Path(self.store.path(artifact))
        return {file.path: folder / file.path for file in files}


class HubStaging:
    """One private repository."""

    def __init__(self, place: HubSlotPlace, repo_id: str, *, public: str) -> None:
        """Remember what it is about; nothing is asked yet.

        Args:
            place: what every slot is given.
            repo_id: the private repository.
            public: the public one that it is of.
        """
        self._place = place
        self._repo_id = repo_id
        self._public = public
        self._staged: CopySource | None = None

    def stage(
        self, artifact: str, files: tuple[StagedFile, ...], *, sources: tuple[CopySource, ...]
    ) -> None:
        """Put a tree there and read it back; nothing where the credentials reach none.

        Args:
            artifact: the tree.
            files: its files.
            sources: commits that its large files may be copied from.

        Raises:
            IntegrityError: everybody can read the repository, or it gives other bytes.
            ExternalError: the Hub did not take them.
        """
        self._staged = None
        repository = self._repository()
        if repository is None:
            return
        self._place.notes.mark_staged(self._public)
        commit = self._committed(repository, artifact, files, sources)
        with repository.downloaded(commit, work=self._place.work) as folder:
            drop(folder, KEPT)
            verify_tree(folder, files, what=f"{self._repo_id} at {commit[:12]}")
        self._staged = CopySource(self._repo_id, commit, repository.tree(commit))

    def source(self) -> CopySource | None:
        """What can be copied from there, also of another command; None where we cannot look."""
        if self._staged is not None or self._place.access.mode is not CredentialMode.TOKEN:
            return self._staged
        try:
            repository = ModelRepository(self._place.access.writer(self._repo_id), self._repo_id)
            head = repository.head()
            if head is None or not head.is_private:
                return None
            return CopySource(self._repo_id, head.sha, repository.tree(head.sha))
        except OpenMedError:
            return None

    def clear(self, may_leave: Callable[[str], bool]) -> None:
        """Remove what nothing needs, from every commit too.

        What `main` serves goes by a commit, then every large file that it does not serve is deleted
        for good. A repository with a commit of somebody else is left as it is.

        Raises:
            IntegrityError: it holds commits of others.
            ExternalError: the Hub did not do it.
        """
        if self._place.access.mode is not CredentialMode.TOKEN:
            return
        repository = ModelRepository(self._place.access.writer(self._repo_id), self._repo_id)
        commits = repository.messages()
        if not commits:
            self._place.notes.drop_staged(self._public)
            return
        artifacts = [_staged_artifact(message) for _, _, message in commits]
        # The first commit is the Hub's own.
        if None in artifacts[:-1]:
            msg = f"{self._repo_id} has commits of others, so what was staged there is not removed"
            raise IntegrityError(msg)
        head, newest = commits[0][0], artifacts[0] or EMPTY
        gone = self._large_files(repository, commits, artifacts)
        is_free = newest != EMPTY and may_leave(newest)
        if is_free:
            self._empty(repository, head)
        elif newest != EMPTY:
            gone -= _large(repository.tree(head))
        repository.purge(gone)
        if newest != EMPTY and not is_free:
            return  # The candidate of a flip that is on its way.
        self._place.notes.drop_staged(self._public)
        self._staged = None

    def _empty(self, repository: ModelRepository, head: str) -> None:
        change = tree_change(repository.tree(head), (), sources=())
        if change.is_nothing:
            return
        message = Message("Remove what was staged", f"{_DIGEST}{EMPTY}")
        answer = repository.commit(change, {}, parent=head, message=message)
        if not answer.sha:
            raise ExternalError(f"{self._repo_id}: {answer.said}", retryable=True)

    def _large_files(
        self, repository: ModelRepository, commits: tuple[Commit, ...], artifacts: list[str | None]
    ) -> frozenset[str]:
        """Large files of every commit since the last time that it was cleared.

        Those of no commit are left alone: somebody may be about to commit them.
        """
        found: frozenset[str] = frozenset()
        for number, (commit, artifact) in enumerate(zip(commits, artifacts, strict=True)):
            if number and artifact == EMPTY:
                break
            found |= _large(repository.tree(commit[0]))
        return found

    def _repository(self) -> ModelRepository | None:
        """The repository; None where this token has none."""
        if self._place.access.mode is not CredentialMode.TOKEN:
            return None
        found = ModelRepository(self._place.access.writer(self._repo_id), self._repo_id)
        head = found.head()
        if head is None:
            try:
                found.create(private=True)
            except ExternalError as error:
                if error.retryable:
                    raise
                return None
            head = found.head()
        if head is not None and not head.is_private:
            msg = f"{self._repo_id} is not private: a candidate there could be read by everybody"
            raise IntegrityError(msg, next_step=f"make {self._repo_id} private on the Hub")
        return found if head is not None else None

    def _committed(
        self,
        repository: ModelRepository,
        artifact: str,
        files: tuple[StagedFile, ...],
        sources: tuple[CopySource, ...],
    ) -> str:
        """The commit that has exactly these files."""
        wanted = tuple(self._place.wanted(artifact, files))
        contents = self._place.contents(artifact, files)
        message = Message(f"{_STAGE}{artifact[:16]}", f"{_DIGEST}{artifact}")
        said = ""
        for pause in PAUSES:
            self._place.wait(pause)
            head = repository.head()
            if head is None:
                continue
            change = tree_change(repository.tree(head.sha), wanted, sources=sources)
            if change.is_nothing:
                return head.sha
            answer = repository.commit(change, contents, parent=head.sha, message=message)
            if answer.sha:
                return answer.sha
            if answer.is_refused and not change.copied:
                raise refused(self._repo_id, answer)
            if answer.is_refused:
                sources = ()  # Where the Hub does not copy, the bytes are sent.
            said = answer.said
        msg = f"{self._repo_id}: a candidate could not be staged: {said or 'the Hub lags'}"
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=True)


def _large(tree: Mapping[str, PublicFile]) -> frozenset[str]:
    return frozenset(file.sha256 for file in tree.values() if file.sha256)


def _staged_artifact(message: str) -> str | None:
    """What a commit of ours holds, EMPTY where nothing; None for somebody else's."""
    found = re.fullmatch(rf"{_DIGEST}({EMPTY}|[0-9a-f]{{64}})", message.strip())
    return found[1] if found else None


def drop(folder: Path, names: frozenset[str]) -> None:
    """Remove files that are not of a release from a download."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def refused(repo_id: str, answer: CommitAnswer) -> ExternalError:
    """Why nothing can be committed to a repository as things are."""
    return ExternalError(f"{repo_id}: a commit is refused: {answer.said}")
