"""What a suggestion is made of, before it is written as a file."""

from collections.abc import Mapping
from typing import NamedTuple

from openmed.domain.digest import Json, canonical_json
from openmed.domain.gates.gate import Evidence, Gate
from openmed.domain.gates.policy import GatePolicy
from openmed.domain.wire import read_table


class SuggestedKey(NamedTuple):
    """One key of a table.

    Attributes:
        name: key.
        value: its value.
        why: where it comes from; empty where that stands in the value or the table's reason.
    """

    name: str
    value: Json
    why: str = ""


class SuggestedGate(NamedTuple):
    """The table of one gate.

    Attributes:
        id: gate.
        reason: why its numbers are what they are.
        keys: its own keys, in order.
        blocking: whether it decides.
        not_applicable: why it does not apply; None = it applies.
        weak: why the candidate is too weak for any table; empty when it is not.
        unmeasured: why there is too little evidence for a table; empty when there is enough.
    """

    id: str
    reason: str
    keys: tuple[SuggestedKey, ...]
    blocking: bool = True
    not_applicable: str | None = None
    weak: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()


class Measured(NamedTuple):
    """What one table is suggested from.

    Attributes:
        gate: the rule.
        table: its table in the policy that the suggestion starts from.
        evidence: everything that was measured.
    """

    gate: Gate
    table: GatePolicy
    evidence: Evidence

    @property
    def settings(self) -> Mapping[str, Json]:
        """The gate's own keys in the policy that the suggestion starts from."""
        return read_table(self.table.settings.encode(), what=self.table.id)

    def with_settings(self, settings: Mapping[str, Json]) -> "Measured":
        """The same gate and evidence under other keys."""
        table = {**dict(self.table), "settings": canonical_json(settings).decode()}
        return self._replace(table=GatePolicy.model_validate(table))

    def kept(self, reason: str = "", *, changes: Mapping[str, Json] | None = None) -> SuggestedGate:
        """The table as it is, perhaps with some other keys."""
        keys = {**self.settings, **(changes or {})}
        return SuggestedGate(
            id=self.table.id,
            reason=reason or self.table.reason,
            keys=tuple(SuggestedKey(name, value) for name, value in keys.items()),
            blocking=self.table.blocking,
            not_applicable=self.table.not_applicable,
        )

    def suggested(
        self, reason: str, *keys: SuggestedKey, weak: tuple[str, ...] = ()
    ) -> SuggestedGate:
        """A table with other numbers; keys of before that are not named stay as they are."""
        named = {key.name: key for key in keys}
        rest = (SuggestedKey(n, v) for n, v in self.settings.items() if n not in named)
        return SuggestedGate(
            id=self.table.id,
            reason=reason,
            keys=(*rest, *keys),
            blocking=self.table.blocking,
            weak=weak,
        )

    def idle(self, reason: str) -> SuggestedGate:
        """A table that says that the gate does not apply; its keys would name what is left out."""
        return self.kept()._replace(not_applicable=reason, keys=())

    def without_evidence(self, *reasons: str) -> SuggestedGate:
        """No table: what it is about was not measured, or not enough of it."""
        return self.kept()._replace(unmeasured=reasons)
