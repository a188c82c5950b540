"""Policy: the thresholds a slot is judged by. Data reviewed by humans, each number with its reason.

A gate's own table is kept as text here and read by the gate, so that a gate and its
settings stand in one file.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.digest import Json, canonical_json, sha256_hex
from openmed.domain.evaluation.recheck import RecheckLimits
from openmed.domain.frozen import Frozen, Line, VerifierName, is_absent
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.strictness import FewerNames, Ladder, Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.wire import dump, from_plain
from openmed.errors import EvidenceError, PolicyError

POLICY_NAME = r"^[a-z0-9][a-z0-9.-]{0,199}$"
GateId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]

LOCAL = "local"
"""Verifier name of a developer's own key; it counts for the local registry only."""


ISOLATION_REQUIRED: Final = "required"
"""Code of a candidate runs only where it can be isolated; policies say so by saying nothing."""


def _is_required(value: object) -> bool:
    return value == ISOLATION_REQUIRED


def _is_empty(names: object) -> bool:
    """Not written, so that policies of earlier engines keep their digest."""
    return names == ()


class GatePolicy(Frozen):
    """One gate's table.

    Attributes:
        id: gate.
        blocking: whether its outcome decides; an advisory gate only reports.
        reason: why the numbers are what they are.
        not_applicable: why the gate does not apply to this slot; None = it applies.
        settings: the gate's own keys, as canonical JSON text.
    """

    id: GateId
    blocking: bool
    reason: Annotated[str, Field(min_length=1)]
    not_applicable: Annotated[str, Field(min_length=1)] | None
    settings: str


