"""What is wrong with leaks in a report: in the lists up to version 2, and in the bits since."""

from collections.abc import Callable
from typing import Any

import pytest
from support import builders
from support.counting import as_version_2

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.wire import from_plain, plain

Table = dict[str, Any]
Spoil = Callable[[Table], object]

LISTED: dict[str, tuple[Spoil, str]] = {
    "leak twice": (
        lambda t: t["leaks"].__setitem__(0, t["leaks"][1]),
        "the list of leaks names a place twice, or one that is empty",
    ),
    "leak of nothing": (
        lambda t: t["leaks"][0].update(end=0),
        "the list of leaks names a place twice, or one that is empty",
    ),
    "leak missing": (
        lambda t: t["leaks"].pop(), "what leaked disagrees with the exposed counts"
    ),
    "leak of another label": (
        lambda t: t["leaks"][0].update(label="EMAIL"),
        "what leaked disagrees with the exposed counts",
    ),
    "leaks exchanged": (
        lambda t: t["leaks"][0].update(label="SSN"), "what leaked disagrees with the exposed counts"
    ),
}  # fmt: skip


def _fault(spoil: Spoil) -> str:
    """What is wrong with a report of three names and one number that leak."""
    report = builders.a_report(builders.a_staged(), covered={"PATIENT_NAME": 97, "SSN": 99})
    table: Any = plain(as_version_2(report))
    spoil(table)
    spoilt = from_plain(BenchmarkReport, table, what="report")
    return str(valid_report(builders.an_evidence(reports=(spoilt,)), "golden"))


@pytest.mark.parametrize("name", sorted(LISTED))
def test_each_fault_of_a_list_of_leaks_is_said(name: str) -> None:
    """And nothing of the report is looked at."""
    spoil, said = LISTED[name]
    assert _fault(spoil).startswith(f"report of suite golden: {said}")


def test_a_leak_nobody_exposed_is_one_too_many() -> None:
    """Also a single one of a label without gold."""
    leak = {"document": "d1", "start": 0, "end": 9, "label": "EMAIL"}
    assert "disagrees with the exposed" in _fault(lambda t: t["leaks"].append(leak))


def test_the_other_labels_have_no_leaks() -> None:
    """What is no direct identifier is counted, and is no leak."""
    report = builders.a_report(covered={"DATE": 97, "PATIENT_NAME": 97, "SSN": 99})
    table: Any = plain(report)
    table["outcomes"][0]["exposed"] = "0" * 26
    spoilt = from_plain(BenchmarkReport, table, what="report")
    said = "the outcome bitmap of DATE names leaks of a label that is no direct identifier"
    assert said in str(valid_report(builders.an_evidence(reports=(spoilt,)), "golden"))
