"""Staged trees leave only when a public repository has all of them, and come back from there."""

from pathlib import Path

import pytest
from support import builders
from support.hub import FaultKind, TestHub
from support.hub_places import (
    PUBLIC,
    HubRepositoryPlace,
    allow,
    read_as_anybody,
    token_of,
)
from support.places import BACK

from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.eviction import Eviction
from openmed.steps.removal.evict import Evict

pytest.importorskip("huggingface_hub")

CONTENTS = tuple(f"release {number} ".encode() * 2000 for number in range(3))
LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """Three releases of one slot, each published."""
    allow(monkeypatch, token_of(hub))
    made = HubRepositoryPlace(tmp_path / "r")
    for content in CONTENTS:
        made.release(content)
    return made


def _step(
    place: HubRepositoryPlace,
    *,
    budget: int = 0,
    in_use: frozenset[str] = frozenset(),
    now: str = LATER,
) -> Evict:
    world = place.place.world
    return Evict(
        releases=world.releases,
        registry=world.registry,
        staged=world.hoards[0],
        in_use=in_use,
        budget=budget,
        hours=24,
        now=now,
    )


def _artifacts() -> list[str]:
    return [builders.artifact_of(content) for content in CONTENTS]


def _staged(place: HubRepositoryPlace) -> set[str]:
    return {tree.name for tree in place.place.world.hoards[0].things()}


def test_what_is_not_live_and_older_leaves_first(place: HubRepositoryPlace) -> None:
    """Down to the budget, and no further; a plan changes nothing."""
    one = max(tree.size for tree in place.place.world.hoards[0].things())
    found = _step(place, budget=one).plan()
    assert _staged(place) == set(_artifacts())
    assert set(found.names) == set(_artifacts()[:2])
    assert _step(place, budget=one).evict() == found
    assert _staged(place) == {_artifacts()[2]}


def test_what_left_comes_back_for_a_rollback(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """Everything left; the slot goes back to a release whose bytes come from its repository."""
    assert len(_step(place).evict().names) == len(CONTENTS)
    assert _staged(place) == set()
    (done,) = place.roll_back(BACK)
    assert done.receipt is not None
    assert place.live is not None
    assert place.live.release.artifact == _artifacts()[1]
    served = read_as_anybody(hub, tmp_path / "reader", repo_id=PUBLIC)
    assert CONTENTS[1] in served.values()


@pytest.mark.parametrize("budget", [0, 1 << 40])
def test_a_tree_in_use_a_young_one_and_one_within_the_budget_stay(
    place: HubRepositoryPlace, budget: int
) -> None:
    """Whatever the budget says of the others."""
    before = _staged(place)
    assert _step(place, budget=budget, in_use=frozenset(before)).evict().names == ()
    assert _step(place, budget=budget, now=builders.NOW).evict().names == ()
    assert _staged(place) == before


@pytest.mark.parametrize("kind", ["corrupt", "forbidden"])
def test_a_copy_that_is_not_whole_keeps_the_tree_here(
    place: HubRepositoryPlace, hub: TestHub, kind: FaultKind
) -> None:
    """Damaged, or not to be had: it stays, with the reason."""
    hub.fault("resolve", nth=1, kind=kind, times=0, repository=PUBLIC)
    hub.fault("cdn", nth=1, kind=kind, times=0)
    found = _step(place).evict()
    assert found.names == ()
    assert {row.artifact for row in found.unproven} == set(_artifacts())
    assert all(row.repo_id == PUBLIC and row.reason for row in found.unproven)
    assert _staged(place) == set(_artifacts())


def test_what_is_served_from_here_stays(tmp_path: Path) -> None:
    """A local registry is no second copy."""
    made = HubRepositoryPlace(
        tmp_path / "r", table='[[registry]]\nname = "hub"\nslots = ["other::*"]\n'
    )
    made.flip(CONTENTS[0])
    assert _step(made).evict() == Eviction(kept=_size(made), budget=0)


def _size(place: HubRepositoryPlace) -> int:
    things: tuple[StoredBlob, ...] = tuple(place.place.world.hoards[0].things())
    return sum(tree.size for tree in things)
