"""Whatever was measured: a suggested policy can be read, and what was measured passes it."""

import tomllib
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from support import builders
from support.repositories import ROOT

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Evidence, Outcome
from openmed.domain.gates.policy import LOCAL, Policy, policy_from_table
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.suggested.margins import LEAST
from openmed.domain.gates.suggested.policy_text import policy_text
from openmed.domain.gates.suggested.suggestion import Suggestion, preview_frame, suggest
from openmed.domain.gates.verdict import NO_OBJECT, Decision, check_policy, judge
from openmed.domain.wire import from_plain, plain

LABELS = ("CITY", "DATE", "EMAIL", "MRN", "PATIENT_NAME", "SSN", "USERNAME")
_TEXT = (ROOT / "gates/policy/default.toml").read_text(encoding="utf-8")
BASE: Policy = policy_from_table("default", tomllib.loads(_TEXT))


class Quality(NamedTuple):
    """How good a candidate is.

    Attributes:
        declared: its labels.
        support: gold spans of each label.
        covered: covered spans of each label, by suite.
        p50: milliseconds.
    """

    declared: list[str]
    support: int
    covered: dict[str, dict[str, int]]
    p50: float


@st.composite
def _qualities(draw: st.DrawFn) -> Quality:
    """Any quality, on golden and any of the other suites."""
    declared = draw(st.lists(st.sampled_from(LABELS), min_size=1, unique=True))
    support = draw(st.sampled_from((1, 9, 10, 49, 50, 400)))
    more = draw(st.lists(st.sampled_from(BASE.suites[1:]), unique=True))
    hits = st.integers(0, support) | st.integers(support * 9 // 10, support)
    row = st.fixed_dictionaries(dict.fromkeys(LABELS, hits))
    names = [name for name in BASE.suites if name in {BASE.suites[0], *more}]
    covered = {name: draw(row) for name in names}
    return Quality(declared, support, covered, draw(st.sampled_from((0.01, 1.0, 5000.0))))


def _measured(quality: Quality) -> tuple[Evidence, Policy]:
    """What such a candidate measured, and the frame of its policy."""
    table = plain(builders.a_candidate())
    assert isinstance(table, dict)
    row = from_plain(Candidate, {**table, "labels": quality.declared}, what="row")
    staged = builders.a_staged(row)
    pins = {name: builders.a_pin(name=name) for name in quality.covered}
    evidence = builders.an_evidence(
        candidate=row,
        reports=tuple(
            builders.a_report(
                staged, candidate=row, pin=pins[name], support=quality.support, covered=covered
            )
            for name, covered in quality.covered.items()
        ),
        pins=tuple(pins.values()),
        performance=builders.a_performance(staged, p50=quality.p50),
    )
    return evidence, preview_frame(BASE, present=BASE, name="pii--tiny--onnx", suites=pins)


def _policy(suggestion: Suggestion) -> Policy:
    return policy_from_table(suggestion.frame.name, tomllib.loads(policy_text(suggestion)))


@given(quality=_qualities())
@settings(max_examples=60, deadline=None)
def test_what_was_measured_passes_what_is_suggested(quality: Quality) -> None:
    """Or nothing is suggested, and it is said why."""
    evidence, frame = _measured(quality)
    found = suggest(evidence, frame=frame, gates=GATES)
    if found.weak or found.unmeasured:
        return
    policy = _policy(found)
    check_policy(policy, GATES)
    assert (Grade.PREVIEW, (LOCAL,), frame.suites) == (
        policy.grade,
        policy.verifiers,
        policy.suites,
    )
    assert [gate.id for gate in frame.gates] == [gate.id for gate in policy.gates]
    verdict = judge(evidence, policy=policy, gates=GATES, floor=None, now=builders.NOW)
    assert () == verdict.deciding
    assert verdict.decision is Decision.RELEASABLE


@given(quality=_qualities())
@settings(max_examples=60, deadline=None)
def test_nothing_is_suggested_for_what_finds_next_to_nothing(quality: Quality) -> None:
    """A declared label under the least floor is named, and only then."""
    evidence, frame = _measured(quality)
    found = suggest(evidence, frame=frame, gates=GATES)
    declared = evidence.candidate.labels
    dead = {
        row.name
        for report in evidence.reports
        if report.suite.name == frame.suites[0]
        for row in report.labels
        if row.name in declared and row.counts.covered < LEAST * row.counts.support
    }
    assert dead <= {sentence.partition(":")[0] for sentence in found.weak}


@given(quality=_qualities())
@settings(max_examples=40, deadline=None)
def test_what_no_declared_label_feeds_keeps_its_table(quality: Quality) -> None:
    """It is not applicable by rule, not by the policy: a label declared later is judged."""
    evidence, frame = _measured(quality)
    found = suggest(evidence, frame=frame, gates=GATES)
    if found.weak or found.unmeasured:
        return
    policy = _policy(found)
    verdict = judge(evidence, policy=policy, gates=GATES, floor=None, now=builders.NOW)
    off = {gate.id for gate in policy.gates if gate.not_applicable is not None}
    for result in verdict.results:
        if result.message == NO_OBJECT:
            assert result.outcome is Outcome.NOT_APPLICABLE
            assert result.id not in off
