"""A repository that once shared its state and now would act alone, or elsewhere. Pure.

The file that says how state is shared can be lost like any other: stashed, removed, missing in an
older commit. Then nobody would learn what happens here. To share no more, or through another
branch, is a change that people review.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from openmed.domain.release.sync_config import FILE, MINIMAL, SharingFile, SyncConfig


class SharingRecord(NamedTuple):
    """One memory of how the state was shared.

    Attributes:
        where: what remembers it, for a person.
        config: what it says; None when only that it was shared is known.
        data: the bytes of the file; empty when they are not known.
    """

    where: str
    config: SyncConfig | None
    data: bytes = b""

    @property
    def through(self) -> str:
        """The branch, for a person."""
        config = self.config
        return f"{config.remote}/{config.branch}" if config else "a branch of a remote"


class Review(NamedTuple):
    """Where a change of the file is reviewed.

    Attributes:
        ref: the branch, as git names it.
        has_it: whether the file is there as it is here.
    """

    ref: str
    has_it: bool


class SharingFault(NamedTuple):
    """Why a command here would not share as this repository does.

    Attributes:
        says: what is wrong.
        next_step: what repairs it.
        record: how it was shared.
        is_lost: whether the file is gone, as opposed to changed.
    """

    says: str
    next_step: str
    record: SharingRecord
    is_lost: bool


def sharing_fault(
    now: SharingFile | None,
    records: Sequence[SharingRecord],
    *,
    review_of: Callable[[SyncConfig], Review],
) -> SharingFault | None:
    """What is wrong with how this checkout shares; None when nothing is.

    Args:
        now: what the file says; None when it is not here.
        records: how the state was shared, what knows best first.
        review_of: where a change is reviewed, by how it was shared; asked only if it was changed.
    """
    if not records:
        return None
    record = records[0]
    told = f"this repository shares its state through {record.through}, as {record.where} says"
    if now is None:
        step = (
            "openmed release recover --forward" if record.data else f"commit {FILE} with: {MINIMAL}"
        )
        return SharingFault(f"{FILE} is missing: {told}", step, record, is_lost=True)
    for one in records:
        if one.config is None or _is_same(now, one.config):
            continue
        ref, has_it = review_of(one.config)
        if not has_it:
            return _changed(now, one, ref)
    return None


def _changed(now: SharingFile, record: SharingRecord, ref: str) -> SharingFault:
    told = f"this repository shares its state through {record.through}, as {record.where} says"
    does = f"names {now.remote}/{now.branch}" if isinstance(now, SyncConfig) else "ends sharing"
    says = f"{FILE} {does}, which {ref} does not: {told}"
    return SharingFault(says, f"git diff {ref} -- {FILE}", record, is_lost=False)


def _is_same(now: SharingFile, before: SyncConfig) -> bool:
    return isinstance(now, SyncConfig) and (now.remote, now.branch) == (
        before.remote,
        before.branch,
    )
