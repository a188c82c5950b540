"""How long the Hub may take, what is sent again, how long a limit is waited for. Decides only.

The client has no limit of its own on most calls, repeats some and not others, and waits for as
long as a server says. So its own repeating is left nothing to do: what may be repeated is repeated
by `PolicedClient`, and what still fails then is raised as an error that the client lets through.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

NEXT_STEP: Final = "see whether the Hub can be reached; then openmed release run --retry"
TRANSIENT: Final = frozenset({408, 500, 502, 503, 504})
"""Answers after which the same question may be answered. Whether something was done is not said."""
TOO_MANY: Final = 429
"""The limit is reached: nothing was done."""
CLIENTS_WAIT: Final = 30.0
"""Longest wait that is left to the client, which waits five times for bytes of large files."""
_QUESTIONS: Final = re.compile(
    r"/(preupload|paths-info)/|/info/lfs/(objects/batch|verify)$|/lfs-files/duplicate$"
    r"|^/api/validate-yaml$"
)
"""Paths that are posted to and change nothing, or the same thing the second time."""
_LIMIT: Final = re.compile(r";\s*r\s*=\s*(\d+)\s*;\s*t\s*=\s*(\d+)")


@dataclass(frozen=True)
class WirePolicy:
    """Bounds of what goes over the wire.

    Attributes:
        connect: seconds to a connection.
        read: seconds between two pieces of an answer.
        write: seconds between two pieces of a request.
        pool: seconds until a connection is free.
        whole: seconds for an answer, and more of them for a large one: `slowest`.
        slowest: bytes a second that a download must reach over its whole length.
        pauses: seconds before each repetition; as many as there are.
        longest_wait: most seconds one call waits for a limit, in all.
        sleep: waits.
        clock: seconds that never go back.
    """

    connect: float = 10.0
    read: float = 30.0
    write: float = 60.0
    pool: float = 60.0
    whole: float = 120.0
    slowest: float = 64 * 1024.0
    pauses: tuple[float, ...] = (0.5, 2.0, 4.0)
    longest_wait: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def caps(self, asked: Mapping[str, float | None]) -> dict[str, float]:
        """Every timeout of a request, none longer than ours."""
        ours = {
            "connect": self.connect, "read": self.read, "write": self.write, "pool": self.pool,
        }  # fmt: skip
        return {
            name: cap if (given := asked.get(name)) is None else min(given, cap)
            for name, cap in ours.items()
        }

    def allowed(self, length: int) -> float:
        """Seconds that an answer of this many bytes may take."""
        return self.whole + length / self.slowest


def is_repeatable(method: str, path: str) -> bool:
    """Whether a request may be sent again when nobody knows what became of it."""
    if method in {"GET", "HEAD", "PUT"}:
        return True
    return method == "POST" and _QUESTIONS.search(path) is not None


def limit_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the Hub answers again, None when it does not say."""
    after = headers.get("retry-after", "").strip()
    if after.isdigit():
        return float(after)
    found = _LIMIT.search(headers.get("ratelimit", ""))
    return float(found[2]) if found else None
