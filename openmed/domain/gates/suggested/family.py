"""One preview policy for a family: of each limit the least demanding that any member's own has.

Which value demands less is declared where each key is (`strictness.py`); nothing is averaged. A
member that is too weak, or not measured, is none of those it is made of. What it would still keep
from being released is asked of every member afterwards, by the gates themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from pydantic.fields import FieldInfo

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.order.table_order import Table, mark_of, row_kind
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.strictness import FewerNames, Ladder, Rows, Stricter
from openmed.domain.gates.suggested.suggestion import Suggestion
from openmed.domain.gates.suggested.values import SuggestedGate, SuggestedKey
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError


class MemberSuggestion(NamedTuple):
    """What would be suggested for one member alone.

    Attributes:
        slot: its slot.
        suggestion: the policy.
    """

    slot: str
    suggestion: Suggestion


def family_suggestion(
    members: Sequence[MemberSuggestion], *, family: str, gates: tuple[Gate, ...]
) -> Suggestion:
    """Join the policies of members.

    Args:
        members: at least one; none of them weak.
        family: whose policy it is.
        gates: every gate there is.

    Raises:
        EvidenceError: no suite has gold of what all of them declare.
    """
    frames = [member.suggestion.frame for member in members]
    suites = [name for name in frames[0].suites if all(name in one.suites for one in frames)]
    if not suites:
        msg = f"no suite has gold of what all of {len(members)} candidates of {family} declare"
        raise EvidenceError(msg, next_step="openmed policy suggest SLOT for each of them")
    table = plain(frames[0])
    kept = dict(table) if isinstance(table, Mapping) else {}
    frame = from_plain(Policy, {**kept, "name": family, "suites": suites}, what="a policy")
    kinds = {gate.id: gate.table for gate in gates}
    rows = [{gate.id: gate for gate in member.suggestion.gates} for member in members]
    joined = tuple(
        _joined(kinds[table.id], [row[table.id] for row in rows if table.id in row])
        for table in frame.gates
    )
    said = (*_origin(members, family), members[0].suggestion.said[2])
    return Suggestion(frame=frame, gates=joined, said=said)


def _origin(members: Sequence[MemberSuggestion], family: str) -> Iterator[str]:
    yield (
        f"A preview of the family {family}, suggested from what its candidates measured, and not "
        "reviewed yet. Look at each number, then change this line."
    )
    names = ", ".join(member.slot for member in members[:_MOST])
    more = f" and {len(members) - _MOST} more" if len(members) > _MOST else ""
    yield (
        f"Made of {len(members)} candidates: {names}{more}. Each number is the least demanding "
        "that one of them has: it is as weak as the weakest of them."
    )


_MOST = 8


def _joined(kind: type[Frozen], found: Sequence[SuggestedGate]) -> SuggestedGate:
    """One table of many; the gate applies where it applies to one of them."""
    apply = [gate for gate in found if gate.not_applicable is None]
    if not apply:
        return found[0]
    tables = [{key.name: key.value for key in gate.keys} for gate in apply]
    reasons = list(dict.fromkeys(gate.reason for gate in apply))
    reason = reasons[0] if len(reasons) == 1 else f"The least demanding of {len(apply)} candidates."
    joined = loosest(kind, tables)
    return SuggestedGate(
        id=found[0].id,
        reason=reason,
        keys=tuple(SuggestedKey(name, value) for name, value in joined.items()),
        blocking=all(gate.blocking for gate in apply),
    )


def loosest(kind: type[Frozen], tables: Sequence[Table]) -> dict[str, Json]:
    """Of each key the value that demands least.

    Args:
        kind: what a table holds.
        tables: at least one.
    """
    names = dict.fromkeys(name for table in tables for name in table)
    joined: dict[str, Json] = {}
    for name in names:
        held = [table[name] for table in tables if name in table]
        # A key that one leaves out has no value there that could be compared.
        is_left_out = len(held) < len(tables) and not isinstance(held[0], list)
        if not is_left_out:
            joined[name] = _least(kind.model_fields[name], held)
    return joined


def _least(field: FieldInfo, values: Sequence[Json]) -> Json:
    mark = mark_of(field)
    match mark:
        case Rows():
            return _rows(row_kind(field), values, key=mark.key)
        case Ladder(steps=steps):
            return max(values, key=lambda value: steps.index(str(value)))
        case FewerNames() | Stricter.FEWER:
            return list(dict.fromkeys(name for value in values for name in _list(value)))
        case Stricter.MORE:
            first, *others = [_list(value) for value in values]
            return [name for name in first if all(name in other for other in others)]
        case Stricter.HIGHER | Stricter.LOWER:
            return _number(values, is_floor=mark is Stricter.HIGHER)
        case _:
            return values[0]


def _number(values: Sequence[Json], *, is_floor: bool) -> Json:
    """The lowest floor, the highest limit; no limit is the highest."""
    if any(value is None for value in values):
        return None
    numbers = cast("Sequence[float]", values)
    return min(numbers) if is_floor else max(numbers)


def _rows(kind: type[Frozen], values: Sequence[Json], *, key: str) -> list[Json]:
    groups: dict[str, list[Table]] = {}
    for value in values:
        for row in _list(value):
            if isinstance(row, Mapping):
                groups.setdefault(str(row.get(key)), []).append(row)
    return [_row(kind, groups[name]) for name in sorted(groups)]


def _row(kind: type[Frozen], rows: Sequence[Table]) -> Json:
    """The least demanding of each field; the words of the row that the most come from."""
    made = loosest(kind, rows)
    nearest = min(rows, key=lambda row: sum(row.get(name) != made[name] for name in made))
    words = {
        name: nearest[name]
        for name in made
        if mark_of(kind.model_fields[name]) is Stricter.WORDS and name in nearest
    }
    return {**made, **words}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
