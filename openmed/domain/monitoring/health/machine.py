"""What a release rests on besides models: keys, the signed head, room on the disks, pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from openmed.domain.attestation.head_statement import HEAD_FILE, SIGN
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.health.monitor_check import MonitorCheck, alarm_of, named_few
from openmed.domain.text.number_format import size

CLOSED_KEY: Final = "name another file with OPENMED_SIGNING_KEY_FILE; then openmed keys init"
"""What helps where the signing key of this process is closed."""
_COPIES: Final = 3
"""A candidate's bytes are fetched, staged and served."""
_SPARE_BYTES: Final = 200 * 1024**2
"""For predictions, reports and pages."""
_FILES_OF_ONE: Final = 50
"""Files of a candidate, its products and its pages, generously."""
_SPARE_FILES: Final = 2000
"""For what a run makes besides."""


class ReleaseRoom(NamedTuple):
    """Room that a run over the whole queue may need.

    Attributes:
        bytes: on the disk of the products.
        files: likewise.
    """

    bytes: int
    files: int


def release_room(largest: Sequence[int]) -> ReleaseRoom:
    """Room for a run.

    Args:
        largest: bytes that each candidate of the queue may have.
    """
    return ReleaseRoom(
        _COPIES * sum(largest) + _SPARE_BYTES,
        _COPIES * _FILES_OF_ONE * len(largest) + _SPARE_FILES,
    )


class KeySeen(NamedTuple):
    """The signing key of this process, and the signed head.

    Attributes:
        signer: name of the verifier whose key it is; empty = there is no key here.
        closed_by: tag of the entry that closed it; empty = it is open.
        head_expires: until when the head statement is good; empty = there is none.
        head_fault: why the head statement does not count; empty when it does.
    """

    signer: str = ""
    closed_by: str = ""
    head_expires: str = ""
    head_fault: str = ""


class DiskSeen(NamedTuple):
    """One disk that releases are written to.

    Attributes:
        name: what lies on it.
        free_bytes: room for more bytes.
        free_files: room for more files; None where the file system sets no limit.
        wanted_bytes: what a release needs.
        wanted_files: the same in files.
    """

    name: str
    free_bytes: int
    free_files: int | None
    wanted_bytes: int
    wanted_files: int

    @property
    def shortage(self) -> str:
        """What is too little; empty when there is enough."""
        parts: list[str] = []
        if self.free_bytes < self.wanted_bytes:
            parts.append(f"{size(self.free_bytes)} free, a release needs {size(self.wanted_bytes)}")
        if self.free_files is not None and self.free_files < self.wanted_files:
            parts.append(f"{self.free_files} files free, a release needs {self.wanted_files}")
        return f"{self.name}: {'; '.join(parts)}" if parts else ""


def keys_check(seen: KeySeen, *, hours: int, now: str) -> MonitorCheck:
    """An alarm for a key that is closed, or a head statement that ends soon or has ended.

    Args:
        seen: what was found.
        hours: how long before its end a statement is told.
        now: when.
    """
    kind = AlarmKind.KEY_EXPIRES
    alarms: list[Alarm] = []
    if seen.closed_by:
        says = f"the signing key of {seen.signer} was closed by {seen.closed_by}"
        alarms.append(alarm_of(kind, says, now=now, next_step=CLOSED_KEY))
    if seen.head_fault:
        alarms.append(alarm_of(kind, seen.head_fault, now=now, next_step=SIGN))
    elif seen.head_expires and _ends_within(seen.head_expires, hours=hours, now=now):
        word = "expired" if seen.head_expires < now else "expires"
        says = f"{HEAD_FILE} {word} at {seen.head_expires}"
        alarms.append(alarm_of(kind, says, now=now, next_step=SIGN))
    says = "; ".join(alarm.detail for alarm in alarms) or _calm(seen)
    looked_at = bool(seen.signer) + bool(seen.head_expires or seen.head_fault)
    return MonitorCheck(name="keys", looked_at=looked_at, says=says, alarms=tuple(alarms))


def disks_check(disks: Sequence[DiskSeen], *, now: str) -> MonitorCheck:
    """An alarm for disks with less room than a release needs."""
    short = [text for disk in disks if (text := disk.shortage)]
    if not short:
        says = "; ".join(f"{disk.name} {size(disk.free_bytes)} free" for disk in disks)
        return MonitorCheck(name="disk", looked_at=len(disks), says=says or "nothing to look at")
    says = "; ".join(short)
    step = "free some, or link artifacts/ to a larger disk"
    alarm = alarm_of(AlarmKind.DISK_LOW, says, now=now, next_step=step)
    return MonitorCheck(name="disk", looked_at=len(disks), says=says, alarms=(alarm,))


def pages_check(
    looked_at: int, outdated: Sequence[str], *, is_shown: bool, now: str
) -> MonitorCheck:
    """An alarm for derived files that do not say what the ledger says.

    Args:
        looked_at: how many there should be.
        outdated: those that are missing or differ.
        is_shown: whether this machine has pages at all; a fresh checkout has none.
        now: when.
    """
    if outdated:
        says = f"{len(outdated)} of {looked_at} are not what the ledger says: {named_few(outdated)}"
        alarm = alarm_of(
            AlarmKind.INCOHERENT_PAGES, says, now=now, next_step="openmed release recover"
        )
        return MonitorCheck(name="pages", looked_at=looked_at, says=says, alarms=(alarm,))
    says = f"{looked_at} files say what the ledger says"
    if not is_shown:
        says += "; no pages are on this machine"
    return MonitorCheck(name="pages", looked_at=looked_at, says=says)


def _ends_within(expires: str, *, hours: int, now: str) -> bool:
    try:
        left = datetime.fromisoformat(expires) - datetime.fromisoformat(now)
    except (ValueError, TypeError):
        return True
    return left <= timedelta(hours=hours)


def _calm(seen: KeySeen) -> str:
    key = f"signs as {seen.signer}" if seen.signer else "no signing key here"
    head = f"{HEAD_FILE} until {seen.head_expires}" if seen.head_expires else f"no {HEAD_FILE}"
    return f"{key}; {head}"
