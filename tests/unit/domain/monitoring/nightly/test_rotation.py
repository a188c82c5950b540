"""Which slots a night measures, and how old the others may become."""

from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.monitoring.nightly.rotation import FIRST_GUESS, SlotAge, overdue, plan_night

OLD, MIDDLE, NEW = "2026-11-01", "2026-11-10", "2026-11-20"


def _slots(*rows: tuple[str, str, float | None]) -> list[SlotAge]:
    return [SlotAge(*row) for row in rows]


def test_who_waited_longest_is_first() -> None:
    """As many as the budget holds; the others are counted in nights."""
    plan = plan_night(_slots(("c", NEW, 10), ("a", OLD, 10), ("b", MIDDLE, 10)), budget=20)
    assert ["a", "b", "c"] == [row.slot for row in plan.order]
    assert (2, 2, 20.0) == (plan.tonight, plan.nights, plan.seconds)


def test_a_slot_that_is_larger_than_the_budget_is_measured_all_the_same() -> None:
    """Else it would never be."""
    plan = plan_night(_slots(("a", OLD, 500), ("b", MIDDLE, 10)), budget=20)
    assert (1, 2) == (plan.tonight, plan.nights)


def test_what_was_never_measured_costs_as_much_as_the_others() -> None:
    """Or a guess, where nothing was."""
    rows = _slots(("a", OLD, 10), ("b", MIDDLE, 50), ("c", NEW, None))
    assert (10, 50, 30) == plan_night(rows, budget=1000).costs
    assert (FIRST_GUESS,) == plan_night(_slots(("a", OLD, None)), budget=1).costs


def test_one_that_cannot_be_measured_waits_its_turn_and_grows_older() -> None:
    """It takes the place of nobody, and is an alarm in the end."""
    broken = SlotAge("a", OLD, 10, tried=NEW)
    plan = plan_night([broken, *_slots(("b", MIDDLE, 10))], budget=10)
    assert ["b", "a"] == [row.slot for row in plan.order]
    assert (broken,) == overdue([broken], today=NEW, nights=18)
    assert () == overdue([broken], today=NEW, nights=19)


@given(seconds=st.lists(st.floats(0.1, 100), min_size=1, max_size=30), budget=st.floats(1, 300))
def test_no_slot_waits_longer_than_the_plan_says(seconds: list[float], budget: float) -> None:
    """Night after night, whatever they cost: every slot had its turn by then."""
    slots = {f"s{at}": SlotAge(f"s{at}", "2026-01-01", cost) for at, cost in enumerate(seconds)}
    nights = plan_night(list(slots.values()), budget=budget).nights
    seen: set[str] = set()
    for night in range(nights):
        plan = plan_night(list(slots.values()), budget=budget)
        for row in plan.order[: plan.tonight]:
            seen.add(row.slot)
            slots[row.slot] = row._replace(day=f"2026-02-{night + 1:02}")
    assert set(slots) == seen


def test_a_fleet_of_none_has_no_night() -> None:
    """Nothing is live."""
    assert (0, 0, 0.0) == plan_night([], budget=1)[1:4]
