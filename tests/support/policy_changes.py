"""Changes of a policy, each weaker or each stricter, generated from the marks of its keys.

Every key of every gate's table is changed by what its mark and its range say, so a new gate or key
is covered by being declared. What a mark cannot say is which names there are: `NAMES`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple, get_args

from annotated_types import MinLen
from pydantic.fields import FieldInfo
from support.repositories import ROOT

from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.order.table_order import mark_of, row_kind
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.strictness import FewerNames, Ladder, Rows, Stricter
from openmed.domain.slot import parse_slot
from openmed.errors import EvidenceError

Table = dict[str, Any]
POLICIES = ROOT / "gates" / "policy"
SLOT = "pii::tiny::onnx-q4"
NAMES: Mapping[str, tuple[str, ...]] = {
    "suite": ("fresh",),
    "performance_suite": ("golden",),
    "slices": ("pools-",),
    "suites": ("smoke", "shield-synthetic"),
    "floor_suites": ("fresh",),
    "paired": ("shield-synthetic",),
    "labels": ("USERNAME", "EMAIL"),
    "strict": ("location", "date"),
    "may_drop": ("ZIPCODE",),
    "grades": ("preview",),
    "requires": ("structured_recall",),
    "verifiers": ("another",),
    "label": ("SSN", "CITY"),
    "language": ("de",),
}
"""Names that may be added, by key."""


class Change(NamedTuple):
    """One change.

    Attributes:
        name: of the test.
        gate: whose table; `policy` for the policy's own keys.
        key: how the name of the key begins.
        table: the whole policy after it, as its file would say it.
    """

    name: str
    gate: str
    key: str
    table: Table


def changes(base: Table, gates: tuple[Gate, ...], *, is_weaker: bool) -> tuple[Change, ...]:
    """Every change of one kind of a whole policy.

    Args:
        base: the policy, as its file says it; it extends nothing.
        gates: every gate it may name.
        is_weaker: weaker, or stricter.
    """
    kinds, rules = {gate.id: gate.table for gate in gates}, {gate.id: gate for gate in gates}
    keys = enumerate(_of_table(Policy, base, is_weaker=is_weaker))
    found = [Change(f"policy-{key}-{n}", "policy", key, {**base, **new}) for n, (key, new) in keys]
    for gate, table in base["gates"].items():

        def put(new: Table, gate: str = gate, table: Table = table) -> Table:
            return {**base, "gates": {**base["gates"], gate: {**table, **new}}}

        known = (new for new in _of_table(kinds[gate], table, is_weaker=is_weaker)
                 if not _is_of_another(rules[gate], {**table, **new[1]}))  # fmt: skip
        rows = enumerate(known)
        found += [Change(f"{gate}-{key}-{n}", gate, key, put(new)) for n, (key, new) in rows]
        found += list(_of_gate(base, gate, put, is_weaker=is_weaker))
    return tuple(found)


def _is_of_another(gate: Gate, table: Table) -> bool:
    """Whether a row names a label that another gate is about."""
    own = {key: value for key, value in table.items() if key not in {"reason", "blocking"}}
    try:
        gate.check(canonical_json(own).decode())
    except EvidenceError as error:
        return "is not a label of this gate" in error.message
    return False


def _of_gate(
    base: Table, gate: str, put: Callable[[Table], Table], *, is_weaker: bool
) -> Iterator[Change]:
    table = base["gates"][gate]
    if is_weaker:
        rest = {name: one for name, one in base["gates"].items() if name != gate}
        yield Change(f"{gate}-removed", gate, "gate", {**base, "gates": rest})
        if table.get("blocking", True):
            yield Change(f"{gate}-advisory", gate, "blocking", put({"blocking": False}))
        yield Change(f"{gate}-na", gate, "not_applicable", put({"not_applicable": "so we say"}))
    elif not table.get("blocking", True):
        yield Change(f"{gate}-blocking", gate, "blocking", put({"blocking": True}))


def _of_table(kind: type[Frozen], table: Table, *, is_weaker: bool) -> Iterator[tuple[str, Table]]:
    for key, field in kind.model_fields.items():
        if key in {"gates", "schema_"}:
            continue
        if isinstance(mark_of(field), Rows):
            for rows in _of_rows(key, table, field, is_weaker=is_weaker):
                yield key, {key: rows}
        else:
            for new in _values(key, table.get(key, field.default), field, is_weaker=is_weaker):
                yield key, {key: new}


_NUMBERS = (Stricter.HIGHER, Stricter.LOWER)


def _of_rows(key: str, table: Table, field: FieldInfo, *, is_weaker: bool) -> Iterator[list[Table]]:
    inside = row_kind(field).model_fields
    values = [name for name, inner in inside.items() if mark_of(inner) in _NUMBERS]
    for value in values:
        yield from _rows(key, table, field, value, is_weaker=is_weaker)
    if not values:
        yield from _exceptions(key, table, field, is_weaker=is_weaker)


def _exceptions(
    key: str, table: Table, field: FieldInfo, *, is_weaker: bool
) -> Iterator[list[Table]]:
    """Rows that only name what is let off: one more, or one fewer."""
    mark, there = mark_of(field), list(table.get(key, []))
    assert isinstance(mark, Rows)
    if is_weaker:
        yield [*there, {mark.key: NAMES[mark.key][0], "reason": "r"}]
    for row in () if is_weaker else there:
        yield [one for one in there if one is not row]


def _rows(
    key: str, table: Table, field: FieldInfo, value: str, *, is_weaker: bool
) -> Iterator[list[Table]]:
    """Rows changed, and one added that differs from what holds without it."""
    mark, inner = mark_of(field), row_kind(field).model_fields[value]
    assert isinstance(mark, Rows)
    there = list(table.get(key, []))
    wanted = getattr(parse_slot(SLOT), mark.of_slot) if mark.of_slot else None
    for place, row in enumerate(there):
        if wanted in (None, row[mark.key]):
            for new in _values(value, row[value], inner, is_weaker=is_weaker):
                yield [*there[:place], {**row, value: new}, *there[place + 1 :]]
    default = table.get((mark.laxest if is_weaker else "") or mark.strictest)
    if default is not None:
        for name, new in product(
            NAMES[mark.key], _values(value, default, inner, is_weaker=is_weaker)
        ):
            yield [*there, {mark.key: name, value: new, "reason": "r"}]


def _values(key: str, value: Json, field: FieldInfo, *, is_weaker: bool) -> Iterator[Json]:
    match mark_of(field):
        case Stricter.HIGHER | Stricter.LOWER as mark:
            is_up = (mark is Stricter.LOWER) is is_weaker
            parts = _WEAKER_PARTS if is_weaker else _STRICTER_PARTS
            yield from _numbers(value, field, parts, is_up=is_up) if _is_number(value) else ()
        case Stricter.SAME:
            yield from NAMES[key] if is_weaker else ()
        case Stricter.MORE:
            yield from _fewer(value, field) if is_weaker else _more(key, value)
        case Stricter.FEWER | FewerNames():
            yield from _more(key, value) if is_weaker else _fewer(value, field)
        case Ladder(steps=steps):
            place = steps.index(str(value))
            yield from steps[place + 1 :] if is_weaker else steps[:place]
        case _:
            return


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float))


_WEAKER_PARTS, _STRICTER_PARTS = (0.01, 0.6), (0.01, 0.3, 0.6)


def _numbers(
    value: Json, field: FieldInfo, parts: tuple[float, ...], *, is_up: bool
) -> Iterator[float]:
    """Numbers between a value and the end of its range, nearer and farther."""
    assert isinstance(value, (int, float))
    ends = {name: getattr(one, name) for one in _conditions(field) for name in _ENDS
            if hasattr(one, name)}  # fmt: skip
    low, high = ends.get("ge", ends.get("gt")), ends.get("le", ends.get("lt"))
    assert low is not None
    assert high is not None
    for part in parts:
        new = value + ((high if is_up else low) - value) * part
        new = (int(new) + is_up) if isinstance(value, int) else round(new, 6)
        if new != value and low <= new <= high:
            yield new


_ENDS = ("ge", "gt", "le", "lt")


def _conditions(field: FieldInfo) -> Iterator[object]:
    yield from field.metadata
    for part in get_args(field.annotation):
        for one in get_args(part):
            yield from one.metadata if isinstance(one, FieldInfo) else ()


def _fewer(value: Json, field: FieldInfo) -> Iterator[list[Json]]:
    names = list(value) if isinstance(value, (list, tuple)) else []
    least = next((one.min_length for one in field.metadata if isinstance(one, MinLen)), 0)
    for name in names if len(names) > least else ():
        yield [one for one in names if one != name]


def _more(key: str, value: Json) -> Iterator[list[Json]]:
    names = list(value) if isinstance(value, (list, tuple)) else []
    for name in NAMES[key]:
        if name not in names:
            yield [*names, name]


def with_another_suite(base: Table, old: str, new: str) -> tuple[Change, ...]:
    """A suite in place of another one: in one gate after the other, and everywhere at once."""
    more = {**base, "suites": [*base["suites"], new]}
    found = []
    for gate, table in base["gates"].items():
        moved = _renamed(table, old, new)
        if moved != table:
            key = "suite" if "suite" in table else "suites"
            gates = {**base["gates"], gate: moved}
            found.append(Change(f"{gate}-{key}-{new}", gate, key, {**more, "gates": gates}))
    whole: Table = _renamed(base, old, new)
    return (*found, Change(f"policy-suites-{new}", "policy", "suites", whole))


def _renamed(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _renamed(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, old, new) for part in value]
    return new if value == old else value


def copied(table: Table) -> Table:
    """A policy's table that shares nothing with another."""
    whole: Table = json.loads(json.dumps(table))
    return whole
