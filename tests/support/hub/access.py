"""Tokens and what they may do; a CI's id tokens and what they are exchanged for."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from fnmatch import fnmatch

from support.hub.repositories import Repository
from support.hub.wire import HubError
from support.leaks.hearing import HEARING

SECRET = b"the test Hub signs with this"
ISSUER = "https://token.actions.githubusercontent.com"
"""Who mints id tokens of GitHub Actions."""
LIFETIME = 3600
"""Seconds an exchanged token lives."""


@dataclass(frozen=True)
class Token:
    """A token.

    Attributes:
        name: what the log calls it.
        secret: what is sent.
        read: patterns of private repositories it may read.
        write: patterns of repositories it may write, and so read.
        create: namespaces in which it may make repositories.
        is_admin: it may do everything.
        is_exchanged: it was given for an id token.
        expires: when it ends, as the Hub's clock counts; None never.
    """

    name: str
    secret: str
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    create: tuple[str, ...] = ()
    is_admin: bool = False
    is_exchanged: bool = False
    expires: float | None = None

    def may_read(self, name: str) -> bool:
        """Whether it sees this repository though it is private."""
        return self.is_admin or any(fnmatch(name, p) for p in (*self.read, *self.write))

    def may_write(self, name: str) -> bool:
        """Whether it may commit there."""
        return self.is_admin or any(fnmatch(name, pattern) for pattern in self.write)

    def may_create(self, namespace: str) -> bool:
        """Whether it may make repositories there."""
        return self.is_admin or namespace in self.create


@dataclass
class Access:
    """Who may do what.

    Attributes:
        tokens: by what is sent.
        publishers: who may exchange an id token for a repository: subject and issuer.
        now: the Hub's clock, seconds; moved by tests only.
        number: of secrets made.
    """

    tokens: dict[str, Token] = field(default_factory=dict)
    publishers: dict[str, tuple[str, str]] = field(default_factory=dict)
    now: float = 0.0
    number: int = 0

    def add(
        self, name: str, *, read: tuple[str, ...] = (), write: tuple[str, ...] = (),
        create: tuple[str, ...] = (), is_admin: bool = False,
    ) -> Token:  # fmt: skip
        """A new token."""
        token = Token(name, self._secret("hf_", name), read, write, create, is_admin)
        self.tokens[token.secret] = token
        return token

    def of(self, authorization: str | None) -> Token | None:
        """Whose request it is.

        Raises:
            HubError: 401, nobody's that is known.
        """
        if authorization is None:
            return None
        token = self.tokens.get(authorization.removeprefix("Bearer ").strip())
        if token is None or (token.expires is not None and token.expires <= self.now):
            raise HubError(401, "Invalid credentials in Authorization header")
        return token

    def require(
        self, token: Token | None, repository: Repository | None, name: str, *, write: bool
    ) -> Repository:
        """The repository, when this token may do that with it.

        Raises:
            HubError: 401, 403 or 404, as the Hub answers.
        """
        is_seen = repository is not None and (
            not repository.private or (token is not None and token.may_read(name))
        )
        if repository is None or not is_seen:
            status, text = (401, "Invalid username or password.") if token is None else (
                404, "Repository not found"
            )  # fmt: skip
            raise HubError(status, text, code="RepoNotFound")
        if write and token is None:
            raise HubError(401, "Invalid username or password.")
        if write and token is not None and not token.may_write(name):
            raise HubError(403, f"Forbidden: this token may not write to {name}")
        return repository

    def require_ungated(self, token: Token | None, repository: Repository) -> None:
        """Files of a gated repository are for those who were given access.

        Raises:
            HubError: 401 or 403, as the Hub answers.
        """
        if repository.gated and (token is None or not token.may_read(repository.name)):
            status = 401 if token is None else 403
            raise HubError(status, f"Access to {repository.name} is restricted", code="GatedRepo")

    def identity(self, claims: dict[str, object]) -> str:
        """An id token that a CI would mint."""
        head, body = (_encoded(part) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return HEARING.plant(f"{head}.{body}.{_signature(f'{head}.{body}')}")

    def exchange(self, subject_token: str, resource: str, *, audience: str) -> Token:
        """A token for one resource.

        Raises:
            HubError: 400, this id token gives none.
        """
        signed, _, signature = subject_token.rpartition(".")
        if not hmac.compare_digest(_signature(signed), signature):
            raise _denied("the id token's signature is not valid")
        claims = json.loads(base64.urlsafe_b64decode(signed.partition(".")[2] + "==="))
        subject, issuer = self.publishers.get(resource, ("", ""))
        if not subject:
            raise _denied(f"no trusted publisher is configured for {resource}")
        wanted = {"aud": audience, "iss": issuer, "sub": subject}
        for claim, value in wanted.items():
            if claims.get(claim) != value:
                raise _denied(f"{claim} does not match the trusted publisher")
        if claims.get("exp", 0) <= self.now:
            raise _denied("the id token has expired")
        name = f"publisher of {resource}"
        token = Token(
            name, self._secret("hf_jwt_", name), write=(resource,) if "/" in resource else (),
            is_exchanged=True, expires=self.now + LIFETIME,
        )  # fmt: skip
        self.tokens[token.secret] = token
        return token

    def _secret(self, prefix: str, name: str) -> str:
        self.number += 1
        made = hashlib.sha256(SECRET + f"{self.number} {name}".encode()).hexdigest()
        return HEARING.plant(prefix + made[:34])


def _denied(why: str) -> HubError:
    return HubError(400, "invalid_grant", error_description=why)


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signature(text: str) -> str:
    made = hmac.new(SECRET, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
