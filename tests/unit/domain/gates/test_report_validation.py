"""What makes a report unfit to be judged; each fault is said by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from support import builders
from support.counting import bits_of

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Against, Evidence
from openmed.domain.gates.report_validation import label_counts, sound_baseline, valid_report
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.wire import from_plain, plain

Table = dict[str, Any]
Spoil = Callable[[Table], object]

LEAKY = {"PATIENT_NAME": 97, "SSN": 99}
"""Three names and one number are missed, so there are leaks to look at."""
PIN = builders.a_pin()


def _report(spoil: Spoil | None = None, *, content: bytes = b"weights") -> BenchmarkReport:
    staged = builders.a_staged(content=content)
    table = plain(builders.a_report(staged, covered=LEAKY))
    assert isinstance(table, dict)
    if spoil is not None:
        spoil(table)
    return from_plain(BenchmarkReport, table, what="report")


def _set(path: str, value: object) -> Spoil:
    """Put a value where a dotted path leads; numbers are places in a list."""
    *parents, last = path.split(".")

    def spoil(table: Any) -> None:  # noqa: ANN401 - any part of a report
        for part in parents:
            table = table[int(part)] if part.isdigit() else table[part]
        table[int(last) if last.isdigit() else last] = value

    return spoil


def _both(*spoils: Spoil) -> Spoil:
    return lambda table: [spoil(table) for spoil in spoils]


def _everywhere(field: str, value: int) -> Spoil:
    """In one label and in what adds up to it."""
    return _both(
        _set(f"labels.0.counts.{field}", value),
        *(_set(f"{whole}.{field}", value + 99) for whole in WHOLES),
    )


WHOLES = ("overall", "languages.0.counts", "declared_languages.0.counts", "slices.0.counts")
SPLITS = ("labels", "languages", "declared_languages", "slices")
TWICE_SSN = "labels.0.name"
OTHER = "0" * 64
NO_RULE = {"documents": 1, "fault": "X", "why": {"reason": "no-rule", "labels": ["X"]}}

FAULTS: dict[str, tuple[Spoil, str]] = {
    "artifact": (_set("subject.artifact", OTHER), "its artifact is 0000"),
    "slot": (_set("subject.slot", "a::b::c"), "its slot is a::b::c, expected pii::tiny::onnx"),
    "repository": (_set("subject.repo_id", "x/y"), "its repo_id is x/y, expected org/tiny"),
    "suite": (_set("suite.digest", OTHER), "its suite digest is 0000"),
    "label schema": (_set("label_schema", "9"), "its label schema is 9, expected "),
    "scope": (_set("scope.labels", ["SSN"]), "its scope (labels and languages) is "),
    "no documents": (_set("suite.documents", 0), "the suite is empty"),
    "no spans": (_set("suite.spans", 0), "the suite is empty"),
    "unanswered": (
        _both(_set("scored_documents", 49), _set("failures", ["KeyError", "ValueError"])),
        "49 of 50 documents were answered (KeyError, ValueError); all are needed",
    ),
    "unanswered by name": (_set("failed_documents", ["d1"]), "50 of 50 documents were answered;"),
    "why": (
        _both(_set("scored_documents", 49), _set("unanswered", [NO_RULE])),
        "49 of 50 documents were answered (label_map has no rule for X); all are needed",
    ),
    "spans not scored": (_set("suite.spans", 201), "200 of 201 gold spans were scored"),
    "overall": (_set("overall.partial", 1), "the overall counts contradict each other"),
    "label": (
        _set("labels.0.counts.partial", 1), "labels: the counts of PATIENT_NAME contradict "
    ),
    "language": (_set("languages.0.counts.partial", 1), "languages: the counts of en contradict"),
    "slice": (_set("slices.0.counts.partial", 1), "slices: the counts of base contradict each"),
    "label of nobody": (_set(TWICE_SSN, "UNKNOWN"), "unknown label UNKNOWN"),
    "label twice": (_set(TWICE_SSN, "SSN"), "labels: a name is counted twice"),
    "label less": (
        lambda t: t["labels"].pop(), "labels: support does not add up to the overall one"
    ),
    "typed": (
        _set("labels.0.counts.typed", 96), "labels: typed does not add up to the overall one"
    ),
    "families above": (_set("labels.0.counts.families", 6), "labels: families contradicts the"),
    "families below": (_set("overall.families", 11), "labels: families contradicts the overall"),
    "documents above": (_set("labels.0.counts.documents", 41), "labels: documents contradicts"),
    "documents below": (
        lambda t: [row["counts"].update(documents=19) for row in t["labels"]],
        "labels: documents contradicts the overall one",
    ),
    "bitmaps of others": (
        _set("outcomes.0.label", "DATE"), "the outcome bitmaps are not of the labels counted"
    ),
    "bitmap too long": (
        lambda t: t["outcomes"][0].update(bits=t["outcomes"][0]["bits"] + "00"),
        "the outcome bitmap of PATIENT_NAME has the wrong length",
    ),
    "bitmap of others": (
        lambda t: t["outcomes"][0].update(bits="0" * 26),
        "the outcome bitmap of PATIENT_NAME disagrees with its covered count",
    ),
    "bitmap beyond": (
        lambda t: t["outcomes"][0].update(bits="7" + "f" * 23 + "11"),
        "the outcome bitmap of PATIENT_NAME says something about spans that are not there",
    ),
    "leak missing": (
        _set("outcomes.0.exposed", "0" * 26), "what leaked disagrees with the exposed counts"
    ),
    "leaks not said": (
        _set("outcomes.0.exposed", ""),
        "the outcome bitmap of PATIENT_NAME does not say which spans leaked",
    ),
    "leaks beyond": (
        _set("outcomes.0.exposed", "0" * 24 + "1f"),
        "the outcome bitmap of PATIENT_NAME says something about spans that are not there",
    ),
    "leak of a covered span": (
        _set("outcomes.0.exposed", "e" + "0" * 25),
        "the outcome bitmap of PATIENT_NAME has a span that is covered and leaked",
    ),
    "predictions twice": (
        _set("predictions.0.label", "SSN"), "the predictions of a label are counted twice"
    ),
    "predictions undeclared": (
        _set("predictions.0.label", "DATE"), "there are predictions of a label that is not"
    ),
    "more touch than are": (
        _set("predictions.0.predicted", 97),
        "the prediction counts of PATIENT_NAME contradict each other",
    ),
    "none predicted": (
        _both(_set("predictions.0.predicted", 0), _set("predictions.0.touching", 0)),
        "the prediction counts of PATIENT_NAME contradict each other",
    ),
    "found, not predicted": (
        lambda t: t["predictions"].pop(0),
        "more spans of PATIENT_NAME were found than predictions touch gold",
    ),
    "found, not touched": (
        _set("predictions.0.touching", 96),
        "more spans of PATIENT_NAME were found than predictions touch gold",
    ),
    "matchings twice": (
        lambda t: t["matchings"].append(t["matchings"][0]), "a way of matching is counted twice"
    ),
    "behaviour taken out": (_set("behaviour", []), "its behaviour is missing"),
    "behaviour in another language": (
        _set("behaviour.0.language", "de"),
        "the behaviour is of a language twice, or of one that is not declared",
    ),
    "behaviour of a label twice": (
        lambda t: t["behaviour"][0]["labels"].append(t["behaviour"][0]["labels"][0]),
        "the behaviour is not of the labels that were predicted",
    ),
    "behaviour of a label left out": (
        lambda t: t["behaviour"][0]["labels"].pop(),
        "the behaviour is not of the labels that were predicted",
    ),
    "over-redaction": (
        _set("redaction.over_redacted", 101), "the redaction counts contradict each other"
    ),
    "false alarms": (
        _set("redaction.false_alarm_documents", 11), "the redaction counts contradict each other"
    ),
    "documents without gold": (
        _set("redaction.documents_without_gold", 11), "the redaction counts contradict each other"
    ),
}  # fmt: skip


def _evidence(report: BenchmarkReport) -> Evidence:
    return builders.an_evidence(reports=(report,))


def test_a_whole_report_is_sound() -> None:
    """It comes back as it is."""
    assert _report() == valid_report(_evidence(_report()), "golden")


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_is_said(name: str) -> None:
    """And nothing of the report is looked at."""
    spoil, said = FAULTS[name]
    fault = valid_report(_evidence(_report(spoil)), "golden")
    assert isinstance(fault, str)
    assert fault.startswith(f"report of suite golden: {said}"), fault


@pytest.mark.parametrize(
    ("counts", "is_sound"),
    [
        ({}, True),
        ({"exposed": 2}, False),
        ({"exposed": 4}, False),
        ({"typed": 98}, False),
        ({"strict": 98, "exact": 97}, False),
        ({"strict": 101, "exact": 101}, False),
        ({"leaked": 1001}, False),
        ({"leaked": 0}, False),
        ({"characters": 99}, False),
        ({"families": 0}, False),
        ({"documents": 0}, False),
        ({"families": 101}, False),
        ({"documents": 101}, False),
        ({"missed": 2, "partial": 1}, True),
        ({"missed": 2, "partial": 1, "exposed": 2}, True),
        ({"missed": 2, "partial": 1, "exposed": 1}, False),
    ],
)
def test_counts_that_cannot_be_are_not_judged(counts: Table, *, is_sound: bool) -> None:
    """Of one label with 97 of 100 spans covered."""
    staged = builders.a_staged()
    table: Any = plain(builders.a_report(staged, covered={"PATIENT_NAME": 97}))
    for split in SPLITS:
        table[split][0]["counts"].update(counts)
    table["overall"].update(counts)
    if "exposed" in counts:
        leaked = "0" * (100 - counts["exposed"]) + "1" * counts["exposed"]
        table["outcomes"][0]["exposed"] = bits_of(leaked)
    for field in ("documents",):
        without = 50 - table["overall"][field]
        table["redaction"]["documents_without_gold"] = max(without, 0)
    if counts.get("strict", 0) > 97:
        table["predictions"][0].update(predicted=200, touching=200)
    report = from_plain(BenchmarkReport, table, what="report")
    assert is_sound == (not isinstance(valid_report(_evidence(report), "golden"), str))


def test_a_suite_must_be_pinned_once() -> None:
    """A report of anything else is not one of the policy's."""
    said = "suite other is not pinned for this policy"
    assert said == valid_report(_evidence(_report()), "other")


