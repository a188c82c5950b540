"""Every error the engine raises on purpose, drawn as one tree.

    OpenMedError
    ├── UsageError         the command, queue or configuration is not usable      usage
    │   └── PolicyError    thresholds missing, unknown gate, empty gate list      usage
    ├── RefusedError       the bytes are quarantined or revoked                   held
    ├── EvidenceError      cannot judge: missing, malformed, another candidate's  no verdict
    │   └── SuiteMissingError  the text of a suite is not on this machine         no verdict
    ├── UnfinishedError    recorded, but what is derived could not be written     unfinished
    ├── IntegrityError     a hash or signature does not match what it names       integrity
    ├── FlipConflictError  the live release changed since comparison, or locked   conflict
    └── ExternalError      runner, recipe, disk or hub failed; `.retryable`       no verdict
        └── MachineError   this machine, or what it needs, could not do it        no verdict

An error says what could not be done, what was found, what was wanted and what to do
next. It never carries document text: offsets, counts, names and digests only.
Gates never raise to say no; a refusal by a gate is a value, not an error.
Each error has a kind, on the right; `openmed.exit_codes` has the exit code of each kind.
What it quotes of others is made printable when it is raised.
"""

from enum import StrEnum

from openmed.printable import printable


class FailureKind(StrEnum):
    """What kind of failure an error is."""

    INTERNAL = "internal"
    """A bug, or a disk or system call that failed."""
    USAGE = "usage"
    """The command or the configuration cannot be used; nothing was run."""
    HELD = "held"
    """A candidate may not be published."""
    NO_VERDICT = "no verdict"
    """There is too little evidence, or a step failed."""
    UNFINISHED = "unfinished"
    """It happened, and what follows from it could not be written."""
    CONFLICT = "conflict"
    """Another process was first."""
    INTEGRITY = "integrity"
    """Something recorded does not match what it names."""


class OpenMedError(Exception):
    """Base of all errors raised on purpose.

    Attributes:
        kind: what kind of failure it is.
        next_step: the one command or action that comes next; may be empty.
    """

    kind: FailureKind = FailureKind.INTERNAL

    def __init__(self, message: str, *, next_step: str = "") -> None:
        """Keep the one sentence a person reads, and the step that comes next."""
        self.message = printable(message)
        self.next_step = printable(next_step)
        super().__init__(self.message)

    def diagnostics(self) -> str:
        """Say it to a person: the message, then the next step if there is one."""
        return f"{self.message}\nNext: {self.next_step}" if self.next_step else self.message


class UsageError(OpenMedError):
    """The command line, the queue or a configuration file cannot be used."""

    kind = FailureKind.USAGE


class PolicyError(UsageError):
    """A policy file is missing something, names an unknown gate or has no gates."""


class RefusedError(OpenMedError):
    """These bytes may not be published: they are quarantined or revoked."""

    kind = FailureKind.HELD


class EvidenceError(OpenMedError):
    """There is nothing to judge: missing, malformed, or made for another candidate."""

    kind = FailureKind.NO_VERDICT


class SuiteMissingError(EvidenceError):
    """The text of a suite is not on this machine; nothing is wrong with what is."""


class IntegrityError(OpenMedError):
    """A hash or a signature does not match what it names."""

    kind = FailureKind.INTEGRITY


class UnfinishedError(OpenMedError):
    """The ledger entry took effect; what is derived from it could not be written."""

    kind = FailureKind.UNFINISHED


class FlipConflictError(OpenMedError):
    """The live release changed since comparison, or another flip holds the lock."""

    kind = FailureKind.CONFLICT


class ExternalError(OpenMedError):
    """Something outside this process failed.

    Attributes:
        retryable: whether the same call may succeed later.
    """

    kind = FailureKind.NO_VERDICT

    def __init__(self, message: str, *, next_step: str = "", retryable: bool = False) -> None:
        """Keep whether the same call may succeed later."""
        super().__init__(message, next_step=next_step)
        self.retryable = retryable


class MachineError(ExternalError):
    """This machine, or something it needs, could not do it; nothing is known of the candidate."""
