"""Two states of the inputs side by side: rows by their keys, policies by what they demand."""

import contextlib
import tomllib

import pytest
from support.builders import a_candidate, a_policy
from support.policy_changes import POLICIES, SLOT, Table, changes, copied

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.domain.release.proposed.input_changes import (
    NOTHING,
    InputChanges,
    policy_edits,
    row_edits,
)
from openmed.domain.wire import from_plain, plain
from openmed.errors import PolicyError

BASE: Table = tomllib.loads((POLICIES / "default.toml").read_text(encoding="utf-8"))
OLD = policy_from_table("default", copied(BASE))
OTHER = "pii::tiny::mlx"


def _policies(*, is_weaker: bool) -> dict[str, Policy]:
    """Changed policies that are still policies; the others are refused before anything is told."""
    found: dict[str, Policy] = {}
    for change in changes(BASE, GATES, is_weaker=is_weaker):
        with contextlib.suppress(PolicyError):
            found[change.name] = policy_from_table("default", change.table)
    return found


WEAKER = _policies(is_weaker=True)
STRICTER = _policies(is_weaker=False)


def _row(**changed: object) -> Candidate:
    table = plain(a_candidate())
    assert isinstance(table, dict)
    return from_plain(Candidate, {**table, **changed}, what="a row")


def test_a_row_is_added_removed_or_changed() -> None:
    """By slot; equal rows are not told."""
    one, moved = a_candidate(), _row(slot=OTHER)
    edits = row_edits((one,), (moved,))
    assert [(edit.slot, edit.kind) for edit in edits] == [(OTHER, "added"), (one.slot, "removed")]
    assert [edit.keys[0].old for edit in edits] == [NOTHING, one.source]
    assert row_edits((one, moved), (moved, one)) == ()


@pytest.mark.parametrize("key", sorted(set(Candidate.model_fields) - {"slot"}))
def test_every_key_of_a_row_is_compared(key: str) -> None:
    """Another title as much as another source; a key that appears or goes is told as such."""
    other = {
        "title": "Another", "repo_id": "OpenMed/another", "source": "file:models/another",
        "sha256": None, "profile": "profiles/p.json", "labels": ["EMAIL"], "languages": ["nl"],
        "licence": "MIT", "attribution": "Somebody", "max_bytes": 7, "timeout_seconds": 7,
        "bootstrap": False, "adopted": True, "parent": OTHER, "description": "Another.",
    }  # fmt: skip
    assert set(other) == set(Candidate.model_fields) - {"slot"}
    changed: dict[str, object] = {key: other[key]}
    if key == "sha256":
        changed = {"sha256": "0" * 64, "source": "pypi:tiny==1"}
    if key == "adopted":
        changed["bootstrap"] = False
    (edit,) = row_edits((a_candidate(),), (_row(**changed),))
    assert {one.key for one in edit.keys} == set(changed)


def test_a_value_that_could_act_is_one_short_line() -> None:
    """A row is text of whoever opened the pull request."""
    (edit,) = row_edits((a_candidate(),), (_row(description="a\n::error::b\x1b[2J" + "x" * 900),))
    (key,) = edit.keys
    assert key.new.isprintable()
    assert len(key.new) == 300


def _edit(before: Policy, after: Policy) -> tuple[frozenset[str], ...]:
    found = policy_edits([SLOT], before=lambda _: before, after=lambda _: after, gates=GATES)
    if not found:
        return (frozenset(), frozenset(), frozenset())
    (one,) = found
    rows = (one.weaker, one.stricter, one.other)
    return tuple(frozenset(f"{key.gate}.{key.key}" for key in keys) for keys in rows)


@pytest.mark.parametrize("name", WEAKER)
def test_no_weakening_is_told_as_stricter(name: str) -> None:
    """Every key that can get weaker; the other way round the same keys are stricter."""
    new = WEAKER[name]
    weaker, stricter, other = _edit(OLD, new)
    assert weaker or other
    assert not stricter
    assert _edit(new, OLD) == (stricter, weaker, other)


@pytest.mark.parametrize("name", STRICTER)
def test_no_strengthening_is_told_as_weaker(name: str) -> None:
    """Words for people are no demand: they are not told as one either."""
    weaker, _, other = _edit(OLD, STRICTER[name])
    assert not weaker
    assert not other


def test_slots_with_the_same_difference_are_together_and_weaker_ones_first() -> None:
    """A default policy decides for a thousand slots."""
    old, weak, strict = a_policy(floor=0.9), a_policy(floor=0.8), a_policy(floor=0.95)
    new = {"pii::a::onnx": strict, "pii::b::onnx": weak, "pii::c::onnx": weak}
    found = policy_edits(new, before=lambda _: old, after=lambda slot: new[slot], gates=GATES)
    assert [(one.slots, one.verdict) for one in found] == [
        (("pii::b::onnx", "pii::c::onnx"), "weaker"),
        (("pii::a::onnx",), "stricter"),
    ]
    changes_found = InputChanges(base="c", rows=(), policies=found)
    assert changes_found.slots == set(new)


def test_a_policy_that_cannot_be_used_comes_first_with_its_reason() -> None:
    """As it was before is no excuse."""
    (one,) = policy_edits(
        [SLOT], before=lambda _: OLD, after=lambda _: "gates/policy/default.toml: x", gates=GATES
    )
    assert (one.before, one.after, one.verdict) == ("default", "", "cannot be used")
    assert one.fault == "gates/policy/default.toml: x"
    assert not policy_edits([SLOT], before=lambda _: "y", after=lambda _: "y", gates=GATES)