def test_a_missing_report_says_which_step_failed() -> None:
    """The reason of the step, if there is one."""
    said = "no report of suite golden"
    assert said == valid_report(builders.an_evidence(reports=()), "golden")
    fault = StepFault(step="benchmark:x:golden", error="E", message="it broke", exit_code=1)
    other = StepFault(step="benchmark:x:other", error="E", message="no matter", exit_code=1)
    evidence = builders.an_evidence(reports=(), faults=(other, fault))
    assert f"{said}: it broke" == valid_report(evidence, "golden")


def test_two_reports_are_one_too_many() -> None:
    """Nobody chooses between them."""
    evidence = builders.an_evidence(reports=(_report(), _report()))
    assert "there are 2 reports of suite golden" == valid_report(evidence, "golden")


def test_nothing_staged_has_no_report() -> None:
    """Whatever it says."""
    evidence = _evidence(_report())
    fields = {name: getattr(evidence, name) for name in Evidence.model_fields}
    said = "report of suite golden: nothing is staged"
    assert said == valid_report(Evidence(**{**fields, "staged": None}), "golden")


def test_what_is_staged_for_another_row_is_not_this_candidate() -> None:
    """Even if slot, repository and bytes agree."""
    evidence = _evidence(_report())
    fields = {name: getattr(evidence, name) for name in Evidence.model_fields}
    other = builders.a_staged(builders.a_candidate(title="Another"))
    fault = valid_report(Evidence(**{**fields, "staged": other}), "golden")
    assert str(fault).startswith("report of suite golden: its row is ")


