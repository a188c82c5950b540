"""Presidio, spaCy, flair and deduce as candidates, really installed: `nox -s programs`.

What they return is given to the runner as it is. Their language models are downloads and are not
needed for that: what is tested is what their objects say, not how good they are.
"""

import importlib
import shutil
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from support.repositories import ROOT

from openmed.app.adhoc_benchmark import Model, measure_model
from openmed.context import open_context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.unanswered import incomplete
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource

CASES = ROOT / "tests" / "cases"
PINS = {
    "presidio": ("presidio-analyzer",),
    # It loads what presidio registers with it where that is installed too.
    "spacy": ("spacy", "presidio-analyzer"),
    # transformers looks for it, though flair does not need it.
    "flair": ("flair", "accelerate"),
    "deduce": ("deduce",),
}
PRESIDIO = {
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "SSN": "US_SSN",
    "CREDIT_CARD": "CREDIT_CARD",
    "IBAN": "IBAN_CODE",
    "URL": "URL",
    "IP_ADDRESS": "IP_ADDRESS",
    "DATE": "DATE_TIME",
    "ACCOUNT_NUMBER": "US_BANK_NUMBER",
    "LICENSE_ID": "US_DRIVER_LICENSE",
    "OTHER_ID": "US_ITIN",
    "DEVICE_ID": "MAC_ADDRESS",
}
IGNORED = ("CRYPTO", "MEDICAL_LICENSE", "UK_NHS", "US_PASSPORT", "UUID")
RULES = {
    "presidio": tuple(
        LabelRule(model=model, canonical=canonical)
        for canonical, model in (
            *PRESIDIO.items(),
            *(("IGNORE", model) for model in IGNORED),
        )
    ),
    "spacy": tuple(
        LabelRule(model=model, canonical=canonical)
        for model, canonical in (
            ("DATE", "DATE"),
            ("EMAIL", "EMAIL"),
            ("URL", "URL"),
            ("PERSON", "PATIENT_NAME"),
        )
    ),
    "flair": (LabelRule(model="PER", canonical="PATIENT_NAME"),),
}


def measured(
    program: str, folder: Path, tmp_path: Path, *, function: str = "find", language: str = "en"
) -> BenchmarkReport:
    """What golden says of a candidate in one language; printed with the time it took."""
    artifact = tmp_path / program
    shutil.copytree(folder, artifact)
    place = artifact / "runner_profile.json"
    if not place.exists():
        spans = SpanSource(
            function=f"detect:{function}",
            packages=tuple(f"{name}=={version(name)}" for name in PINS[program]),
            label_map=RULES[program],
        )
        profile = RunnerProfile(runner="callable", deterministic=True, spans=spans)
        place.write_text(profile.model_dump_json(), encoding="utf-8")
    began = time.monotonic()
    model = Model(f"file:{artifact}", languages=(language,), timeout=600)
    report = measure_model(open_context(ROOT, quiet=True), model, suite="golden")
    seconds = time.monotonic() - began
    name = PINS[program][0]
    told = [
        f"\n{name} {version(name)}, {function}: {seconds:.1f} s",
        f"{report.scored_documents} of {report.suite.documents} documents",
        f"{report.invalid_predictions} spans outside",
        *(
            f"{row.name} {row.counts.covered} of {row.counts.support}"
            for row in report.labels
            if row.name in report.scope.labels
        ),
        incomplete(report),
    ]
    print("; ".join(filter(None, told)))  # noqa: T201 - the finding
    return report


def recall(report: BenchmarkReport, label: str) -> float:
    """Of one label."""
    (counts,) = (row.counts for row in report.labels if row.name == label)
    return counts.covered / counts.support


