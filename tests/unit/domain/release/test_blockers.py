"""What is told before anything is measured is what a perfect candidate is held by at the end."""

from itertools import product
from typing import NamedTuple

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.digest import Json
from openmed.domain.gates.decidable_thresholds import Gold, Support
from openmed.domain.gates.gate import Evidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import judge
from openmed.domain.ledger.fleet import fold
from openmed.domain.release.blockers import QueueFacts, blockers_of
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.results.blocker import Blocker, BlockerKind, suggest_command
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import from_plain, plain, read_table

SPANS = 100


class Trouble(NamedTuple):
    """What is wrong with a candidate that predicts everything right."""

    has_row: bool
    is_coherent: bool
    has_bootstrap: bool
    is_accepted: bool
    has_budget: bool
    has_gold: bool
    has_object: bool


def _changed(row: Candidate, **changes: Json) -> Candidate:
    table = plain(row)
    assert isinstance(table, dict)
    return from_plain(Candidate, {**table, **changes}, what="row")


def _row(trouble: Trouble) -> Candidate:
    labels = ["DATE", "SSN"] if trouble.has_object else ["DATE"]
    return _changed(builders.a_candidate(bootstrap=trouble.has_bootstrap), labels=labels)


def _policy(trouble: Trouble, *, name: str = "pii--tiny--onnx", grade: str = "preview") -> Policy:
    tier = "tiny" if trouble.has_budget else "large"
    least = SPANS if trouble.has_gold else SPANS + 1
    return policy_from_table(
        name,
        {
            "schema": "openmed.policy/1",
            "milestone": "v2.0",
            "grade": grade,
            "reason": "a test",
            "suites": ["golden"],
            "performance_suite": "smoke",
            "max_age_hours": 24,
            "verifiers": ["release"],
            "requires": ["structured_recall"],
            "gates": {
                "evidence": {
                    "reason": "r", "suites": ["golden"], "min_support": least, "min_families": 1,
                },
                "structured_recall": {"reason": "r", "suite": "golden", "floor": 0.9},
                "name_recall": {"reason": "r", "suite": "golden", "floor": 0.9},
                "memory": {"reason": "r", "tiers": [{"tier": tier, "peak_rss_mib": 500}]},
                "manifest_coherence": {"reason": "r"},
            },
        },
    )  # fmt: skip


def _listed(trouble: Trouble, row: Candidate) -> Listed:
    if not trouble.has_row:
        return Listed(row=None)
    said = row if trouble.is_coherent else _changed(row, languages=["fr"])
    return Listed(row=builders.a_catalogue_row(said))


def _gold(row: Candidate) -> Gold:
    def support(name: str) -> Support:
        return Support(name=name, spans=SPANS, families=5, documents=40)

    return Gold(
        suite="golden",
        documents=50,
        without_gold=10,
        labels={name: support(name) for name in row.labels},
        languages=tuple(map(support, row.languages)),
        overall=support("all"),
        discordance=0.005,
    )


def _facts(trouble: Trouble, **changes: object) -> QueueFacts:
    row = _row(trouble)
    facts = QueueFacts(
        candidate=row,
        policy=_policy(trouble),
        listed=_listed(trouble, row),
        signer="release" if trouble.is_accepted else "local",
        golds=(_gold(row),),
        before=None,
        is_first=True,
        served_in="",
    )
    return facts._replace(**changes)  # type: ignore[arg-type]


def _told(facts: QueueFacts) -> tuple[Blocker, ...]:
    return blockers_of(facts, gates=GATES)


def _evidence(trouble: Trouble) -> Evidence:
    row = _row(trouble)
    found = builders.an_evidence(
        candidate=row,
        reports=(
            builders.a_report(
                builders.a_staged(row), candidate=row, covered=dict.fromkeys(row.labels, SPANS)
            ),
        ),
    )
    return Evidence.model_validate({**dict(found), "listed": _listed(trouble, row)})


FINE = Trouble(*(True,) * len(Trouble._fields))
EVERY = [Trouble(*one) for one in product((True, False), repeat=len(Trouble._fields))]


