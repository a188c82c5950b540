"""Gate `fairness` beside its cases: the gap of each pool, and what closes it."""

from support import builders, counting

from openmed.domain.gates.gate import Evidence, Outcome
from openmed.domain.gates.rules.fairness import Fairness
from openmed.domain.wire import from_plain, plain

SETTINGS = '{"suite":"golden","limit":0.03}'
SPANS, POOL = 200, 50
"""Gold spans of the report, and of each pool."""


def _pools(**covered: int) -> Evidence:
    """Pools of 50 spans each, so many of them covered; all others are."""
    missed = sum(POOL - found for found in covered.values())
    report = builders.a_report(covered={"PATIENT_NAME": 100 - missed, "SSN": 100})
    evidence = plain(builders.an_evidence(reports=(report,)))
    assert isinstance(evidence, dict)
    rest = SPANS - POOL * len(covered)
    sizes = {"base": (rest, rest)} if rest else {}
    sizes |= {f"names-{name}": (POOL, found) for name, found in covered.items()}
    rows = [
        {"name": name, "counts": plain(counting.counts_of(support=size, covered=found))}
        for name, (size, found) in sorted(sizes.items())
    ]
    changed = {**evidence["reports"][0], "slices": rows}
    return from_plain(Evidence, {**evidence, "reports": [changed]}, what="evidence")


def test_each_pool_is_shown_with_its_gap() -> None:
    """The best one with none."""
    finding = Fairness().decide(_pools(b=49, a=50, c=45), SETTINGS)
    assert [(m.name, m.observed, m.outcome) for m in finding.measures] == [
        ("names-a", 0.0, Outcome.PASSED),
        ("names-b", 0.02, Outcome.PASSED),
        ("names-c", 0.1, Outcome.FAILED),
    ], finding.message


def test_finding_more_in_the_worst_pool_never_makes_it_fail() -> None:
    """The gap closes."""
    outcomes = [Fairness().decide(_pools(a=48, b=n), SETTINGS).outcome for n in range(42, 49)]
    assert outcomes == [Outcome.FAILED] * 5 + [Outcome.PASSED] * 2


def test_a_pool_without_gold_is_no_data() -> None:
    """The others do not speak for it."""
    evidence = plain(_pools(a=50, b=50))
    assert isinstance(evidence, dict)
    report = evidence["reports"][0]
    empty = {"name": "names-z", "counts": plain(counting.counts_of(support=0, covered=0))}
    changed = {**report, "slices": [*report["slices"], empty]}
    found = from_plain(Evidence, {**evidence, "reports": [changed]}, what="evidence")
    finding = Fairness().decide(found, SETTINGS)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert finding.message == "golden has gold in too few slices names-*: 2 of 3 needed"
