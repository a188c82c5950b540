"""Every error the engine raises on purpose, drawn as one tree.

    OpenMedError
    ├── UsageError       the command, queue or configuration is not usable     exit 2
    │   └── PolicyError  thresholds missing, unknown gate, empty gate list     exit 2
    ├── RefusedError     the bytes are quarantined or revoked                  exit 3
    ├── EvidenceError    cannot judge: missing, malformed, another candidate's exit 5
    ├── UnfinishedError  recorded, but what is derived could not be written    exit 8
    ├── IntegrityError   a hash or signature does not match what it names      exit 7
    ├── FlipConflictError     the live release changed since comparison, or locked  exit 6
    └── ExternalError     runner, recipe, disk or hub failed; `.retryable`      exit 5

An error says what could not be done, what was found, what was wanted and what to do
next. It never carries document text: offsets, counts, names and digests only.
Gates never raise to say no; a refusal by a gate is a value, not an error.
"""


class OpenMedError(Exception):
    """Base of all errors raised on purpose.

    Attributes:
        exit_code: what `openmed` exits with when this reaches the entry point.
        next_step: the one command or action that comes next; may be empty.
    """

    exit_code: int = 1

    def __init__(self, message: str, *, next_step: str = "") -> None:
        """Keep the one sentence a person reads, and the step that comes next."""
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def diagnostics(self) -> str:
        """Say it to a person: the message, then the next step if there is one."""
        return f"{self.message}\nNext: {self.next_step}" if self.next_step else self.message


class UsageError(OpenMedError):
    """The command line, the queue or a configuration file cannot be used."""

    exit_code = 2


class PolicyError(UsageError):
    """A policy file is missing something, names an unknown gate or has no gates."""


class RefusedError(OpenMedError):
    """These bytes may not be published: they are quarantined or revoked."""

    exit_code = 3


class EvidenceError(OpenMedError):
    """There is nothing to judge: missing, malformed, or made for another candidate."""

    exit_code = 5


class IntegrityError(OpenMedError):
    """A hash or a signature does not match what it names."""

    exit_code = 7


class UnfinishedError(OpenMedError):
    """The ledger entry took effect; what is derived from it could not be written."""

    exit_code = 8


class FlipConflictError(OpenMedError):
    """The live release changed since comparison, or another flip holds the lock."""

    exit_code = 6


class ExternalError(OpenMedError):
    """Something outside this process failed.

    Attributes:
        retryable: whether the same call may succeed later.
    """

    exit_code = 5

    def __init__(self, message: str, *, next_step: str = "", retryable: bool = False) -> None:
        """Keep whether the same call may succeed later."""
        super().__init__(message, next_step=next_step)
        self.retryable = retryable
