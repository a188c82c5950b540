"""What is weaker in one policy than in another: gates, limits, suites, verifiers, grade.

Asked in two places: between the policy a live release was judged by and that of today, and between
the floor and a green policy.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, cast

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.order.table_order import NONE, KeyChange, Table, weaker_keys
from openmed.domain.gates.policy import GatePolicy, Policy
from openmed.domain.wire import plain, read_table

POLICY = "policy"
"""Stands for a gate's id where a key is the policy's own."""
NOT_NAMED = "not named"
_MOST = 3
"""Weakenings that one sentence names."""
Words = Annotated[Line, Field(min_length=1, max_length=300)]


class Weakening(Frozen):
    """One key of a policy that got weaker.

    Attributes:
        gate: whose table; `policy` for a key of the policy itself.
        key: the key, with the row where there are rows, e.g. `labels.EMAIL`.
        old: its value before.
        new: its value now.
    """

    gate: Words
    key: Words
    old: Words
    new: Words

    @property
    def sentence(self) -> str:
        """Gate, key, old and new value."""
        return f"{self.gate}.{self.key} {self.old} → {self.new}"


def weakenings(
    old: Policy, new: Policy, *, gates: tuple[Gate, ...], slot: str
) -> tuple[Weakening, ...]:
    """What a slot's policy demands less than another one did.

    Args:
        old: what the live release was judged by.
        new: what holds now.
        gates: the rules, which declare in which direction each key is stricter.
        slot: whose policy; rows about other slots do not matter.
    """
    heads = (_head(old), _head(new))
    return (
        *(_named(POLICY, change) for change in weaker_keys(Policy, *heads)),
        *weaker_gates(old.gates, new.gates, gates=gates, slot=slot),
    )


def weaker_gates(
    old: tuple[GatePolicy, ...],
    new: tuple[GatePolicy, ...],
    *,
    gates: tuple[Gate, ...],
    slot: str = "",
) -> Iterator[Weakening]:
    """What some gates' tables demand less than others of the same gates.

    A gate that reports only is compared like one that decides: a limit nobody hears of is weaker.
    """
    kinds = {gate.id: gate.table for gate in gates}
    now = {table.id: table for table in new}
    for before in old:
        after = now.get(before.id)
        if after is None:
            yield Weakening(gate=before.id, key="gate", old="named", new=NOT_NAMED)
            continue
        changes = _weaker(before, after, kind=kinds.get(before.id), slot=slot)
        yield from (_named(before.id, change) for change in changes)


def named(found: tuple[Weakening, ...]) -> str:
    """Some weakenings in one sentence, and how many more there are."""
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return "; ".join(one.sentence for one in found[:_MOST]) + more


def _weaker(
    old: GatePolicy, new: GatePolicy, *, kind: type[Frozen] | None, slot: str
) -> Iterator[KeyChange]:
    if old.blocking and not new.blocking:
        yield KeyChange("blocking", "true", "false")
    if old.not_applicable is not None:
        return
    if new.not_applicable is not None:
        yield KeyChange("not_applicable", NONE, new.not_applicable)
        return
    if kind is None:
        if old.settings != new.settings:
            yield KeyChange("table", "as it was", "of a gate that is not installed")
        return
    tables = (_table(old.settings), _table(new.settings))
    yield from weaker_keys(kind, *tables, slot=slot)


def _named(gate: str, change: KeyChange) -> Weakening:
    return Weakening(gate=gate, key=_line(change.key), old=_line(change.old), new=_line(change.new))


def _line(text: str) -> str:
    """Text as a ledger keeps it: one line, printable, not too long."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in text)
    return shown[:_LONGEST] or "empty"


_LONGEST = 300


def _head(policy: Policy) -> Mapping[str, Json]:
    """The policy's own keys; its gates are compared by their tables."""
    table = cast("Table", plain(policy))
    return {key: value for key, value in table.items() if key != "gates"}


def _table(settings: str) -> Table:
    return read_table(settings.encode(), what="table")
