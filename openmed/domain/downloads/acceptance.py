"""Whether what a source serves is accepted: its head, the release that is meant, its verdict.

A source is not trusted: it may serve anything, old or new. Every function here raises at the first
thing that does not hold, so that whoever goes on has nothing but what a trusted key vouches for.
"""

from datetime import datetime, timedelta
from typing import Final

from openmed.domain.attestation.head_statement import LedgerHead, SignedHead, key_fault
from openmed.domain.attestation.release_statement import ReleaseStatement
from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.digest import sha256_hex, tree_digest
from openmed.domain.downloads.record import SeenHead
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.pointer import PointerTable, open_state
from openmed.errors import IntegrityError, UsageError

TOLERANCE: Final = timedelta(hours=1)
"""How far the clock of whoever signed may be ahead of the one here."""
MOST_ENTRIES: Final = 200_000
"""A longer ledger is refused before it is read."""


def check_time(issued: str, expires: str, *, now: str, what: str) -> None:
    """Refuse what nobody has vouched for lately.

    Raises:
        IntegrityError: it expired, or was signed in the future.
    """
    if expires < now:
        msg = f"{what} expired at {expires}: nobody has vouched for it since"
        raise IntegrityError(msg, next_step=_STALE)
    if datetime.fromisoformat(issued) - datetime.fromisoformat(now) > TOLERANCE:
        msg = f"{what} is of {issued}, and the clock here says {now}"
        raise IntegrityError(msg, next_step="set the clock")


def check_pointer(head: LedgerHead, pointer: PointerTable, data: bytes) -> None:
    """Refuse a pointer that is not the one that was vouched for.

    Raises:
        IntegrityError: it is another one, or the ledger is too long.
    """
    said = (head.pointer, head.size, head.head, head.tag)
    if said != (sha256_hex(data), pointer.ledger_size, pointer.ledger_head, pointer.tag):
        msg = f"gates/pointer.json is not the one that was signed as of {head.tag}"
        raise IntegrityError(msg, next_step=_STALE)
    if head.size > MOST_ENTRIES:
        msg = f"the ledger has {head.size} entries; at most {MOST_ENTRIES} are read"
        raise IntegrityError(msg)


def accepted_state(
    signed: SignedHead,
    pointer: PointerTable,
    entries: tuple[Entry, ...],
    *,
    seen: SeenHead | None,
) -> FleetState:
    """The state of the ledger, if it is the one that was signed and goes on from what was seen.

    Args:
        signed: the head statement.
        pointer: the pointer.
        entries: reached from its head, oldest first.
        seen: the greatest head of this source that was accepted before.

    Raises:
        IntegrityError: pointer and ledger disagree, the key was closed, or the ledger is smaller
            than it was, or another one.
    """
    state = open_state(pointer, entries)
    closed = key_fault(state, signed)
    if closed:
        msg = f"the head statement does not count: {closed}"
        raise IntegrityError(msg)
    if seen is None:
        return state
    if len(state.entries) < seen.size:
        msg = (
            f"an older state is served: {len(state.entries)} entries, and {seen.size} were seen "
            f"at {seen.seen}"
        )
        raise IntegrityError(msg, next_step=_STALE)
    if state.marks[seen.size - 1].digest != seen.head:
        msg = f"the ledger was rewritten: entry {seen.size} is not the one seen at {seen.seen}"
        raise IntegrityError(msg, next_step=_ASK)
    return state


def chosen(state: FleetState, slot: str, *, tag: str) -> LiveRelease:
    """The release of a slot that is meant, if it may be used.

    Args:
        state: the ledger as it is now.
        slot: release channel.
        tag: what the slot served after this entry; empty = what is live.

    Raises:
        UsageError: there is no such entry, or the slot served nothing then.
        IntegrityError: it is quarantined or revoked.
    """
    then = state.at(tag) if tag else state
    live = then.live_in(slot) if then else None
    if then is None:
        raise UsageError(f"there is no ledger entry {tag[:80]!r}", next_step=_WHAT)
    if live is None:
        when = f" at {tag}" if tag else ""
        msg = f"nothing is live in slot {slot}{when}; live: {_live(then)}"
        raise UsageError(msg, next_step=_WHAT)
    refuse_condemned(state, live)
    return live


