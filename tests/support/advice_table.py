"""The table of all advice: which test follows it, or why nobody can; and what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator
from typing import Final, NamedTuple

from support.advice import Advice, Reader, sources_of
from support.repositories import ROOT

TABLE: Final = ROOT / "tests" / "cases" / "next_steps.toml"
FOLLOW: Final = "follow"
_TEMPLATE: Final = 2
"""Which argument of `follow` is the advice."""
_PATTERNS: Final = ("contract/test_advice_*.py", "e2e/test_advice_*.py")
_PLAIN: Final = ("Makefile", "openmed/scaffold/Makefile")
_ECHO: Final = re.compile(r'echo "([^"]+; [^"]+)"')


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        module: where the advice is given.
        template: its text.
        answer: the test that follows it, as `file::function`, or a kind that has a reason.
    """

    module: str
    template: str
    answer: str

    @property
    def is_followed(self) -> bool:
        """Whether a test does what it says."""
        return "::" in self.answer


def table() -> tuple[dict[str, str], tuple[Row, ...]]:
    """Reasons by kind, and every row."""
    found = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    kinds = found.pop("kinds")
    rows = (Row(module, *pair) for module, pairs in found.items() for pair in pairs.items())
    return kinds, tuple(rows)


def given() -> frozenset[tuple[str, str]]:
    """Module and template of all advice in the package and its Makefiles."""
    advice = Reader(sources_of(ROOT / "openmed", root=ROOT)).advice()
    plain = (
        (name, told.rpartition("; ")[2])
        for name in _PLAIN
        for told in _ECHO.findall((ROOT / name).read_text(encoding="utf-8"))
    )
    return frozenset(map(_place, advice)) | frozenset(plain)


def followed() -> dict[str, frozenset[str]]:
    """Templates that a test follows, by test as `file::function`."""
    paths = [path for pattern in _PATTERNS for path in sorted((ROOT / "tests").glob(pattern))]
    sources = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in paths
    }
    reader = Reader({name: path.read_text(encoding="utf-8") for name, path in sources.items()})
    found: dict[str, set[str]] = {}
    for where, template in reader.given_to(FOLLOW, _TEMPLATE):
        module, _, function = where.partition("::")
        test = f"{sources[module].relative_to(ROOT).as_posix()}::{function}"
        found.setdefault(test, set()).add(template)
    return {test: frozenset(templates) for test, templates in found.items()}


def faults(
    rows: tuple[Row, ...],
    kinds: dict[str, str],
    *,
    advice: frozenset[tuple[str, str]],
    tests: dict[str, frozenset[str]],
) -> Iterator[str]:
    """What is wrong: each line names a module and its advice."""
    have = {(row.module, row.template) for row in rows}
    yield from (f"{module}: no row for {text!r}" for module, text in sorted(advice - have))
    yield from (f"{module}: no longer says {text!r}" for module, text in sorted(have - advice))
    for row in rows:
        what = f"{row.module}: {row.template!r}"
        if not row.is_followed and row.answer not in kinds:
            yield f"{what}: no kind {row.answer}"
        if row.is_followed and row.template not in tests.get(row.answer, ()):
            yield f"{what}: not followed by {row.answer}"
    used = {row.answer for row in rows}
    yield from (f"kinds: no row is {kind}" for kind in sorted(set(kinds) - used))


def _place(one: Advice) -> tuple[str, str]:
    return one.where.rpartition(":")[0], one.template