def test_blockers_are_told_exactly_where_a_perfect_candidate_is_not_released() -> None:
    """Every combination: judged and flipped for real, from measurements without a miss."""
    for trouble in EVERY:
        facts = _facts(trouble)
        verdict = judge(
            _evidence(trouble), policy=facts.policy, gates=GATES, floor=None, now=builders.NOW
        )
        proposal = builders.a_proposal(
            verdict, candidate=facts.candidate, policy=facts.policy, verifier=facts.signer
        )
        (result,) = plan_flip(fold(()), (proposal,), now=builders.NOW).results
        is_released = result.standing is SlotOutcome.RELEASED
        assert is_released == (not _told(facts)), (trouble, result)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("has_row", BlockerKind.CATALOGUE),
        ("is_coherent", BlockerKind.CATALOGUE),
        ("has_bootstrap", BlockerKind.FIRST_RELEASE),
        ("is_accepted", BlockerKind.VERIFIER),
        ("has_budget", BlockerKind.BUDGET),
        ("has_gold", BlockerKind.GOLD),
        ("has_object", BlockerKind.REQUIRED),
    ],
)
def test_each_trouble_is_one_blocker_with_what_comes_next(name: str, kind: BlockerKind) -> None:
    """None is told twice, and none hides another."""
    (found,) = _told(_facts(FINE._replace(**{name: False})))
    assert (kind, True, True) == (found.kind, bool(found.says), bool(found.fix))
    every = _told(_facts(Trouble(*(False,) * len(Trouble._fields))))
    assert kind in {one.kind for one in every}


def test_a_green_default_is_no_policy_of_a_preview() -> None:
    """The key is not accepted because nobody wrote the slot's own policy."""
    trouble = FINE._replace(is_accepted=False, has_gold=False, has_budget=False)
    facts = _facts(trouble, policy=_policy(trouble, name="default", grade="green"))
    assert {suggest_command(builders.SLOT)} == {one.fix for one in _told(facts)}


def test_who_declares_less_than_what_is_live_hears_it_first() -> None:
    """Labels and languages, but not those that the policy lets go."""
    now, then = _row(FINE), _changed(_row(FINE), labels=["DATE", "SSN", "CITY", "MRN"])
    table: dict[str, Json] = {"suite": "golden", "overall": 0.002, "per_label": 0.01, "widest": 0.1,
             "discordance": 0.005, "may_drop": ["CITY"], "reason": "r"}  # fmt: skip
    policy = _with_gate(_policy(FINE), "regression", table)
    facts = _facts(FINE, policy=policy, before=then, is_first=False, candidate=now)
    (found,) = _told(facts)
    assert found.kind is BlockerKind.DROPPED
    assert "the labels MRN, the row does not" in found.says


def test_a_gate_that_judged_the_live_release_is_not_got_rid_of() -> None:
    """Names are what the live release is judged by."""
    row = _changed(_row(FINE), labels=["SSN"])
    facts = _facts(
        FINE,
        candidate=row,
        golds=(_gold(row),),
        listed=Listed(row=builders.a_catalogue_row(row)),
        before=_row(FINE),
        is_first=False,
    )
    (found,) = _told(facts)
    assert "name_recall judged labels of the live release" in found.says


def test_a_repository_that_another_slot_serves() -> None:
    """It is live there."""
    (found,) = _told(_facts(FINE, served_in="pii::large::onnx"))
    assert "is live in slot pii::large::onnx" in found.says


def _with_gate(policy: Policy, name: str, table: dict[str, Json]) -> Policy:
    gates = {gate.id: {"reason": gate.reason, **_own(gate.settings)} for gate in policy.gates}
    head = {k: v for k, v in policy.model_dump(mode="json", by_alias=True).items() if v is not None}
    rest = {k: v for k, v in head.items() if k not in ("gates", "name")}
    return policy_from_table(policy.name, {**rest, "gates": {**gates, name: table}})


def _own(settings: str) -> dict[str, Json]:

    return read_table(settings.encode(), what="table")
