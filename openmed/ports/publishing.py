"""Publishing: registries by slot, and those whose readers follow a branch that moves.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.ledger.changes import Measured, Promoted
from openmed.domain.release.publishing.public_move import PublicState
from openmed.domain.release.publishing.publication import Publication, RepositoryHistory
from openmed.ports.releasing import Registry


class PageBytes(NamedTuple):
    """A file that goes into a repository beside the artifact: made from the ledger.

    Attributes:
        path: at the top of the repository.
        content: its bytes.
    """

    path: str
    content: bytes


PageMaker = Callable[[str], tuple[PageBytes, ...]]
"""Makes them, given the repository's commit that served the release before; empty = none did."""


class Receipt(NamedTuple):
    """What publishing came to.

    Attributes:
        commit: that the repository's branch stands at.
        has_moved: whether this call made it.
        bytes_sent: most bytes of the artifact that this call sent; copies on the server send none.
    """

    commit: str
    has_moved: bool
    bytes_sent: int


@runtime_checkable
class PublicRegistry(Registry, Protocol):
    """One slot's public repository: it follows the pointer, and is never ahead of it.

    As a `Registry`, `put` has the bytes ready where no reader is, `verify` and `fetch` find any
    tree that was released; what readers get is moved by `publish` alone, after the commit point.
    """

    @property
    def repo_id(self) -> str:
        """The repository."""

    @property
    def accepted(self) -> frozenset[str]:
        """Commits by others that a person accepted."""

    @property
    def gates_url(self) -> str:
        """Address below which `gates/` is served for who downloads; empty = nowhere."""

    def prepare(self, release: Promoted, history: RepositoryHistory) -> None:
        """Look whether the repository may be moved, then have the bytes ready, read back.

        Nothing of it can be read without a token.

        Raises:
            FlipConflictError: the repository stands at a commit that is not ours.
            IntegrityError: the bytes read back are not the staged ones.
            ExternalError: it cannot be reached.
        """

    def is_noted(self, publication: Publication) -> bool:
        """Whether this machine published it and read it back; asks nobody."""

    def check(self, publication: Publication) -> None:
        """Look whether readers get it; hash what was not hashed here.

        Raises:
            IntegrityError: they get something else.
            ExternalError: it cannot be reached.
        """

    def publish(
        self,
        publication: Publication,
        history: RepositoryHistory,
        *,
        pages: PageMaker,
    ) -> Receipt:
        """Make readers get it, by at most one commit, and read back what they get.

        The bytes must be staged here. Doing it again changes nothing.

        Raises:
            FlipConflictError: the repository stands at a commit that is not ours, or moved each
                time.
            IntegrityError: what readers get is not what was released.
            ExternalError: it cannot be reached, or may not be written.
        """


@runtime_checkable
class WatchedRegistry(PublicRegistry, Protocol):
    """A public repository that can be watched: what readers get, whoever put it there."""

    def seen(self) -> PublicState | None:
        """What readers without a token get now; None when not everybody can read the repository.

        Raises:
            ExternalError: it cannot be reached.
        """

    def fetch_served(self, commit: str, folder: str, *, files: tuple[StagedFile, ...]) -> None:
        """Copy what readers get at a commit into an empty folder; whoever asks verifies it.

        Args:
            commit: all 40 digits.
            folder: gets it.
            files: of the release; what is made from the ledger is left out, unless it is of them.

        Raises:
            EvidenceError: there is no such commit.
            ExternalError: it cannot be reached.
        """


class Registries(Registry, Protocol):
    """Every registry of a release repository; as a `Registry` it is the one for all other slots."""

    @property
    def has_public(self) -> bool:
        """Whether a slot may have a public repository."""

    def of(self, release: Measured) -> Registry:
        """The registry of a release's slot."""

    def clear_staged(
        self, may_leave: Callable[[str], bool], known: tuple[tuple[str, str], ...]
    ) -> tuple[str, ...]:
        """Remove what private repositories hold and nothing needs; why some do still, in sentences.

        Args:
            may_leave: whether an artifact is needed there no more.
            known: slots and repositories to look at besides those that this machine used.
        """


@runtime_checkable
class StagingRegistry(Protocol):
    """A registry that has candidates in private repositories before the pointer moves."""

    def clear_staged(
        self, may_leave: Callable[[str], bool], repositories: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Remove what nothing needs; why some is there still, in sentences.

        Args:
            may_leave: whether an artifact is needed there no more.
            repositories: public ones to look at besides those that this machine staged for.
        """


def public_registry(registries: Registries, release: Measured) -> PublicRegistry | None:
    """The public repository of a release's slot; None where its registry has no branch."""
    found = registries.of(release)
    return found if isinstance(found, PublicRegistry) else None
