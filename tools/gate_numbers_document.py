"""Writes `docs/reference/gate-numbers.md`: `python tools/gate_numbers_document.py`."""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from generated_files import ROOT, write_or_check

from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.table_order import mark_of, row_kind
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.strictness import Mark, Rows, Stricter
from openmed.domain.wire import range_of

PLACE: Final = ROOT / "docs" / "reference" / "gate-numbers.md"
POLICIES: Final = ROOT / "gates" / "policy"
HEAD: Final = """# Gates' numbers

What the committed policies of `gates/policy/` set, gate by gate. A policy that extends another has
only what differs. `floor` is no policy: it is the least that a green one must set. Reasons stand
beside the numbers in these files; the rules are in [gates.md](gates.md).

Each gate's second table says in which direction a key is stricter, and its range. A number out
of its range is refused, and so is a green policy that is weaker than
[the floor](gates.md#the-floor). A change in the other direction needs a second person
([a policy that gets weaker](gates.md#a-policy-that-gets-weaker)).

This page is written by `python tools/gate_numbers_document.py`.
"""
DIRECTIONS: Final = {
    Stricter.HIGHER: "higher",
    Stricter.LOWER: "lower",
    Stricter.MORE: "more names",
    Stricter.SAME: "no other value",
}
WORDS: Final = {"reason", "blocking", "not_applicable"}


def document() -> str:
    """The whole page."""
    tables = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(POLICIES.glob("*.toml"))
    }
    parts = [HEAD, "| policy | grade | extends | verifiers | suites |", "|---|---|---|---|---|"]
    parts += [
        f"| `{name}` | {table.get('grade', '')} | {table.get('extends', '')} "
        f"| {', '.join(table.get('verifiers', []))} | {', '.join(table.get('suites', []))} |"
        for name, table in tables.items()
    ]
    for gate in GATES:
        parts += ["", f"## {gate.id}", "", "| policy | numbers |", "|---|---|"]
        parts += [
            f"| `{name}` | {_numbers(table['gates'][gate.id])} |"
            for name, table in tables.items()
            if gate.id in table.get("gates", {})
        ]
        keys = tuple(_keys(gate.table))
        parts += ["", "| key | stricter | range |", "|---|---|---|", *keys] if keys else []
    return "\n".join([*parts, ""])


def _keys(table: type[Frozen], prefix: str = "") -> Iterator[str]:
    """A row for every key that decides, those of rows after their list."""
    for name, field in table.model_fields.items():
        mark, key = mark_of(field), f"{prefix}{name}"
        if isinstance(mark, Rows):
            yield from _keys(row_kind(field), f"{key}.{mark.key.upper()}.")
        elif mark is not Stricter.WORDS:
            yield f"| `{key}` | {_direction(mark)} | {range_of(field)} |"


def _direction(mark: Mark) -> str:
    return DIRECTIONS.get(mark, "fewer names") if isinstance(mark, Stricter) else "as said"


def _numbers(table: Mapping[str, object]) -> str:
    shown = [f"`{key}` = {_value(value)}" for key, value in table.items() if key not in WORDS]
    if "not_applicable" in table:
        shown.append("not applicable")
    if table.get("blocking") is False:
        shown.append("advisory")
    return "; ".join(shown) or "none of its own"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(part) for part in value)
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if key != "reason"}
        first, *rest = kept.items()
        return " ".join([str(first[1]), *(f"{key} {part}" for key, part in rest)])
    return str(value)


def files() -> dict[Path, str]:
    """The page, by path."""
    return {PLACE: document()}


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