def refuse_condemned(state: FleetState, live: LiveRelease) -> None:
    """Refuse bytes that may not be published any more, whichever slot served them.

    Raises:
        IntegrityError: they are quarantined or revoked.
    """
    row = state.condemnation(live.release.artifact)
    if row is not None:
        word = "quarantined" if row.fact.event == "quarantined" else "revoked"
        msg = (
            f"release {live.tag} of {live.release.slot} is {word} since {row.tag}: it must not be "
            "used"
        )
        raise IntegrityError(msg, next_step=_NEWEST)


def check_verdict(state: FleetState | None, release: Promoted, signed: SignedVerdict) -> None:
    """Refuse a release whose signed verdict is not about exactly these bytes.

    Args:
        state: the ledger, which closes keys; None = it is not at hand.
        release: what is recorded of it.
        signed: its verdict, its signature verified.

    Raises:
        IntegrityError: it is about something else, or its key does not count.
    """
    verdict = signed.verdict
    same = (verdict.slot, verdict.artifact, verdict.files, verdict.row) == (
        release.slot,
        release.artifact,
        release.files,
        release.candidate.row,
    )
    if not same or verdict.decision is not Decision.RELEASABLE:
        msg = f"the signed verdict is not for this release of {release.slot}"
        raise IntegrityError(msg)
    if tree_digest(release.files) != release.artifact:
        msg = f"the files of the release of {release.slot} are not those of its artifact"
        raise IntegrityError(msg)
    void = void_reason(state, signed) if state else ""
    if void:
        msg = f"the verdict of {release.slot} does not count: {void}"
        raise IntegrityError(msg)


def check_release(statement: ReleaseStatement, live: LiveRelease) -> None:
    """Refuse a `release.json` of another release than the one that is meant.

    Raises:
        IntegrityError: it is.
    """
    release = live.release
    said = (statement.slot, statement.generation, statement.tag, statement.artifact)
    if said != (release.slot, live.generation, live.tag, release.artifact) or (
        statement.verdict != release.verdict or statement.files != release.files
    ):
        msg = (
            f"what is served is release {statement.tag} of {statement.slot}, not {live.tag} of "
            f"{release.slot}"
        )
        raise IntegrityError(msg, next_step=_STALE)


def check_stated(
    statement: ReleaseStatement, *, slot: str, tag: str, seen: SeenHead | None
) -> None:
    """Refuse what a repository says of itself where it is not what is meant, or is older.

    Args:
        statement: what it says, signed.
        slot: release channel that is meant.
        tag: entry that is meant; empty = whatever it serves.
        seen: the greatest generation that it served before.

    Raises:
        IntegrityError: it is another release, or an older one than was seen.
    """
    if statement.slot != slot or (tag and statement.tag != tag):
        msg = f"what is served is release {statement.tag} of {statement.slot}"
        raise IntegrityError(msg, next_step=_WHAT)
    known = (seen.size, seen.head) if seen else (0, "")
    said = (statement.generation, statement.artifact)
    if said[0] < known[0] or (said[0] == known[0] and said != known):
        msg = (
            f"an older or another release is served: generation {statement.generation}, and "
            f"generation {known[0]} was seen"
        )
        raise IntegrityError(msg, next_step=_STALE)


def _live(state: FleetState) -> str:
    return ", ".join(row.release.slot for row in state.live[:5]) or "none"


_STALE: Final = "try again later; then ask who publishes it to sign the head of the ledger"
_ASK: Final = "ask who publishes it what happened, before you use it"
_NEWEST: Final = "fetch the slot without a tag"
_WHAT: Final = "ask who publishes it what there is"