def test_deduce_is_measured_right(tmp_path: Path) -> None:
    """Tuples with numbers of numpy, as its users write them: as with `int()` around them."""
    deduce = pytest.importorskip("deduce")
    deduce.Deduce()  # It writes its word lists into its own folder, once, which the jail forbids.
    report = measured(
        "deduce", CASES / "models" / "deduce-numpy-offsets" / "model", tmp_path, language="nl"
    )
    assert (report.scored_documents, report.suite.documents) == (27, 27)
    assert round(recall(report, "PATIENT_NAME"), 4) == 0.9467


def test_a_document_of_deduce_is_measured_as_its_annotations(tmp_path: Path) -> None:
    """Whole, without a line of the candidate about offsets."""
    pytest.importorskip("deduce").Deduce()
    case = CASES / "models" / "deduce-numpy-offsets" / "model"
    folder = tmp_path / "source"
    shutil.copytree(case, folder)
    (folder / "detect.py").write_text(
        "from deduce import Deduce\n\n_deduce = Deduce()\n\n\n"
        "def find(text):\n    return _deduce.deidentify(text)\n",
        encoding="utf-8",
    )
    report = measured("deduce", folder, tmp_path, language="nl")
    assert report.scored_documents == 27
    assert round(recall(report, "PATIENT_NAME"), 4) == 0.9467


def test_results_of_presidio_are_read(tmp_path: Path) -> None:
    """Its RecognizerResult, several at one place; our e-mail addresses end in no real domain."""
    pytest.importorskip("presidio_analyzer")
    report = measured("presidio", CASES / "programs" / "presidio", tmp_path)
    assert not report.is_incomplete
    assert report.invalid_predictions == 0
    assert recall(report, "SSN") > 0.9
    assert recall(report, "IBAN") > 0.9


def test_a_doc_of_spacy_is_read(tmp_path: Path) -> None:
    """Characters, not numbers of tokens."""
    pytest.importorskip("spacy")
    report = measured("spacy", CASES / "programs" / "spacy", tmp_path)
    assert not report.is_incomplete
    assert report.invalid_predictions == 0
    assert recall(report, "EMAIL") > 0.9


@pytest.mark.parametrize(
    ("function", "why"),
    [("groups", "spans outside `ents`"), ("stripped", "of another text")],
)
def test_what_spacy_could_mean_is_not_guessed(function: str, why: str, tmp_path: Path) -> None:
    """Other groups of spans; offsets of a text that was changed."""
    pytest.importorskip("spacy")
    report = measured("spacy", CASES / "programs" / "spacy", tmp_path, function=function)
    assert report.failed_documents
    assert why in incomplete(report)


@pytest.mark.parametrize("function", ["find", "whole", "labels"])
def test_sentences_of_flair_are_read(function: str, tmp_path: Path) -> None:
    """Wherever they begin; those whose text flair cleaned are refused by name."""
    pytest.importorskip("flair")
    report = measured("flair", CASES / "programs" / "flair", tmp_path, function=function)
    assert report.invalid_predictions == 0
    assert recall(report, "PATIENT_NAME") > 0.3
    if report.is_incomplete:
        assert {row.fault for row in report.unanswered} == {"AnswerError"}
        assert "of another text" in incomplete(report)


def test_the_programs_say_what_the_unit_tests_say_they_do() -> None:
    """The attributes by which their objects are recognised."""
    seen = 0
    for module, name, attributes in (
        ("spacy.tokens", "Doc", ("ents", "text", "spans")),
        ("spacy.tokens", "Span", ("start_char", "end_char", "label_", "text", "doc")),
        ("flair.data", "Sentence", ("get_spans", "to_original_text", "start_position")),
        ("flair.data", "Span", ("start_position", "end_position", "labels")),
        ("flair.data", "Label", ("value", "score")),
        ("docdeid.document", "Document", ("annotations", "text")),
    ):
        try:
            kind = getattr(importlib.import_module(module), name)
        except ImportError:
            continue
        seen += 1
        assert [one for one in attributes if not hasattr(kind, one)] == []
    if not seen:
        pytest.skip("none of them is installed")
