"""How long who downloads is still served, in words: from what a head statement says of itself."""

import pytest
from support import builders

from openmed.domain.attestation.head_statement import (
    LedgerHead,
    StatedHead,
    expiry,
    head_standing,
)
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import plan_flip

POINTER, OTHER = "1" * 64, "2" * 64


def _state() -> FleetState:
    verdict = builders.a_verdict()
    plan = plan_flip(fold(()), (builders.a_proposal(verdict),), now=builders.NOW)
    assert plan.entry is not None
    return fold((plan.entry,))


def _stated(state: FleetState, **changes: object) -> StatedHead:
    (mark,) = state.marks
    issued = builders.NOW
    head = LedgerHead.model_validate(
        {
            "size": 1, "head": mark.digest, "tag": mark.tag, "pointer": POINTER, "issued": issued,
            "expires": expiry(issued, hours=96), "schema": "openmed.head/1", **changes,
        }
    )  # fmt: skip
    return StatedHead(head, pointer=POINTER, is_there=True)


def test_nothing_released_needs_no_head() -> None:
    """There is nothing to vouch for."""
    assert head_standing(fold(()), StatedHead(None, "", is_there=False), now=builders.NOW) is None


@pytest.mark.parametrize(
    ("hours", "says", "is_due"),
    [
        (0, "signed 0 hours ago for 2026.11.24-1, good for 96 hours more", False),
        (1, "signed 1 hour ago for 2026.11.24-1, good for 95 hours more", False),
        (72, "signed 72 hours ago for 2026.11.24-1, good for 24 hours more", False),
        (73, "signed 73 hours ago for 2026.11.24-1, good for 23 hours more", True),
        (97, "signed 97 hours ago for 2026.11.24-1, expired 1 hour ago", True),
    ],
)
def test_age_and_what_is_left(*, hours: int, says: str, is_due: bool) -> None:
    """In the last quarter of its time somebody must sign it."""
    state = _state()
    found = head_standing(state, _stated(state), now=expiry(builders.NOW, hours=hours))
    assert found is not None
    assert (found.says, found.is_due) == (f"gates/head.json: {says}", is_due)


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        (StatedHead(None, POINTER, is_there=False), "is missing"),
        (StatedHead(None, POINTER, is_there=True), "cannot be read"),
    ],
)
def test_none_that_can_be_read_is_due(stated: StatedHead, says: str) -> None:
    """Nobody vouches for what is served."""
    found = head_standing(_state(), stated, now=builders.NOW)
    assert found is not None
    assert found.is_due
    assert says in found.says


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"head": OTHER}, "is of another ledger"),
        ({"size": 2}, "is of another ledger"),
        ({"pointer": OTHER}, "is of another gates/pointer.json"),
    ],
)
def test_one_of_something_else_is_due(changes: dict[str, object], says: str) -> None:
    """Another ledger, or another pointer than the one that is there."""
    state = _state()
    found = head_standing(state, _stated(state, **changes), now=builders.NOW)
    assert found is not None
    assert found.is_due
    assert says in found.says
