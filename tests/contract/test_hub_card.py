"""The card of a release on the Hub: what its own client and its checks make of it."""

import importlib.resources
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from support import builders
from support.hub import cards as hub_checks

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.hub_licences import AS_OF, HUB_IDS, OTHER, hub_licence
from openmed.domain.candidates.licences import KNOWN
from openmed.domain.candidates.listed_references import Relation
from openmed.domain.evaluation.report import BenchmarkReport, DecodingFacts
from openmed.domain.ledger.fleet import fold
from openmed.domain.pages.hub.card_references import CardReferences
from openmed.domain.pages.hub.hub_card import hub_card
from openmed.domain.pages.inputs import ReleaseRecord, SlotInputs, Template
from openmed.domain.release.flip import plan_flip
from openmed.domain.text.labels import claims

hub = pytest.importorskip("huggingface_hub")

BARE = CardReferences()
FULL = CardReferences(
    base_models=("org/base", "org/other"),
    relation="quantized",
    datasets=("org/notes",),
    new_version="org/next",
    gates_url="https://example.org",
    previous_tag="2026.11.23-1",
    previous_revision="0123456789abcdef0123456789abcdef01234567",
)
ODD = 'Ää "x": [1] # {y} \\ | &amp; <b> :: …'


def _candidate(**changes: object) -> Candidate:
    return Candidate.model_validate({**dict(builders.a_candidate()), **changes})


def _inputs(
    candidate: Candidate, covered: dict[str, int] | None = None, **facts: object
) -> SlotInputs:
    verdict = builders.a_verdict(candidate=candidate)
    proposal = builders.a_proposal(verdict, candidate=candidate)
    plan = plan_flip(fold(()), (proposal,), now=builders.NOW)
    assert plan.entry is not None
    staged = builders.a_staged(candidate)
    report = builders.a_report(staged, candidate=candidate, covered=covered)
    record = ReleaseRecord(
        live=fold((plan.entry,)).live[0],
        verdict=verdict,
        verifier="local",
        reports=(BenchmarkReport.model_validate({**dict(report), **facts}),),
        performance=builders.a_performance(staged),
    )
    templates = tuple(
        Template(name=file.name, source=file.read_text(encoding="utf-8"))
        for file in importlib.resources.files("openmed").joinpath("templates").iterdir()
        if file.name.endswith(".j2")
    )
    return SlotInputs(release=record.shown, reports=(), pins=(), templates=templates)


def _card(
    references: CardReferences = FULL,
    changes: Mapping[str, object] | None = None,
    *,
    covered: dict[str, int] | None = None,
) -> str:
    candidate = _candidate(**(changes or {}))
    return hub_card(_inputs(candidate, covered), references=references).decode()


def _head(text: str) -> dict[str, Any]:
    found = hub_checks.metadata(text)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("references", [BARE, FULL], ids=["bare", "full"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"licence": "CC-BY-4.0", "attribution": ODD},
        {"licence": "MIT OR Apache-2.0"},
        {"title": ODD, "description": f"---\n{ODD}\n---\n"},
    ],
    ids=["plain", "attributed", "an expression", "odd words"],
)
def test_the_client_reads_back_what_was_written(
    references: CardReferences, changes: dict[str, object]
) -> None:
    """`ModelCard` parses it, and what it writes parses to the same; the Hub's schema accepts it."""
    text = _card(references, changes)
    assert hub_checks.faults_of(text) == ([], [])
    card = hub.ModelCard(text)
    again = hub.ModelCard(str(card))
    assert again.data.to_dict() == card.data.to_dict()
    assert again.text == card.text
    assert _results(card.data.to_dict()) == _results(_head(text))
    assert _rest(card.data.to_dict()) == _rest(_head(text))
    candidate = _candidate(**changes)
    assert card.data.language == [*candidate.languages]
    assert card.data.model_name == candidate.title


def _rest(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "model-index"}


def _results(table: dict[str, Any]) -> list[tuple[object, ...]]:
    """Each metric with its task, data and source, in whatever groups they stand."""
    (model,) = table["model-index"]
    return [
        (
            model["name"], *sorted(result["task"].items()), *sorted(result["dataset"].items()),
            *sorted(result.get("source", {}).items()), *sorted(metric.items()),
        )
        for result in model["results"]
        for metric in result["metrics"]
    ]  # fmt: skip


def test_results_are_the_numbers_of_the_summary() -> None:
    """As the client's own values, each of a suite by its revision, with the signed report."""
    covered = {"PATIENT_NAME": 70}
    text = _card(covered=covered)
    inputs = _inputs(builders.a_candidate(), covered)
    (suite,) = inputs.release.summary.suites
    declared = inputs.release.live.release.candidate.labels
    rows = [row.counts for row in suite.labels.rows if claims(declared, row.name)]
    results = hub.ModelCard(text).data.eval_results
    by_name = {result.metric_name: result for result in results}
    recall = by_name["Recall of declared items, fully redacted"]
    exact = sum(row.covered for row in rows) / sum(row.support for row in rows)
    assert 0 <= exact - recall.metric_value < 1e-6
    whole = by_name["Recall of all items, declared or not"]
    assert whole.metric_value == pytest.approx(
        suite.overall.covered / suite.overall.support, abs=1e-6
    )
    leaked = by_name["Characters of declared items left in clear"]
    exact = sum(row.leaked for row in rows) / sum(row.characters for row in rows)
    assert 0 <= leaked.metric_value - exact < 1e-6
    for result in results:
        assert result.task_type == "token-classification"
        assert (result.dataset_type, result.dataset_revision) == (
            suite.suite.name, suite.suite.revision,
        )  # fmt: skip
        assert result.source_url == f"{FULL.evidence_url}{suite.report}.json"


