"""What differs between two states of the inputs: queue rows, and the policy of each slot. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.order.policy_order import Weakening, weakenings
from openmed.domain.gates.policy import Policy
from openmed.domain.wire import plain

NOTHING = "nothing"
"""What a key holds that is not written."""
_LONGEST = 300


class KeyEdit(Frozen):
    """One key of a row.

    Attributes:
        key: its name.
        old: its value before, as JSON; `nothing` where it was not written.
        new: its value now, likewise.
    """

    key: Line
    old: Line
    new: Line


class RowEdit(Frozen):
    """One row of the queue that differs.

    Attributes:
        slot: whose candidate.
        kind: what became of the row.
        keys: keys that differ; of a new or removed row its source alone.
    """

    slot: str
    kind: Literal["added", "removed", "changed"]
    keys: tuple[KeyEdit, ...]


class PolicyEdit(Frozen):
    """A policy that differs, and for whom.

    Attributes:
        slots: slots it decides for, that were judged by `before`.
        before: name of their policy before; empty = they had none that can be used.
        after: name of their policy now; empty = they have none that can be used.
        weaker: what is demanded less.
        stricter: what is demanded more.
        other: what has another value that is neither less nor more.
        fault: why one of the two cannot be used; empty when both can.
    """

    slots: Annotated[tuple[str, ...], Field(min_length=1)]
    before: str
    after: str
    weaker: tuple[Weakening, ...] = ()
    stricter: tuple[Weakening, ...] = ()
    other: tuple[Weakening, ...] = ()
    fault: str = ""

    @property
    def verdict(self) -> str:
        """In one word, for people."""
        if self.fault:
            return "cannot be used"
        words = (("weaker", self.weaker), ("stricter", self.stricter), ("different", self.other))
        return ", ".join(word for word, found in words if found) or "the same demands"


class InputChanges(Frozen):
    """How the inputs differ from those of a commit.

    Attributes:
        base: the commit.
        rows: rows of the queue that differ, by slot.
        policies: policies that differ, those with weaker demands first.
        suites: suites whose pin differs, by name.
        faults: why something could not be compared, one sentence each.
    """

    schema_: Literal["openmed.input-changes/1"] = Field(
        default="openmed.input-changes/1", alias="schema"
    )
    base: str
    rows: tuple[RowEdit, ...]
    policies: tuple[PolicyEdit, ...]
    suites: tuple[str, ...] = ()
    faults: tuple[Line, ...] = ()

    @property
    def slots(self) -> frozenset[str]:
        """Slots whose candidate or policy differs."""
        edited = {row.slot for row in self.rows if row.kind != "removed"}
        return frozenset({*edited, *(slot for one in self.policies for slot in one.slots)})


def row_edits(before: Iterable[Candidate], after: Iterable[Candidate]) -> tuple[RowEdit, ...]:
    """Rows that differ.

    Args:
        before: the queue of the other commit.
        after: the queue now.
    """
    old, new = ({row.slot: row for row in rows} for rows in (before, after))
    return tuple(
        edit
        for slot in sorted({*old, *new})
        if (edit := _row_edit(slot, old.get(slot), new.get(slot))) is not None
    )


def _row_edit(slot: str, old: Candidate | None, new: Candidate | None) -> RowEdit | None:
    if old is None and new is not None:
        return RowEdit(slot=slot, kind="added", keys=(_edit("source", None, new.source),))
    if new is None and old is not None:
        return RowEdit(slot=slot, kind="removed", keys=(_edit("source", old.source, None),))
    was, now = _table(old), _table(new)
    keys = tuple(
        _edit(key, was.get(key), now.get(key))
        for key in sorted({*was, *now})
        if was.get(key) != now.get(key)
    )
    return RowEdit(slot=slot, kind="changed", keys=keys) if keys else None


def _table(row: Candidate | None) -> Mapping[str, Json]:
    table = plain(row) if row is not None else {}
    return table if isinstance(table, dict) else {}


def _edit(key: str, old: Json, new: Json) -> KeyEdit:
    return KeyEdit(key=key, old=_shown(old), new=_shown(new))


def _shown(value: Json) -> str:
    if value is None:
        return NOTHING
    text = value if isinstance(value, str) else canonical_json(value).decode()
    one_line = "".join(sign if sign.isprintable() else "?" for sign in text)
    return one_line[:_LONGEST] or "empty"


PolicyOf = Callable[[str], Policy | str]
"""The policy of a slot, or why there is none that can be used."""


def policy_edits(
    slots: Iterable[str], *, before: PolicyOf, after: PolicyOf, gates: tuple[Gate, ...]
) -> tuple[PolicyEdit, ...]:
    """Policies that differ, slots with the same difference together.

    Args:
        slots: whose policies.
        before: those of the other commit.
        after: those now.
        gates: the rules, which declare in which direction each key is stricter.
    """
    grouped: dict[_Demands, list[str]] = {}
    for slot in sorted(set(slots)):
        found = _demands(slot, before(slot), after(slot), gates)
        if found is not None:
            grouped.setdefault(found, []).append(slot)
    edits = [PolicyEdit(slots=tuple(names), **found._asdict()) for found, names in grouped.items()]
    return tuple(sorted(edits, key=lambda one: (not one.fault, not one.weaker, one.slots)))


class _Demands(NamedTuple):
    """What a policy edit says, without its slots."""

    before: str
    after: str
    weaker: tuple[Weakening, ...] = ()
    stricter: tuple[Weakening, ...] = ()
    other: tuple[Weakening, ...] = ()
    fault: str = ""


def _demands(
    slot: str, before: Policy | str, after: Policy | str, gates: tuple[Gate, ...]
) -> _Demands | None:
    if isinstance(before, str) or isinstance(after, str):
        if before == after:
            return None
        fault = next(one for one in (after, before) if isinstance(one, str))
        return _Demands(_name(before), _name(after), fault=fault)
    if before.digest == after.digest:
        return None
    less = weakenings(before, after, gates=gates, slot=slot)
    more = tuple(_turned(one) for one in weakenings(after, before, gates=gates, slot=slot))
    both = {_key(one) for one in less} & {_key(one) for one in more}
    return _Demands(
        before=before.name,
        after=after.name,
        weaker=tuple(_without(less, both)),
        stricter=tuple(_without(more, both)),
        # A key without an order counts as weaker in both directions.
        other=tuple(one for one in less if _key(one) in both),
    )


def _name(policy: Policy | str) -> str:
    return "" if isinstance(policy, str) else policy.name


def _turned(one: Weakening) -> Weakening:
    return Weakening(gate=one.gate, key=one.key, old=one.new, new=one.old)


def _key(one: Weakening) -> tuple[str, str]:
    return one.gate, one.key


def _without(found: Iterable[Weakening], keys: set[tuple[str, str]]) -> Iterator[Weakening]:
    yield from (one for one in found if _key(one) not in keys)
