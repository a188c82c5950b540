"""Faults on demand: which request of which route meets what."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

from support.hub.wire import Call, HubError


class FaultKind(StrEnum):
    """What happens to a request."""

    CONFLICT = "conflict"
    RATE_LIMIT = "rate-limit"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    STALL = "stall"
    TRUNCATE = "truncate"
    CORRUPT = "corrupt"
    FOREIGN_COMMIT = "foreign-commit"
    MISSING_OBJECT = "missing-object"
    STALE_READ = "stale-read"
    DELAY = "delay"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    REDIRECT = "redirect"


CONFLICT = "The branch was updated since you opened this page. Please refresh and try again."
_SECONDS = {FaultKind.RATE_LIMIT: 1.0, FaultKind.STALL: 30.0, FaultKind.DELAY: 1.0}
_STATUS = {FaultKind.ERROR_BEFORE: 503, FaultKind.ERROR_AFTER: 500}


class FaultOptions(TypedDict, total=False):
    """What may be said of a fault besides where and what it is; see `Fault`."""

    times: int
    repository: str
    path: str
    status: int
    seconds: float
    said: str


@dataclass
class Fault:
    """One fault.

    Attributes:
        route: name of a route, `*` is every one.
        nth: the first request that meets it, counted from now.
        times: how many in a row do; 0 all that follow.
        repository: only those of this one are counted, `""` is every one.
        path: only those whose path ends so.
        status: of an error.
        seconds: how long it takes.
        said: the sentence of an error; the address of another Hub, for `redirect`.
        used: how often it happened.
    """

    route: str
    nth: int
    kind: FaultKind
    times: int = 1
    repository: str = ""
    path: str = ""
    status: int = 0
    seconds: float | None = None
    said: str = "Internal Error"
    used: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)

    @property
    def wait(self) -> float:
        """How long it takes."""
        return _SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    def meets(self, route: str, call: Call) -> bool:
        """Whether this request is one of those; it is counted."""
        about = call.repository.name if call.repository else ""
        if (
            self.route not in {"*", route}
            or self.repository not in {"", about}
            or not "/".join(call.parts).endswith(self.path)
        ):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)

    def error(self) -> HubError:
        """What is answered instead."""
        match self.kind:
            case FaultKind.CONFLICT:
                return HubError(412, CONFLICT)
            case FaultKind.RATE_LIMIT:
                error = HubError(429, "You have reached your rate limit")
                error.headers = {
                    "Retry-After": f"{self.wait:.0f}",
                    "RateLimit": f'"api";r=0;t={self.wait:.0f}',
                }
                return error
            case FaultKind.UNAUTHORIZED:
                return HubError(401, "Invalid credentials in Authorization header")
            case FaultKind.FORBIDDEN:
                return HubError(403, "Forbidden")
            case _:
                error = HubError(self.status or _STATUS[self.kind], self.said)
                if self.seconds is not None:
                    error.headers = {"Retry-After": f"{self.seconds:.0f}"}
                return error


BEFORE = frozenset(
    {
        FaultKind.CONFLICT, FaultKind.RATE_LIMIT, FaultKind.ERROR_BEFORE, FaultKind.UNAUTHORIZED,
        FaultKind.FORBIDDEN,
    }
)  # fmt: skip
"""Answered in place of what was asked."""
DROPS = frozenset({FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER})


@dataclass
class FaultPlan:
    """All that are planned."""

    faults: list[Fault] = field(default_factory=list)

    def next(self, route: str, call: Call) -> Fault | None:
        """What this request meets: the first of those that do."""
        met = [fault for fault in self.faults if fault.meets(route, call)]
        if not met:
            return None
        met[0].used += 1
        return met[0]
