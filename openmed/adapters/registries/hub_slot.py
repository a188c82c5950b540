"""One slot's public repository on the Hub, and the private one where candidates are staged.

Before the pointer moves, bytes go to the private repository, are downloaded again by commit into
an empty folder, and hashed. Afterwards `main` of the public one gets one commit: large files are
copied on the server from a commit that has them, small ones are sent from the verified folder.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache, cached_property
from hashlib import sha1
from pathlib import Path
from typing import Final

from openmed.adapters.hub.model_repository import CommitAnswer, Message, ModelRepository
from openmed.adapters.registries.hub_access import CredentialMode
from openmed.adapters.registries.hub_notes import HubNote
from openmed.adapters.registries.hub_staging import (
    PAUSES,
    HubSlotPlace,
    HubStaging,
    drop,
    refused,
)
from openmed.adapters.stores.artifact_store import verify_tree
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.public_move import (
    BESIDE,
    MoveKind,
    PublicMove,
    PublicState,
    foreign_reason,
    public_move,
)
from openmed.domain.release.publishing.public_tree import (
    KEPT,
    NO_CHANGE,
    CopySource,
    TreeChange,
    WantedFile,
    is_same,
    tree_change,
)
from openmed.domain.release.publishing.publication import Publication, RepositoryHistory
from openmed.errors import ExternalError, FlipConflictError, IntegrityError
from openmed.ports.publishing import PageBytes, PageMaker, Receipt

_AGAIN: Final = "see whether the Hub can be reached; then openmed publish"


class HubSlot:
    """A public repository, and its private one."""

    def __init__(
        self,
        place: HubSlotPlace,
        repo_id: str,
        *,
        staging: str,
        accepted: frozenset[str],
        gates_url: str,
    ) -> None:
        """Remember what it is about; nothing is asked yet.

        Args:
            place: what every slot is given.
            repo_id: the public repository.
            staging: the private one.
            accepted: commits by others that a person accepted.
            gates_url: address below which `gates/` is served; empty = nowhere.
        """
        self._place = place
        self.repo_id = repo_id
        self.accepted = accepted
        self.gates_url = gates_url
        self._staging = HubStaging(place, staging, public=repo_id)

    @property
    def where(self) -> str:
        """Its address."""
        return f"{self._place.access.endpoint}/{self.repo_id}"

    def is_writable(self) -> bool:
        """Whether there are credentials."""
        return self._place.access.mode is not CredentialMode.NONE

    def things(self) -> tuple[StoredBlob, ...]:
        """Nothing that this machine may collect: what was published stays readable by commit."""
        return ()

    def remove(self, name: str) -> None:
        """Nothing: see `things`."""

    def sweep(self) -> int:
        """Nothing: what a killed run left goes with the folder of this machine."""
        return 0

    def prepare(self, release: Promoted, history: RepositoryHistory) -> None:
        """Look for commits by others, then stage."""
        seen = self._public.state()
        reason = "" if seen is None else foreign_reason(seen, self.repo_id, history)
        if reason:
            raise _foreign(reason)
        # A right that is missing is told before the pointer moves. An empty repository shows none.
        if seen is None:
            self._public.create(private=False)
        else:
            self._public.require_writable()
        # What is public already is copied from there.
        there = () if seen is None else (CopySource(self.repo_id, seen.head.sha, seen.tree),)
        self._stage(release.artifact, release.files, sources=there)

    def clear_staged(self, may_leave: Callable[[str], bool]) -> None:
        """Remove what its private repository holds and nothing needs."""
        self._staging.clear(may_leave)

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Stage in the private repository; where the credentials reach none, verify the folder."""
        self._stage(artifact, files, sources=())

    def _stage(
        self, artifact: str, files: tuple[StagedFile, ...], *, sources: tuple[CopySource, ...]
    ) -> None:
        self._place.store.verify(artifact, files)
        self._staging.stage(artifact, files, sources=sources)

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash the bytes of the newest public commit that says it serves a tree."""
        with self._fetched(artifact) as folder:
            drop(folder, KEPT | (BESIDE - {file.path for file in files}))
            verify_tree(folder, files, what=f"{self.repo_id}, artifact {artifact[:16]}…")

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a released tree out; files that were made from the ledger are not of it."""
        with self._fetched(artifact) as found:
            drop(found, KEPT)
            for path in sorted(found.iterdir()):
                path.rename(Path(folder, path.name))

    def is_noted(self, publication: Publication) -> bool:
        """Whether this machine read it back."""
        note = self._place.notes.read(self.repo_id)
        return note is not None and note.mark == publication.mark

    def check(self, publication: Publication) -> None:
        """Look at `main`; hash it unless this machine did at this commit."""
        public = ModelRepository(self._place.access.reader(self.repo_id), self.repo_id)
        note, head = self._place.notes.read(self.repo_id), public.head()
        if head is None:
            if publication.artifact is None:
                return
            raise IntegrityError(f"{self.repo_id} cannot be read by everybody")
        if note is not None and (note.mark, note.commit) == (publication.mark, head.sha):
            return
        seen = public.state()
        if seen is None or seen.head.mark != publication.mark:
            msg = f"main of {self.repo_id} stands at {head.sha}, which is not {publication.about}"
            raise IntegrityError(msg)
        self._read_back(publication, seen.head.sha)

    def publish(
        self,
        publication: Publication,
        history: RepositoryHistory,
        *,
        pages: PageMaker,
    ) -> Receipt:
        """Look, decide, commit, and look again, until what is served is what is wanted."""
        said, sent, may_copy = "", 0, True
        made_for = cache(pages)
        for pause in PAUSES:
            self._place.wait(pause)
            seen = self._public.state()
            move = public_move(seen, publication, history)
            if move.kind is MoveKind.CREATE:
                self._public.create(private=False)
                continue
            _require_allowed(move)
            change = NO_CHANGE
            beside: tuple[PageBytes, ...] = ()
            if seen is not None:
                beside = made_for(seen.commit_with(publication.before))
            # A page that could not be made before, as one that is signed, is added.
            is_short = seen is not None and any(page.path not in seen.tree for page in beside)
            if seen is not None and (move.kind is MoveKind.COMMIT or is_short):
                change = self._change(seen, publication, beside, may_copy=may_copy)
            if seen is None or change.is_nothing:
                done = self._served(publication, seen.head.sha if seen else "")
                return done._replace(has_moved=bool(said), bytes_sent=sent)
            answer = self._commit(change, publication, beside, parent=seen.head.sha)
            if answer.is_refused and not change.copied:
                raise refused(self.repo_id, answer)
            # Where the Hub does not copy, the bytes are sent.
            said, may_copy = answer.said, not answer.is_refused
            sent += _sent(change, publication)
            if answer.sha:
                self._settle(publication, answer.sha)
                done = self._served(publication, answer.sha)
                return done._replace(has_moved=True, bytes_sent=sent)
        msg = f"{self.repo_id} is not what {publication.about} is yet: {said or 'the Hub lags'}"
        raise ExternalError(msg, next_step=_AGAIN, retryable=True)

    def seen(self) -> PublicState | None:
        """What everybody gets at `main`; None when not everybody can read one."""
        return ModelRepository(self._place.access.reader(self.repo_id), self.repo_id).state()

    def fetch_served(self, commit: str, folder: str, *, files: tuple[StagedFile, ...]) -> None:
        """Copy what everybody gets at a commit; files made from the ledger are not of it."""
        public = ModelRepository(self._place.access.reader(self.repo_id), self.repo_id)
        with public.downloaded(commit, work=self._place.work) as found:
            drop(found, KEPT | (BESIDE - {file.path for file in files}))
            for path in sorted(found.iterdir()):
                path.rename(Path(folder, path.name))

    @cached_property
    def _public(self) -> ModelRepository:
        return ModelRepository(self._place.access.writer(self.repo_id), self.repo_id)

    def _commit(
        self,
        change: TreeChange,
        publication: Publication,
        pages: tuple[PageBytes, ...],
        *,
        parent: str,
    ) -> CommitAnswer:
        contents: dict[str, Path | bytes] = {page.path: page.content for page in pages}
        if publication.artifact is not None:
            contents |= self._place.contents(publication.artifact, publication.files)
        message = Message(publication.title, publication.trailers)
        return self._public.commit(change, contents, parent=parent, message=message)

    def _change(
        self,
        seen: PublicState,
        publication: Publication,
        pages: tuple[PageBytes, ...],
        *,
        may_copy: bool,
    ) -> TreeChange:
        artifact, files = publication.artifact, publication.files
        wanted: tuple[WantedFile, ...] = ()
        if artifact is not None:
            self._place.store.verify(artifact, files)
            wanted = tuple(self._place.wanted(artifact, files))
        taken = {file.path for file in files}
        beside = tuple(_page(page) for page in pages if page.path not in taken)
        sources: tuple[CopySource, ...] = ()
        if may_copy and any(not is_same(seen.tree.get(file.path), file) for file in wanted):
            sources = tuple(self._sources(seen, artifact))
        return tree_change(seen.tree, (*wanted, *beside), sources=sources)

    def _sources(self, seen: PublicState, artifact: str | None) -> Iterator[CopySource]:
        """Commits that have the large files: of the repository itself, then of the private one."""
        if artifact is None:
            return
        older = seen.commit_of(artifact)
        if older:
            yield CopySource(self.repo_id, older, self._public.tree(older))
        staged = self._staging.source()
        if staged is not None:
            yield staged

    def _fetched(self, artifact: str) -> AbstractContextManager[Path]:
        seen = self._public.state()
        commit = seen.commit_of(artifact) if seen else ""
        if not commit:
            msg = f"the released bytes of {artifact[:16]}… are not in {self.repo_id}"
            raise IntegrityError(msg)
        return self._public.downloaded(commit, work=self._place.work)

    def _settle(self, publication: Publication, commit: str) -> None:
        """Wait until readers of `main` get a commit; the Hub may answer late.

        Raises:
            ExternalError: they do not.
        """
        public = ModelRepository(self._place.access.reader(self.repo_id), self.repo_id)
        path = publication.files[0].path if publication.files else ".gitattributes"
        for pause in PAUSES:
            self._place.wait(pause)
            if public.served_commit(path) == commit:
                return
        msg = f"main of {self.repo_id} does not stand at {commit}, the commit that was made"
        raise ExternalError(msg, next_step=_AGAIN, retryable=True)

    def _served(self, publication: Publication, commit: str) -> Receipt:
        """Read back what everybody gets, name the commit, and note both."""
        note = HubNote(mark=publication.mark, commit=commit) if commit else None
        if note is not None and note != self._place.notes.read(self.repo_id):
            self._place.notes.drop(self.repo_id)
            self._read_back(publication, commit)
            if publication.artifact is not None:
                self._name(publication, commit)
            # The last thing: what is noted is not looked at again.
            self._place.notes.write(self.repo_id, note)
        return Receipt(commit, has_moved=False, bytes_sent=0)

    def _read_back(self, publication: Publication, commit: str) -> None:
        public = ModelRepository(self._place.access.reader(self.repo_id), self.repo_id)
        what = f"{self.repo_id} at {commit[:12]}"
        with public.downloaded(commit, work=self._place.work) as folder:
            taken = {file.path for file in publication.files}
            drop(folder, KEPT | (BESIDE - taken))
            verify_tree(folder, publication.files, what=what)

    def _name(self, publication: Publication, commit: str) -> None:
        """Give the commit the entry's tag; one that is there names an earlier commit of it."""
        stands = self._public.tag(publication.tag, commit)
        if stands == commit:
            return
        seen = self._public.state()
        marks = {row.sha: row.mark for row in seen.commits} if seen else {}
        if marks.get(stands) != publication.mark:
            msg = f"the tag {publication.tag} of {self.repo_id} names another commit: {stands[:40]}"
            raise IntegrityError(msg)


def _foreign(reason: str) -> FlipConflictError:
    way = (
        "look at it, then revert it there, or add its commit to `accept` in "
        "gates/registries.toml; then openmed publish"
    )
    return FlipConflictError(reason, next_step=way)


def _require_allowed(move: PublicMove) -> None:
    if move.kind is MoveKind.STOP:
        raise _foreign(move.reason)
    if move.kind is MoveKind.LATE:
        raise FlipConflictError(move.reason)


def _sent(change: TreeChange, publication: Publication) -> int:
    """Most bytes of a release that a commit sends; what the Hub has already it does not take."""
    return sum(file.size for file in publication.files if file.path in change.added)


def _page(page: PageBytes) -> WantedFile:
    size = len(page.content)
    blob = sha1(b"blob %d\0" % size + page.content, usedforsecurity=False).hexdigest()
    return WantedFile(page.path, size, sha256_hex(page.content), blob)
