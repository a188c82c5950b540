"""What the exit codes of `openmed` mean; `docs/exit-codes.md` is written from this."""

from collections.abc import Mapping
from typing import Final, NamedTuple


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


EXIT_CODES: Final[Mapping[int, Meaning]] = {
    0: Meaning(
        "done, or nothing to do",
        "everything that was asked for is so now; every candidate of a run is live",
        "nothing",
    ),
    1: Meaning(
        "our fault",
        "a bug, or a disk or system call that failed; no traceback is shown",
        "run it again with `--debug`, and report file, line and type",
    ),
    2: Meaning(
        "usage or configuration",
        "an unknown option, or a queue, policy, suite pin or key that cannot be used; a bare "
        "group, too; nothing was run and nothing was changed",
        "the line that begins with `next:`; `openmed doctor`",
    ),
    3: Meaning(
        "held",
        "a gate said no, a person froze the slot, or the bytes are quarantined or revoked; what "
        "is live stays live",
        "`openmed release explain SLOT`",
    ),
    4: Meaning(
        "nothing to roll back to",
        "no earlier release of the slot is green, whole and not condemned; nothing moved",
        "release something better; `openmed release history SLOT`",
    ),
    5: Meaning(
        "no verdict",
        "too little evidence, or a step failed: a model that cannot be run, a source that cannot "
        "be reached; nothing moved",
        "the line that begins with `next:`; then run it again, with `--retry` after a second error",
    ),
    6: Meaning(
        "conflict",
        "another process holds the lock, or the live release changed since comparison",
        "run it again",
    ),
    7: Meaning(
        "integrity",
        "a digest, a signature or the ledger does not match what it names",
        "`openmed release verify`, and find out who changed it",
    ),
    8: Meaning(
        "recorded, not finished",
        "a rollback moved the pointer, or an entry was recorded, and then what is derived from it "
        "could not be written: a full disk, evidence that is damaged",
        "`openmed release recover`; what is live did change",
    ),
    10: Meaning(
        "changes",
        "`openmed release plan --detailed-exitcode`: a run would do something; "
        "`openmed upgrade --check`: a file would be written",
        "`openmed release run`; `openmed upgrade`",
    ),
    130: Meaning(
        "interrupted",
        "Ctrl-C or SIGTERM; products are whole, children have ended",
        "run it again: it goes on where it was",
    ),
    141: Meaning(
        "nobody read the answer",
        "the reader of stdout had gone, as `head` does; the work was brought to its end",
        "nothing",
    ),
}
"""By code."""