@pytest.mark.parametrize("number", [0.000001, 0.0000005, 0.9999999])
def test_small_numbers_stay_numbers(number: float) -> None:
    """YAML reads 1e-06 as a word; good numbers are cut, bad ones are not."""
    from openmed.domain.pages.hub.card_head import _number  # noqa: PLC0415 - the one rule of it

    for is_bad in (True, False):
        text = _number(number, is_bad=is_bad)
        assert "e" not in text
        assert (float(text) >= number) if is_bad else (float(text) <= number)


def test_what_is_not_known_is_left_out() -> None:
    """No base model, no data, no source is made up."""
    head = _head(_card(BARE))
    assert {"base_model", "base_model_relation", "datasets"}.isdisjoint(head)
    assert "source" not in head["model-index"][0]["results"][0]
    full = _head(_card(FULL))
    assert (full["base_model"], full["base_model_relation"], full["datasets"]) == (
        ["org/base", "org/other"], "quantized", ["org/notes"],
    )  # fmt: skip


@pytest.mark.parametrize("relation", get_args(Relation))
def test_every_relation_is_one_of_the_hub(relation: Relation) -> None:
    """And none is written without a base model."""
    assert relation in hub_checks.RELATIONS
    alone = CardReferences(relation=relation)
    assert "base_model_relation" not in _head(_card(alone))


def test_evidence_is_linked() -> None:
    """Verdict, reports, the previous release, and the command that measures it again."""
    text = _card(FULL)
    release = _inputs(builders.a_candidate()).release.live.release
    names = [release.verdict, *(row.report for row in release.reports)]
    for name in names:
        assert f"({FULL.evidence_url}{name}.json)" in text
    assert f"[{FULL.previous_tag}](https://huggingface.co/{release.candidate.repo_id}" in text
    assert f"/tree/{FULL.previous_revision})" in text
    assert f"hf download {release.candidate.repo_id} --revision 2026.11.24-1" in text
    assert f"openmed fetch {release.slot}@2026.11.24-1 --from {release.candidate.repo_id}" in text
    assert "openmed benchmark run --model file:FOLDER --suite golden" in text
    bare = _card(BARE)
    assert f"`gates/evidence/{release.verdict}.json` of the release repository" in bare
    assert "it is the first of its slot" in bare


def test_the_same_release_gives_the_same_bytes() -> None:
    """No clock, no order of a set."""
    assert _card() == _card()


class TestLicences:
    """Of a dated copy of the Hub's ids."""

    def test_the_copy_is_the_one_the_test_hub_has(self) -> None:
        """Of the same month; whoever updates one updates the other."""
        assert hub_checks.LICENCES == HUB_IDS
        assert AS_OF.startswith("2026-08")

    @pytest.mark.parametrize("name", KNOWN)
    def test_each_licence_has_an_id_or_a_name(self, name: str) -> None:
        """`other` has a name, and a link in the card."""
        licence = hub_licence(name)
        assert licence.id in HUB_IDS
        assert bool(licence.name) is (licence.id == OTHER)
        head = _head(_card(FULL, {"licence": name}))
        assert ("license_name" in head, "license_link" in head) == (licence.id == OTHER,) * 2

    @pytest.mark.parametrize(
        ("expression", "found"),
        [
            ("Apache-2.0", "apache-2.0"), ("GPL-3.0-or-later", "gpl-3.0"),
            ("LGPL-2.1-only", "lgpl-2.1"), ("MIT OR Apache-2.0", OTHER), ("other", OTHER),
            ("unknown", OTHER), ("Zlib", "zlib"),
        ],
    )  # fmt: skip
    def test_ids_are_lower_case_and_exact(self, expression: str, found: str) -> None:
        """What has no id of its own is not another one's."""
        assert hub_licence(expression).id == found


@pytest.mark.parametrize(
    ("decoder", "said"),
    [
        ("hf-simple", 'aggregation_strategy="simple", stride=32'),
        ("word-v1", "gives other spans; measure the model"),
    ],
)
@pytest.mark.parametrize("library", ["onnx", "transformers"])
def test_the_measured_decoder_is_in_the_snippet(decoder: str, said: str, library: str) -> None:
    """A reader gets the spans that were measured, or is told that they are others."""
    facts = DecodingFacts(decoder=decoder, window=256, stride=32, threshold=0.5)
    inputs = _inputs(builders.a_candidate(), decoding=facts, library_name=library)
    text = hub_card(inputs, references=BARE).decode()
    assert said in text
    assert f"decoder `{decoder}`" in text
    assert hub.ModelCard(text).data.library_name == library