def test_a_label_without_gold_has_no_counts() -> None:
    """None, never zero."""
    assert label_counts(_report(), "DATE") is None
    counts = label_counts(_report(), "SSN")
    assert counts is not None
    assert 99 == counts.covered


LIVE = builders.a_staged(content=b"live")
AGAINST = Against(generation=3, artifact=LIVE.artifact)


def _compared(spoil: Spoil | None = None, *, before: int = 1) -> Evidence:
    live = _report(spoil, content=b"live")
    return builders.an_evidence(reports=(_report(),), against=AGAINST, baselines=(live,) * before)


def test_a_whole_baseline_is_sound() -> None:
    """It comes back as it is."""
    assert _report(content=b"live") == sound_baseline(_compared(), "golden")


BASELINE_FAULTS: dict[str, tuple[Spoil, str]] = {
    "artifact": (_set("subject.artifact", OTHER), "the live release's artifact on suite golden"),
    "slot": (_set("subject.slot", "a::b::c"), "the live release's slot on suite golden is a::b"),
    "label schema": (_set("label_schema", "9"), "the live release's label schema on suite gold"),
    "scorer": (_set("scorer", OTHER), "the live release's scorer on suite golden is 00000000"),
    "languages": (_set("scope.languages", ["de"]), "the live release's languages on suite golde"),
    "spans": (_set("labels.0.counts.support", 9), "the live release's spans on suite golden is "),
    "unanswered": (
        _set("scored_documents", 1), "the live release's report of suite golden: 1 of 50 docu"
    ),
    "incoherent": (
        _set("overall.partial", 1), "the live release's report of suite golden: the overall cou"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BASELINE_FAULTS))
