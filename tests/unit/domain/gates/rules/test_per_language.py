"""Gate `per_language`: a good language hides no bad one; single decisions are cases."""

import pytest
from support import builders, counting

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Evidence, Finding, Outcome
from openmed.domain.gates.rules.per_language import PerLanguage
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError

GATE = PerLanguage()
SETTINGS = '{"limit":0.01,"suite":"golden"}'


def _two_languages(*, german: int, of: int) -> Evidence:
    """200 spans, of which so many are German, some of them covered; all English ones are."""
    table = plain(builders.a_candidate())
    assert isinstance(table, dict)
    row = from_plain(Candidate, {**table, "languages": ["en", "de"]}, what="row")
    report = builders.a_report(
        builders.a_staged(row),
        candidate=row,
        covered={"PATIENT_NAME": 100 - of + german, "SSN": 100},
    )
    rows = [
        {"name": name, "counts": plain(counting.counts_of(support=n, covered=c))}
        for name, n, c in (("de", of, german), ("en", 200 - of, 200 - of))
    ]
    evidence = plain(builders.an_evidence(candidate=row, reports=(report,)))
    assert isinstance(evidence, dict)
    changed = {**evidence["reports"][0], "languages": rows, "declared_languages": rows}
    return from_plain(Evidence, {**evidence, "reports": [changed]}, what="evidence")


def _decide(*, german: int, of: int) -> Finding:
    return GATE.decide(_two_languages(german=german, of=of), SETTINGS)


def test_a_bad_language_is_not_hidden_by_a_good_one() -> None:
    """One of ten German spans leaks: half a percent over all, ten percent in German."""
    finding = _decide(german=9, of=10)
    assert finding.outcome is Outcome.FAILED
    assert finding.message.startswith("de leaks 10.00 % of sensitive characters (10 spans)")
    assert [m.name for m in finding.measures] == ["en", "de"]


def test_two_good_languages_pass() -> None:
    """Both are shown."""
    finding = _decide(german=10, of=10)
    assert finding.outcome is Outcome.PASSED
    assert "en leaks" in finding.message
    assert "de leaks" in finding.message


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        '{"limit":1,"suite":"golden"}',
        '{"limit":-0.1,"suite":"golden"}',
        '{"languages":[{"language":"en","limit":0.1,"reason":""}],"limit":0.1,"suite":"golden"}',
        (
            '{"languages":[{"language":"en","limit":0.1,"reason":"r"},'
            '{"language":"en","limit":0.2,"reason":"r"}],"limit":0.1,"suite":"golden"}'
        ),
    ],
)
def test_a_table_it_does_not_know_is_refused(settings: str) -> None:
    """Before anything is measured."""
    with pytest.raises(EvidenceError):
        GATE.check(settings)
