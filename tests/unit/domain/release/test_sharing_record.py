"""Who shared once shares no more, or elsewhere, only as people reviewed."""

import pytest

from openmed.domain.release.sharing_record import Review, SharingRecord, sharing_fault
from openmed.domain.release.sync_config import EndedSharing, SharingFile, SyncConfig


def _config(branch: str = "state", remote: str = "origin") -> SyncConfig:
    return SyncConfig(remote=remote, branch=branch, name="bot", email="bot@example.org")


RECORD = SharingRecord("the witness", _config(), b"remote")
MARK = SharingRecord("the mark", None)
ENDED = EndedSharing(ended="one machine")
CHANGED = [_config("other"), _config(remote="fork"), ENDED]


def _is_fault(
    now: SharingFile | None, *records: SharingRecord, is_reviewed: bool
) -> tuple[bool, str]:
    fault = sharing_fault(
        now, records, review_of=lambda _: Review("origin/main", has_it=is_reviewed)
    )
    return (fault.is_lost, fault.next_step) if fault else (False, "")


@pytest.mark.parametrize("now", [None, _config(), *CHANGED])
def test_where_nothing_is_remembered_nothing_is_wrong(now: SharingFile | None) -> None:
    """A repository that never shared acts as it says."""
    assert _is_fault(now, is_reviewed=False) == (False, "")


@pytest.mark.parametrize("is_reviewed", [True, False])
def test_a_file_that_is_gone_was_lost(*, is_reviewed: bool) -> None:
    """To leave, it says so; where its bytes are known they come back."""
    forward = "openmed release recover --forward"
    assert _is_fault(None, RECORD, is_reviewed=is_reviewed) == (True, forward)
    is_lost, step = _is_fault(None, MARK, is_reviewed=is_reviewed)
    assert is_lost
    assert step.startswith("commit gates/shared.toml with")


@pytest.mark.parametrize("now", CHANGED)
def test_a_change_holds_when_it_is_reviewed(now: SharingFile) -> None:
    """Also one that only another work tree's memory contradicts."""
    diff = "git diff origin/main -- gates/shared.toml"
    assert _is_fault(now, RECORD, is_reviewed=False) == (False, diff)
    assert _is_fault(now, RECORD, is_reviewed=True) == (False, "")


def test_other_lines_may_change() -> None:
    """Who commits, and how often a race is run, decides nothing."""
    now = SyncConfig(remote="origin", branch="state", name="person", email="p@c", attempts=3)
    assert _is_fault(now, RECORD, MARK, is_reviewed=False) == (False, "")
    elsewhere = SharingRecord("another work tree", _config("other"), b"remote")
    assert _is_fault(now, RECORD, elsewhere, is_reviewed=False)[1].startswith("git diff")
