"""Every `next:` and every hint of the code base is in a table with the test that follows it."""

import pytest
from support.advice import Reader, UnreadableError
from support.advice_table import Row, faults, followed, given, table

SEEDED = """
WAY = "openmed release run"
class Broken(Exception):
    def __init__(self, message, *, next_step=""): ...
class Check:
    says: str
    fix: str
def way(slot): return f"openmed release explain {slot}"
def act(slot, error, is_new):
    raise Broken("x", next_step=WAY)
def more(slot, is_new):
    hint = "git fetch" if is_new else way(slot)
    raise Broken("x", next_step=hint)
def check(): return Check("bad", "set the clock")
def broken(fix): return Check("bad", fix)
def told(program): return f"done\\nnext: {program} {_next()}"
def _next(): return "release status"
def text(): return broken("make it writable").says + "; openmed release recover"
def passed(error): raise Broken("x", next_step=error.next_step or "openmed doctor")
"""
WANTED = {
    "openmed release run", "git fetch", "openmed release explain {}", "set the clock",
    "openmed release status", "make it writable", "openmed release recover", "openmed doctor",
}  # fmt: skip
ROW = Row("openmed.app.x", "openmed release run", "tests/contract/test_advice_x.py::test_it")
TESTS = {ROW.answer: frozenset({ROW.template})}
ADVICE = frozenset({(ROW.module, ROW.template)})


def test_the_table_is_exact() -> None:
    """A row for all advice, no row without one, each followed by its test or of a stated kind."""
    kinds, rows = table()
    assert [] == list(faults(rows, kinds, advice=given(), tests=followed()))


def test_advice_is_found_however_it_is_written() -> None:
    """Constants, branches, functions, fields by position, texts after `next: `, other texts."""
    assert {one.template for one in Reader({"seeded": SEEDED}).advice()} == WANTED


def test_advice_that_cannot_be_read_is_an_error() -> None:
    """It would not be tested."""
    source = 'def act(x): raise E("x", next_step=x.upper())'
    with pytest.raises(UnreadableError, match=r"seeded:1: .*x\.upper"):
        Reader({"seeded": source}).advice()


@pytest.mark.parametrize(
    ("row", "advice", "tests"),
    [
        (ROW, frozenset({*ADVICE, ("openmed.app.x", "openmed doctor")}), TESTS),
        (ROW, frozenset(), TESTS),
        (ROW, ADVICE, {}),
        (ROW, ADVICE, {ROW.answer: frozenset({"openmed doctor"})}),
        (ROW._replace(answer="unknown"), ADVICE, TESTS),
    ],
    ids=["no row", "no advice", "no test", "another advice is followed", "no such kind"],
)
def test_a_wrong_table_is_found(
    row: Row, advice: frozenset[tuple[str, str]], tests: dict[str, frozenset[str]]
) -> None:
    """Each of its faults alone."""
    assert 1 == len(list(faults((row,), {}, advice=advice, tests=tests)))
