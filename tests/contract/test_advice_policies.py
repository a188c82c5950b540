"""What the engine advises about policies, followed from the state that says it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders, floors
from support.following import Desk, Said, follow
from support.places import SLOT, Place

from openmed.domain.attestation.verifier import Role
from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.wire import plain

APPROVE = "openmed release approve {} --reason REASON --expires YYYY-MM-DD"
WORDS = {"REASON": "gold was wrong", "YYYY-MM-DD": "2999-12-31"}
KEY = "OPENMED_SIGNING_KEY_FILE"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One release, and a policy that is weaker than the one it was judged by."""
    place = Place(tmp_path / "r")
    place.release(b"first")
    place.person("alice", Role.WAIVE)
    place.write_queue()
    (place.root / "gates" / "suites.toml").write_text("", encoding="utf-8")
    _write(place.root, "default", builders.a_policy(floor=0.8))
    _write(place.root, "floor", floors.FLOOR)
    return Desk(place.root, place.root / "me")


@pytest.fixture
def alice(desk: Desk) -> Desk:
    """Alice at the same desk, with her own key."""
    return replace(desk, environment={KEY: str(desk.root / "alice.pem")})


def _write(root: Path, name: str, value: Policy | Floor) -> None:
    """A policy or the floor as its file: tables of gates with their own keys."""
    table = _table(value)
    gates = table.pop("gates")
    assert isinstance(gates, list)
    lines = [f"{k} = {json.dumps(v)}" for k, v in table.items() if k != "name"]
    for gate in gates:
        assert isinstance(gate, dict)
        lines += [f"[gates.{gate['id']}]", f"reason = {json.dumps(gate['reason'])}"]
        settings = json.loads(str(gate["settings"]))
        lines += [f"{key} = {json.dumps(one)}" for key, one in settings.items()]
    path = root / "gates" / "policy" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _table(value: Frozen) -> dict[str, object]:
    table = plain(value)
    assert isinstance(table, dict)
    return {key: one for key, one in table.items() if one is not None}


def _approve(desk: Desk, *, expires: str = "2999-12-31") -> Said:
    words = ("--reason", "gold was wrong", "--expires", expires)
    return desk.openmed("release", "approve", SLOT, *words)


def test_a_weaker_policy(alice: Desk) -> None:
    """Lint names it; a person approves it; lint has nothing to say."""
    said = alice.openmed("policy", "lint")
    assert said.code == 3
    follow(alice, said, APPROVE, words=WORDS)
    assert alice.openmed("policy", "lint").code == 0


def test_a_day_that_is_over(alice: Desk) -> None:
    """Another day."""
    said = _approve(alice, expires="2020-01-01")
    assert said.code == 3
    follow(alice, said, APPROVE, words=WORDS)


def test_nothing_is_weaker(alice: Desk) -> None:
    """Lint says so too."""
    _write(alice.root, "default", builders.a_policy())
    said = _approve(alice)
    assert said.code == 2
    (lint,) = follow(alice, said, "openmed policy lint")
    assert "Every policy can be used." in lint.text


def test_the_judge_cannot_approve(desk: Desk) -> None:
    """The list has who may."""
    (desk.root / "gates" / "keys" / "release.toml").write_text('roles = ["judge", "waive"]\n')
    said = _approve(desk)
    assert said.code == 7
    (listed,) = follow(desk, said, "openmed keys list")
    assert "alice" in listed.text


def test_green_without_a_floor(desk: Desk) -> None:
    """It is written."""
    floor = desk.root / "gates" / "policy" / "floor.toml"
    floor.unlink()
    said = desk.openmed("release", "plan")
    assert said.code == 2
    follow(desk, said, "openmed upgrade")
    assert floor.is_file()