def test_each_fault_of_a_baseline_is_said(name: str) -> None:
    """It is never compared with."""
    spoil, said = BASELINE_FAULTS[name]
    fault = sound_baseline(_compared(spoil), "golden")
    assert str(fault).startswith(said), fault


def test_a_baseline_must_be_there_once() -> None:
    """With the reason of the step that did not make it."""
    said = "no report of the live release on suite golden"
    assert said == sound_baseline(_compared(before=0), "golden")
    assert said == sound_baseline(_compared(before=2), "golden")
    assert "suite other is not pinned for this policy" == sound_baseline(_compared(), "other")
    fault = StepFault(
        step="baseline:x:baseline-golden", error="E", message="bytes are gone", exit_code=5
    )
    evidence = builders.an_evidence(reports=(_report(),), against=AGAINST, faults=(fault,))
    assert f"{said}: bytes are gone" == sound_baseline(evidence, "golden")


EDGES: dict[str, Spoil] = {
    "all outside gold redacted": _set("redaction.over_redacted", 100),
    "an alarm in every document": _set("redaction.false_alarm_documents", 10),
    "one family each": lambda t: [
        row["counts"].update(families=1)
        for row in (*(row for split in SPLITS for row in t[split]), {"counts": t["overall"]})
    ],
    "a family a span": lambda t: [
        row["counts"].update(families=row["counts"]["support"])
        for row in (*(row for split in SPLITS for row in t[split]), {"counts": t["overall"]})
    ],
}


@pytest.mark.parametrize("name", sorted(EDGES))
def test_what_is_just_possible_is_sound(name: str) -> None:
    """A limit is not refused for being reached."""
    report = _report(EDGES[name])
    assert report == valid_report(_evidence(report), "golden")


def _of_eight(spoil: Spoil | None = None) -> str | BenchmarkReport:
    """A report of 8 spans of one label: its bitmap fills its byte."""
    staged = builders.a_staged()
    table: Any = plain(builders.a_report(staged, covered={"PATIENT_NAME": 8}, support=8))
    table["redaction"]["documents_without_gold"] = 42
    if spoil is not None:
        spoil(table)
    return valid_report(_evidence(from_plain(BenchmarkReport, table, what="report")), "golden")


def test_a_full_byte_has_nothing_beyond_it() -> None:
    """And no second byte."""
    assert not isinstance(_of_eight(), str)
    assert "wrong length" in str(_of_eight(_set("outcomes.0.bits", "ff00")))


def test_one_character_a_span_and_one_document_each_are_possible() -> None:
    """The least there can be."""

    def least(table: Table) -> None:
        for counts in (*(table[split][0]["counts"] for split in SPLITS), table["overall"]):
            counts.update(characters=8, documents=1, families=1)
        table["redaction"]["documents_without_gold"] = 49
        table["outcomes"][0].update(firsts="80", documents="80")

    assert not isinstance(_of_eight(least), str)


def test_one_span_found_needs_one_prediction() -> None:
    """None is too few even for one."""

    def spoil(table: Table) -> None:
        for counts in (*(table[split][0]["counts"] for split in SPLITS), table["overall"]):
            counts.update(strict=1)
        table["predictions"] = []

    assert "more spans of PATIENT_NAME were found" in str(_of_eight(spoil))
