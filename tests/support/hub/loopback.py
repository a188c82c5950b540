"""A Hub from its start to its end, and what tests ask of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack
from urllib.parse import quote

from support.hub.access import ISSUER, LIFETIME
from support.hub.client import VARIABLES, prepare
from support.hub.faults import Fault, FaultKind, FaultOptions
from support.hub.listener import Listener
from support.hub.repositories import Repositories, Repository
from support.hub.routes.table import NAMES
from support.hub.state import State
from support.hub.wire import Request
from support.leaks.hearing import HEARING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

SUBJECT = "repo:org/release:ref:refs/heads/main"


class TestHub:
    """A Hub on loopback, until the block ends; the package's docstring has the whole interface."""

    __test__ = False

    def __init__(
        self, *, folder: Path | None = None, page: int = 1000, quota: int = 1_000_000,
        port: int = 0, cdn_port: int = 0,
    ) -> None:  # fmt: skip
        """Listen at once.

        Args:
            folder: keeps what it has, and finds it again.
            page: entries of a listing in one answer.
            quota: requests of one token in five minutes.
            port: where it listens; 0 any free one.
            cdn_port: the same of its CDN.
        """
        prepare()
        self.state = State(Repositories(folder), page=page, quota=quota)
        self._listeners = [
            Listener(self.state, "hub", port=port),
            Listener(self.state, "cdn", port=cdn_port),
        ]
        self.state.url, self.state.cdn = (listener.url for listener in self._listeners)
        HEARING.open += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Answer nothing more; what was asked and what was committed is heard."""
        if not self.state.stopping.is_set():
            HEARING.open -= 1
            self._tell()
        self.state.stopping.set()
        for listener in self._listeners:
            listener.close()

    def _tell(self) -> None:
        for one in self.requests:
            HEARING.hear("what a Hub was asked", f"{one.method} {one.path} {one.headers}")
        for data in (*self.state.repositories.objects.blobs.values(),):
            HEARING.hear("a file on a Hub", data)
        for repository in self.state.repositories.every():
            for commit in repository.by_sha.values():
                said = (commit.title, commit.message, *commit.tree, *repository.refs)
                HEARING.hear("a commit on a Hub", "\n".join(said))

    @property
    def url(self) -> str:
        """The client's endpoint."""
        return self.state.url

    @property
    def cdn_url(self) -> str:
        """Where large files come from."""
        return self.state.cdn

    @property
    def requests(self) -> list[Request]:
        """The log."""
        with self.state.repositories.lock:
            return list(self.state.requests)

    def environment(self) -> dict[str, str]:
        """Variables of a process that uses this Hub."""
        return {"HF_ENDPOINT": self.url, **VARIABLES}

    def api(self, token: str | None = None) -> "HfApi":
        """The client's interface to this Hub; without a token it sends none."""
        from huggingface_hub import HfApi  # noqa: PLC0415 - heavy

        return HfApi(endpoint=self.url, token=token if token is not None else False)

    def token(
        self, name: str, *, read: Sequence[str] = (), write: Sequence[str] = (),
        create: Sequence[str] = (), admin: bool = False,
    ) -> str:  # fmt: skip
        """A new token.

        Args:
            name: what the log calls it.
            read: private repositories it may read; `org/*` are all of one.
            write: repositories it may write, and so read.
            create: namespaces in which it may make repositories.
            admin: it may do everything.
        """
        return self.state.access.add(
            name, read=tuple(read), write=tuple(write), create=tuple(create), is_admin=admin
        ).secret

    def revoke(self, token: str) -> None:
        """From now on nobody knows it."""
        del self.state.access.tokens[token]

    def advance(self, seconds: float) -> None:
        """Move the Hub's clock: tokens expire, limits begin again."""
        self.state.access.now += seconds
        self.state.counted.clear()

    def publisher(self, resource: str, *, subject: str = SUBJECT, issuer: str = ISSUER) -> None:
        """Whose id tokens are exchanged for a token of this one repository."""
        self.state.access.publishers[resource] = (subject, issuer)

    def identity(
        self, *, subject: str = SUBJECT, issuer: str = ISSUER, audience: str | None = None,
        lifetime: float = LIFETIME,
    ) -> str:  # fmt: skip
        """An id token that a CI would mint for a job."""
        ends = self.state.access.now + lifetime
        claims = {"iss": issuer, "sub": subject, "aud": audience or self.url, "exp": ends}
        return self.state.access.identity(claims)

    def job(self, *, subject: str = SUBJECT) -> dict[str, str]:
        """Variables of a job of GitHub Actions that may ask for an id token."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/ci/id-token?subject={quote(subject)}",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.token("job"),
        }

    def repository(
        self, name: str, *, files: Mapping[str, bytes] | None = None, private: bool = False,
        kind: str = "model",
    ) -> Repository:  # fmt: skip
        """The repository of this name; a new one when there is none.

        Args:
            name: `org/name`.
            files: committed to its main branch at once.
            private: of a new one.
            kind: `model`, `dataset` or `space`.
        """
        found = self.state.repositories.get(name, kind=kind)
        if found is None:
            found = self.state.repositories.create(name, kind=kind, private=private)
        if files:
            found.commit(files, message="Add files")
        return found

    def has(self, name: str, *, kind: str = "model") -> bool:
        """Whether there is a repository of this name."""
        return self.state.repositories.get(name, kind=kind) is not None

    def fault(self, route: str, nth: int, kind: str, **options: Unpack[FaultOptions]) -> Fault:
        """Spoil the nth request of a route from now on.

        Raises:
            ValueError: there is no such route.
        """
        if route not in {"*", *NAMES}:
            msg = f"no route is called {route}; there are {', '.join(sorted(NAMES))}"
            raise ValueError(msg)
        fault = Fault(route, nth, FaultKind(kind), **options)
        with self.state.repositories.lock:
            self.state.faults.faults.append(fault)
        return fault

    def calls(
        self, route: str = "", *, repository: str = "", token: str | None = None
    ) -> list[Request]:
        """Requests of a route, a repository, a token's name."""
        return [
            one
            for one in self.requests
            if route in {"", one.route}
            and repository in {"", one.repository}
            and token in {None, one.token}
        ]

    def weights_sent(self) -> int:
        """Bytes of large files that were sent up."""
        return sum(one.sent for one in self.calls("lfs-upload"))

    def weights_received(self) -> int:
        """Bytes of large files that were fetched."""
        return sum(one.received for one in self.calls("cdn"))

    def reset(self) -> None:
        """Forget requests and faults."""
        with self.state.repositories.lock:
            self.state.requests.clear()
            self.state.faults.faults.clear()
