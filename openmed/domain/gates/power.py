"""What a suite can decide at 95 %: per label what it can prove, per gate what it cannot."""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.evaluation.report import Count
from openmed.domain.evaluation.scoring.statistics import (
    ALPHA,
    DIGITS,
    POWER,
    clopper_pearson_lower,
    smallest_visible_drop,
)
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.decidable_thresholds import Gold, Support, Threshold, thresholds
from openmed.domain.gates.policy import Policy
from openmed.domain.suites.suite import SuitePin

Share = Annotated[float, Field(ge=0, le=1)]


class LabelPower(Frozen):
    """What the gold of one label can prove.

    Attributes:
        gold: how much there is.
        without_miss: highest floor it proves when nothing is missed and spans are independent.
        with_one_miss: the same with one miss.
        by_family: highest floor when each family is right or wrong as a whole; nothing missed.
        visible_drop: smallest drop the regression gate would see; None without gold.
    """

    gold: Support
    without_miss: Share
    with_one_miss: Share
    by_family: Share
    visible_drop: Share | None


class GatePower(Frozen):
    """What a suite can decide of one gate.

    Attributes:
        gate: gate.
        note: why it has no threshold here; empty when it has.
        thresholds: its thresholds, in the gate's order.
    """

    gate: str
    note: str
    thresholds: tuple[Threshold, ...]


class Power(Frozen):
    """What one suite can decide of one policy.

    Attributes:
        suite: name of the suite.
        digest: its content.
        policy: name of the policy.
        policy_digest: its content.
        confidence: of every bound, one-sided.
        chance: how often a drop of the stated size is seen.
        discordance: share of spans that change sides between two releases, as assumed.
        documents: documents in scope.
        labels: one row per declared label, and one for all of them.
        gates: one row per gate of the policy, in its order.
    """

    schema_: Literal["openmed.power/1"] = Field(default="openmed.power/1", alias="schema")
    suite: str
    digest: Digest
    policy: str
    policy_digest: Digest
    confidence: Share
    chance: Share
    discordance: Share
    documents: Count
    labels: tuple[LabelPower, ...]
    gates: tuple[GatePower, ...]

    @property
    def undecidable(self) -> tuple[Threshold, ...]:
        """Every threshold the suite is too small for."""
        rows = (row for gate in self.gates for row in gate.thresholds)
        return tuple(row for row in rows if not row.is_decidable)


def suite_power(gold: Gold, *, pin: SuitePin, policy: Policy) -> Power:
    """Lay a policy over the gold of a suite.

    Raises:
        EvidenceError: a gate's table is not the one it knows.
    """
    return Power(
        suite=pin.name,
        digest=pin.digest,
        policy=policy.name,
        policy_digest=policy.digest,
        confidence=1 - ALPHA,
        chance=POWER,
        discordance=gold.discordance,
        documents=gold.documents,
        labels=tuple(
            _label(row, gold.discordance) for row in (*gold.labels.values(), gold.overall)
        ),
        gates=tuple(
            GatePower(
                gate=gate.id,
                note=found if isinstance(found, str) else "",
                thresholds=() if isinstance(found, str) else found,
            )
            for gate, found in ((gate, thresholds(gold, gate)) for gate in policy.gates)
        ),
    )


def _label(gold: Support, discordance: float) -> LabelPower:
    return LabelPower(
        gold=gold,
        without_miss=_proven(gold.spans, misses=0),
        with_one_miss=_proven(gold.spans, misses=1),
        by_family=_proven(gold.families, misses=0),
        visible_drop=smallest_visible_drop(discordance, gold.spans) if gold.spans else None,
    )


def _proven(trials: int, *, misses: int) -> float:
    if trials <= misses:
        return 0.0
    return round(clopper_pearson_lower(trials - misses, trials), DIGITS)