class MeasuredBy(Frozen):
    """A suite whose text may be missing where verdicts are signed.

    Attributes:
        suite: suite name.
        keys: names of the keys with the role `measure`, in `gates/keys/`, whose signed measurement
            stands in then.
        reason: why it may.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    keys: Annotated[tuple[VerifierName, ...], Field(min_length=1), Stricter.FEWER]
    reason: Annotated[Line, Field(min_length=1), Stricter.WORDS]


RECHECK: Final = RecheckLimits(documents=32, rate=0.0)
"""What is asked where a policy says nothing: no document of the sample may differ."""


class Policy(Frozen):
    """One policy file.

    Attributes:
        name: file name without suffix.
        milestone: which edition of the thresholds.
        grade: what passing entitles to.
        reason: why this policy exists.
        suites: suites every candidate must be measured on.
        performance_suite: suite on which speed, memory and determinism are measured.
        max_age_hours: how long a verdict may wait for its flip.
        verifiers: names of the keys whose signature counts; `local` = the developer's own, which
            a green policy may not name.
        recheck_documents: documents of each report that CI runs again on another machine before
            a verdict is signed; all where there are fewer.
        recheck_rate: most of these that may get other spans: other processors round otherwise.
            Without the key none may.
        isolation: `none` = candidates that bring code may run on a machine that cannot isolate it;
            it is `required` where nothing is said, and then not written, so that policies of
            earlier engines keep their digest.
        isolation_reason: why they may.
        measured_by: suites for which a signed measurement stands in where their text is missing.
        requires: gates that must find something to judge: one that is about labels of which the
            candidate declares none is an ERROR here, not NOT_APPLICABLE.
        gates: tables of every gate that must be evaluated, by id.
    """

    schema_: Annotated[Literal["openmed.policy/1"], Stricter.WORDS] = Field(
        default="openmed.policy/1", alias="schema"
    )
    name: Annotated[str, Field(pattern=POLICY_NAME), Stricter.WORDS]
    milestone: Annotated[str, Field(min_length=1), Stricter.WORDS]
    grade: Annotated[Grade, Ladder(("green", "preview"))]
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]
    suites: Annotated[tuple[SuiteName, ...], Field(min_length=1), Stricter.MORE]
    performance_suite: Annotated[SuiteName, Stricter.SAME]
    max_age_hours: Annotated[int, Field(ge=1, le=24 * 31), Stricter.LOWER]
    verifiers: Annotated[tuple[str, ...], Field(min_length=1), FewerNames(everyone=LOCAL)]
    recheck_documents: Annotated[
        int, Field(ge=1, le=10_000, exclude_if=RECHECK.documents.__eq__), Stricter.HIGHER
    ] = RECHECK.documents
    recheck_rate: Annotated[
        float, Field(ge=0, le=0.2, exclude_if=RECHECK.rate.__eq__), Stricter.LOWER
    ] = RECHECK.rate
    isolation: Annotated[
        Literal["required", "none"],
        Field(exclude_if=_is_required),
        Ladder((ISOLATION_REQUIRED, "none")),
    ] = ISOLATION_REQUIRED
    isolation_reason: Annotated[
        Line | None, Field(min_length=1, exclude_if=is_absent), Stricter.WORDS
    ] = None
    requires: Annotated[tuple[GateId, ...], Field(exclude_if=_is_empty), Stricter.MORE] = ()
    measured_by: Annotated[
        tuple[MeasuredBy, ...],
        Field(exclude_if=_is_empty),
        Rows(key="suite", absent="counted here"),
    ] = ()
    gates: Annotated[tuple[GatePolicy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _decides_something(self) -> Self:
        ids = [gate.id for gate in self.gates]
        if len(set(ids)) < len(ids):
            msg = "a gate is listed twice"
            raise ValueError(msg)
        if not any(gate.blocking and gate.not_applicable is None for gate in self.gates):
            msg = "no blocking gate applies: everything would pass"
            raise ValueError(msg)
        idle = sorted(set(self.requires) - {g.id for g in self.gates if g.not_applicable is None})
        if idle:
            msg = f"requires names {idle[0]}, and no table [gates.{idle[0]}] that applies is there"
            raise ValueError(msg)
        if len(set(self.suites)) < len(self.suites):
            msg = "a suite is listed twice"
            raise ValueError(msg)
        fault = self._measured_fault()
        if fault:
            raise ValueError(fault)
        if (self.isolation == ISOLATION_REQUIRED) != (self.isolation_reason is None):
            msg = 'isolation = "none" and isolation_reason go together: why may it run unisolated?'
            raise ValueError(msg)
        if self.grade is Grade.GREEN and LOCAL in self.verifiers:
            msg = (
                f"verifiers lists {LOCAL!r} for grade green: a developer's own key counts for the "
                "local registry only; wanted a key listed in gates/keys/, or grade preview"
            )
            raise ValueError(msg)
        return self

    def _measured_fault(self) -> str:
        """What is wrong with the keys that may measure; empty when nothing is."""
        suites = [row.suite for row in self.measured_by]
        strange = sorted(set(suites) - set(self.suites))
        if strange:
            return f"measured_by is about suite {strange[0]}, which the policy does not name"
        if len(set(suites)) < len(suites):
            return "measured_by names a suite twice"
        judges = {LOCAL, *self.verifiers}
        own = sorted(name for row in self.measured_by for name in row.keys if name in judges)
        return f"measured_by names {own[0]}, which signs verdicts; name another key" if own else ""

    def measurers(self, suite: str) -> tuple[str, ...]:
        """Keys whose signed measurement stands in for a suite; none where nothing does."""
        return next((row.keys for row in self.measured_by if row.suite == suite), ())

    @property
    def isolation_inputs(self) -> Mapping[str, Json]:
        """What the inputs of a measurement say of isolation: nothing but where it is waived."""
        return {} if self.isolation == ISOLATION_REQUIRED else {"isolation": self.isolation}

    @property
    def digest(self) -> str:
        """Identity of the thresholds; named by every verdict made under them."""
        return sha256_hex(self.content)

    @property
    def content(self) -> bytes:
        """Canonical bytes of the thresholds: what the digest is of, and what a release records.

        A key that a policy leaves out is not part of it: policies of before have the digest they
        had.
        """
        return dump(self)

    @property
    def recheck(self) -> RecheckLimits:
        """What is asked of a re-check."""
        return RecheckLimits(documents=self.recheck_documents, rate=self.recheck_rate)


EXTENDS = "extends"
"""Key of a policy file that holds only what differs from the one it names."""


def extended(name: str, table: Mapping[str, Json], base: Mapping[str, Json]) -> dict[str, Json]:
    """One policy table out of two: this one's keys replace the other's, gate by gate.

    Raises:
        PolicyError: the other one extends a third, or a gate's table gives no reason of its own.
    """
    what = f"gates/policy/{name}.toml"
    if EXTENDS in base:
        msg = f"{what} extends a policy that extends another; only one level is allowed"
        raise PolicyError(msg)
    gates, changes = base.get("gates", {}), table.get("gates", {})
    if not isinstance(gates, Mapping) or not isinstance(changes, Mapping):
        msg = f"{what}: gates is not a table, here or in the policy it extends"
        raise PolicyError(msg)
    for gate, settings in changes.items():
        if not isinstance(settings, Mapping) or "reason" not in settings:
            msg = f"{what}: gates.{gate} changes numbers without a reason of its own"
            raise PolicyError(msg)
    merged = {gate: _merged(gates.get(gate), changes.get(gate)) for gate in {**gates, **changes}}
    own = {key: value for key, value in table.items() if key != EXTENDS}
    return {**base, **own, "gates": merged}


def _merged(old: Json, new: Json) -> Json:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {**old, **new}
    return old if new is None else new


def policy_from_table(name: str, table: Mapping[str, Json]) -> Policy:
    """Build a policy from its TOML table.

    `[gates.ID]` holds `blocking`, `reason`, perhaps `not_applicable`, and the gate's own keys.

    Raises:
        PolicyError: names the file and the key.
    """
    what = f"gates/policy/{name}.toml"
    gates = _gates_of(what, table.get("gates"))
    rows = gate_rows(what, gates)
    rest = {key: value for key, value in table.items() if key != "gates"}
    try:
        policy = from_plain(Policy, {**rest, "name": name, "gates": rows}, what=what)
    except EvidenceError as error:
        raise PolicyError(error.message) from None
    for gate, settings in gates.items():
        strange = sorted(suites_of(settings) - set(policy.suites))
        if strange:
            msg = (
                f"{what}: gates.{gate} is about suite {strange[0][:80]!r}, which the policy does "
                f"not name; it has suites = {list(policy.suites)}"
            )
            raise PolicyError(msg)
    return policy


def gate_rows(what: str, gates: Json) -> list[Json]:
    """The rows of gates out of the table `[gates]` of a file.

    Raises:
        PolicyError: names the file and the gate.
    """
    found = _gates_of(what, gates)
    return [_gate_row(what, gate, settings) for gate, settings in found.items()]


def _gates_of(what: str, gates: Json) -> Mapping[str, Json]:
    if not isinstance(gates, Mapping) or not gates:
        msg = f"{what}: no [gates.…] table, so nothing would be judged"
        raise PolicyError(msg)
    return gates


def _gate_row(what: str, gate: str, settings: Json) -> dict[str, Json]:
    if not isinstance(settings, Mapping):
        msg = f"{what}: gates.{gate} is not a table"
        raise PolicyError(msg)
    common = ("blocking", "reason", "not_applicable")
    own = {key: value for key, value in settings.items() if key not in common}
    try:
        text = canonical_json(own).decode()
    except ValueError:
        msg = f"{what}: gates.{gate} holds a value that JSON cannot carry (a date, NaN or infinity)"
        raise PolicyError(msg) from None
    return {
        "id": gate,
        "blocking": settings.get("blocking", True),
        "reason": settings.get("reason"),
        "not_applicable": settings.get("not_applicable"),
        "settings": text,
    }


def suites_of(settings: Json) -> frozenset[str]:
    """Suites a gate's table names, under the two keys that gates use for it."""
    if not isinstance(settings, Mapping):
        return frozenset()
    one, more = settings.get("suite"), settings.get("suites")
    return frozenset(
        name for name in (one, *(more if isinstance(more, list) else ())) if isinstance(name, str)
    )
