"""The decision that `status` of many slots shows: what cannot be read never reads as calm."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.places import SLOT, Place

from openmed.app.status import Trouble, read_fleet
from openmed.domain.gates.verdict import Decision


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One live slot whose candidate was judged and is releasable."""
    place = Place(tmp_path_factory.mktemp("judged") / "r")
    place.release(b"good")
    verdict = place.verdict(b"better")
    place.offer(verdict, place.signed(verdict), content=b"better")
    return place


def _troubles(place: Place) -> tuple[Trouble, ...]:
    (row,) = read_fleet(place.world, place.releases.state(), queue=place.inputs().queue())
    return row.troubles


def _verdict(place: Place) -> Path:
    return place.products.path(SLOT, "verdict")


def _without(table: dict[str, Any], *path: str) -> bytes:
    place = table
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return json.dumps(table).encode()


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "no text": lambda _: b"\xff\x00",
    "a list": lambda _: b"[]",
    "a number": lambda _: b"7",
    "no content": lambda data: _without(json.loads(data), "content"),
    "no verdict": lambda data: _without(json.loads(data), "content", "verdict"),
    "no decision": lambda data: _without(json.loads(data), "content", "verdict", "decision"),
    "another word": lambda data: data.replace(b'"RELEASABLE"', b'"FINE"'),
    "deep": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_verdict_that_cannot_be_read_is_not_evaluated(name: str, judged: Place) -> None:
    """Whatever is wrong with it; without one nothing was judged yet."""
    path = _verdict(judged)
    good = path.read_bytes()
    try:
        assert _troubles(judged) == ()
        path.write_bytes(BROKEN[name](good))
        assert _troubles(judged) == (Trouble.NOT_EVALUATED,)
        path.unlink()
        assert _troubles(judged) == ()
        path.mkdir()
        assert _troubles(judged) == (Trouble.NOT_EVALUATED,)
        path.rmdir()
    finally:
        path.write_bytes(good)


@pytest.mark.parametrize("decision", Decision)
def test_each_decision_is_shown(decision: Decision, judged: Place) -> None:
    """As the verdict says it."""
    path = _verdict(judged)
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"RELEASABLE"', f'"{decision}"'.encode()))
    wanted = {
        Decision.RELEASABLE: (),
        Decision.QUARANTINED: (Trouble.QUARANTINED,),
        Decision.NOT_EVALUATED: (Trouble.NOT_EVALUATED,),
        Decision.ADOPTED: (),
    }
    assert _troubles(judged) == wanted[decision]
    path.write_bytes(good)
