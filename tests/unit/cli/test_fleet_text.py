"""A fleet of many slots in lines: trouble first, then families, slots when asked for."""

import pytest
from support import builders

from openmed.app.status import FleetSlot, Trouble
from openmed.cli.render.fleet_text import MOST_TROUBLES, fleet_text
from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import plan_flip


def _state() -> FleetState:
    plan = plan_flip(fold(()), (builders.a_proposal(),), now=builders.NOW)
    assert plan.entry is not None
    held = Held(slot=builders.SLOT, reason="asked for")
    return fold((plan.entry, next_entry((plan.entry,), (held,), now=builders.NOW)))


def _slots(state: FleetState, troubles: dict[str, tuple[Trouble, ...]]) -> tuple[FleetSlot, ...]:
    live = state.live_in(builders.SLOT)
    return tuple(FleetSlot(name, live, wrong) for name, wrong in troubles.items())


def _text(slots: tuple[FleetSlot, ...], *, width: int = 100, is_all: bool = False) -> str:
    return fleet_text(_state(), slots, program="openmed", width=width, is_all=is_all)


def test_the_worst_comes_first_and_families_follow_by_what_needs_a_person() -> None:
    """Condemned before not evaluated before frozen, whatever their names."""
    slots = _slots(
        _state(),
        {
            "a::tiny::onnx": (),
            "b::tiny::onnx": (Trouble.FROZEN,),
            "c::tiny::onnx": (Trouble.NOT_EVALUATED,),
            "c::small::onnx": (Trouble.CONDEMNED, Trouble.FROZEN),
        },
    )
    lines = _text(slots).splitlines()
    assert lines[2:5] == [
        "c::small::onnx: CONDEMNED by today's policy, frozen",
        "c::tiny::onnx: candidate not evaluated",
        "b::tiny::onnx: frozen",
    ]
    families = [line.split() for line in lines[7:10]]
    assert families == [["c", "2", "2", "0", "2"], ["b", "1", "1", "0", "1"], ["a", *"1100"]]
    assert lines[-1] == "next: openmed release explain c::tiny::onnx"


def test_many_are_a_count_unless_all_are_asked_for() -> None:
    """The command for the rest is named."""
    names = [f"f{number:03}::tiny::onnx" for number in range(MOST_TROUBLES + 5)]
    slots = _slots(_state(), dict.fromkeys(names, (Trouble.FROZEN,)))
    short, whole = _text(slots), _text(slots, is_all=True)
    assert "and 5 more slots to look at: openmed release status --all" in short
    assert f"{names[-1]}: frozen" not in short
    assert f"{names[-1]}: frozen" in whole
    assert "--all" not in whole
    assert builders.SLOT in whole


@pytest.mark.parametrize(
    ("troubles", "sentence"),
    [
        ((), "1 model live. Nothing needs attention."),
        ((Trouble.QUARANTINED,), "1 model live. 1 slot to look at."),
    ],
)
def test_the_headline_is_calm_only_where_nothing_is_wrong(
    troubles: tuple[Trouble, ...], sentence: str
) -> None:
    """A verdict that no flip has recorded is not in the ledger."""
    plan = plan_flip(fold(()), (builders.a_proposal(),), now=builders.NOW)
    assert plan.entry is not None
    state = fold((plan.entry,))
    slots = _slots(state, {builders.SLOT: troubles})
    assert fleet_text(state, slots, program="openmed", width=100).splitlines()[0] == sentence


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits(width: int) -> None:
    """Narrow terminals too."""
    slots = _slots(_state(), {f"family{n}::tiny::onnx": (Trouble.EMPTY,) for n in range(30)})
    assert all(len(line) <= width for line in _text(slots, width=width).splitlines())
