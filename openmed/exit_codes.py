"""The one table of exit codes: their names, what they mean, which kind of failure has which.

`docs/reference/exit-codes.md` and the table in README are written from it; `noxfile.py` reads it.
The core raises kinds of failure (`openmed.errors`) and names a member of `ExitCode` where a file
that is already written holds the number. Nothing but the standard library is imported here.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from openmed.errors import FailureKind


class ExitCode(IntEnum):
    """What `openmed` exits with."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    HELD = 3
    NO_TARGET = 4
    NO_VERDICT = 5
    CONFLICT = 6
    INTEGRITY = 7
    UNFINISHED = 8
    CHANGES = 10
    INTERRUPTED = 130
    """128 + SIGINT, as shells report it."""
    CLOSED_PIPE = 141
    """128 + SIGPIPE, as shells report it of a program whose reader has gone."""


class Meaning(NamedTuple):
    """One exit code.

    Attributes:
        means: in a few words.
        when: what leads to it.
        then: what to do.
    """

    means: str
    when: str
    then: str


EXIT_CODES: Final[Mapping[ExitCode, Meaning]] = {
    ExitCode.DONE: Meaning(
        "done, or nothing to do",
        "everything that was asked for is so now; every candidate of a run is live",
        "nothing",
    ),
    ExitCode.INTERNAL: Meaning(
        "our fault",
        "a bug, or a disk or system call that failed; no traceback is shown",
        "run it again with `--debug`, and report file, line and type",
    ),
    ExitCode.USAGE: Meaning(
        "usage or configuration",
        "an unknown option, or a queue, policy, suite pin or key that cannot be used; a bare "
        "group, too; nothing was run and nothing was changed",
        "the line that begins with `next:`; `openmed doctor`",
    ),
    ExitCode.HELD: Meaning(
        "held",
        "a gate said no, a person froze the slot, or the bytes are quarantined or revoked; a "
        "monitor found that what is live does not run any more; what is live stays live",
        "`openmed release explain SLOT`",
    ),
    ExitCode.NO_TARGET: Meaning(
        "nothing to roll back to",
        "no earlier release of the slot is green, whole and not condemned; nothing moved",
        "release something better; `openmed release history SLOT`",
    ),
    ExitCode.NO_VERDICT: Meaning(
        "no verdict",
        "too little evidence, or a step failed: a model that cannot be run, a source that cannot "
        "be reached; an alarm of a monitor stands, or it could not look; nothing moved",
        "the line that begins with `next:`; then run it again, with `--retry` after a second error",
    ),
    ExitCode.CONFLICT: Meaning(
        "conflict",
        "another process holds the lock, or the live release changed since comparison",
        "run it again",
    ),
    ExitCode.INTEGRITY: Meaning(
        "integrity",
        "a digest, a signature or the ledger does not match what it names; what is served is not "
        "what was released; a suite has other documents than its edition had in the ledger",
        "`openmed release verify`, and find out who changed it",
    ),
    ExitCode.UNFINISHED: Meaning(
        "recorded, not finished",
        "a rollback moved the pointer, or an entry was recorded, and then what is derived from it "
        "could not be written: a full disk, evidence that is damaged; "
        "or a message was not delivered",
        "`openmed release recover`; `openmed notify`; what is live did change",
    ),
    ExitCode.CHANGES: Meaning(
        "changes",
        "`openmed release plan --detailed-exitcode`: a run would do something; "
        "`openmed upgrade --check`: a file would be written",
        "`openmed release run`; `openmed upgrade`",
    ),
    ExitCode.INTERRUPTED: Meaning(
        "interrupted",
        "Ctrl-C or SIGTERM; products are whole, children have ended",
        "run it again: it goes on where it was",
    ),
    ExitCode.CLOSED_PIPE: Meaning(
        "nobody read the answer",
        "the reader of stdout had gone, as `head` does; the work was brought to its end",
        "nothing",
    ),
}
"""By code."""

EXIT_CODE_OF: Final[Mapping[FailureKind, ExitCode]] = {
    FailureKind.INTERNAL: ExitCode.INTERNAL,
    FailureKind.USAGE: ExitCode.USAGE,
    FailureKind.HELD: ExitCode.HELD,
    FailureKind.NO_VERDICT: ExitCode.NO_VERDICT,
    FailureKind.CONFLICT: ExitCode.CONFLICT,
    FailureKind.INTEGRITY: ExitCode.INTEGRITY,
    FailureKind.UNFINISHED: ExitCode.UNFINISHED,
}
"""By kind of failure; no two kinds share a code."""

SEVERITY: Final = (
    ExitCode.INTERRUPTED,
    ExitCode.UNFINISHED,
    ExitCode.INTERNAL,
    ExitCode.INTEGRITY,
    ExitCode.CONFLICT,
    ExitCode.HELD,
    ExitCode.USAGE,
    ExitCode.NO_VERDICT,
    ExitCode.NO_TARGET,
)
"""Codes of failures, worst first. A gate that failed comes before a key that a policy does not
accept: whoever repairs the key would find the gate next."""


def kind_of(code: int) -> FailureKind:
    """The kind of failure behind a recorded exit code; our fault when it is none of them."""
    kinds = (kind for kind, known in EXIT_CODE_OF.items() if known == code)
    return next(kinds, FailureKind.INTERNAL)


def worst_code(codes: Collection[int]) -> int:
    """The exit code of several outcomes together: the worst of them."""
    return next((code for code in SEVERITY if code in codes), max(codes, default=ExitCode.DONE))
