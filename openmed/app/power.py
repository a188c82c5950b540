"""What a suite can decide of a policy."""

from collections.abc import Iterable

from openmed.context import Context
from openmed.domain.evaluation.report import Scope
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.decidable_thresholds import DISCORDANCE, Gold
from openmed.domain.gates.power import Power, suite_power
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.slot import parse_slot
from openmed.domain.text import labels
from openmed.domain.text.span import Document
from openmed.errors import UsageError


def read_power(
    world: Context, *, slot: str, suite: str, policy: str, discordance: float = DISCORDANCE
) -> Power:
    """What a suite can decide.

    Args:
        world: the release repository.
        slot: whose declared labels and languages count; empty for all there are.
        suite: a pinned suite.
        policy: a policy by name; empty for the slot's, or the default one.
        discordance: share of spans that change sides between two releases.

    Raises:
        UsageError: no such slot, suite or policy.
    """
    inputs = world.inputs
    pins = {pin.name: pin for pin in inputs.pins()}
    if suite not in pins:
        msg = f"suite {suite!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    opened = inputs.suite(pins[suite])
    key = parse_slot(slot).key if slot else ""
    queue = {candidate.slot: candidate for candidate in inputs.queue()} if slot else {}
    if slot and key not in queue:
        msg = f"no candidate for slot {key}; queue: {', '.join(queue)}"
        raise UsageError(msg)
    scope = scope_of(queue[key]) if slot else _everything(opened.documents)
    name = policy or ("" if slot else "default")
    chosen = inputs.policy_named(name) if name else inputs.policy(key)
    gold = Gold.of(
        in_scope(opened, scope),
        suite=suite,
        declared=scope.labels,
        languages=scope.languages,
        discordance=discordance,
    )
    return suite_power(gold, pin=pins[suite], policy=chosen)


def _everything(documents: Iterable[Document]) -> Scope:
    """Every label a candidate may declare, or the suite has gold for; every language it has."""
    kept = tuple(documents)
    names = {facts.name for facts in labels.LABELS if not facts.is_coarse}
    names |= {span.label for document in kept for span in document.spans}
    return Scope(
        labels=tuple(sorted(names)),
        languages=tuple(sorted({document.language for document in kept})),
    )
