"""Why a row of a catalogue cannot be judged here, and what a published model becomes."""

import pytest

from openmed.domain.inference.label_maps import LABEL_MAPS
from openmed.domain.inference.proposal.adoptable_row import (
    AdoptableRow,
    JudgingMeans,
    Obstacle,
    ObstacleKind,
    proposed_slots,
    row_obstacle,
    runnable_format,
)
from openmed.domain.inference.proposal.adopted_model import (
    AdoptedModel,
    PublishedModel,
    propose_adoption,
)
from openmed.domain.inference.proposal.found_labels import JudgeableLabels
from openmed.domain.inference.proposal.model_files import ModelFiles, TokenFacts
from openmed.domain.text.span import Document, GoldSpan

MEANS = JudgingMeans(
    runners={"onnx": "", "transformers": "it is not installed"},
    languages=frozenset({"en", "de"}),
    labels=frozenset({"EMAIL"}),
)
ROW = {
    "repo_id": "org/model",
    "family": "PII",
    "task": "token-classification",
    "tier": "Base",
    "formats": ("onnx",),
    "languages": ("en",),
    "license": "apache-2.0",
    "canonical_labels": ("EMAIL", "XYZZY"),
}
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NOTES = tuple(
    Document(
        id=f"n{number}",
        text="a@example.org",
        language="en",
        family=f"f{number % 3}",
        slice="plain",
        smoke=False,
        spans=(GoldSpan(start=0, end=13, label="EMAIL"),),
    )
    for number in range(12)
)
MAPS = {name: known.table for name, known in LABEL_MAPS.items()}


def _row(**changes: object) -> AdoptableRow:
    return AdoptableRow.model_validate({**ROW, **changes})


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"repo_id": "../../etc"}, ObstacleKind.REPOSITORY, "not ORG/NAME"),
        ({"repo_id": "org/model?x=1"}, ObstacleKind.REPOSITORY, "not ORG/NAME"),
        ({"task": "text-generation"}, ObstacleKind.TASK, "text-generation"),
        ({"task": None}, ObstacleKind.TASK, "not named"),
        ({"formats": ("mlx-fp",)}, ObstacleKind.FORMAT, "no runner here"),
        ({"formats": ("pytorch",)}, ObstacleKind.FORMAT, "not installed"),
        ({"languages": ("en", "te")}, ObstacleKind.LANGUAGE, "te"),
        ({"languages": ("multilingual",)}, ObstacleKind.LANGUAGE, "multilingual"),
        ({"languages": ()}, ObstacleKind.LANGUAGE, "no language"),
        ({"license": None}, ObstacleKind.LICENCE, "no licence"),
        ({"license": "other"}, ObstacleKind.LICENCE, "other"),
        ({"canonical_labels": ("DISEASE",)}, ObstacleKind.LABELS, "DISEASE"),
    ],
)
def test_each_reason_is_said(changes: dict[str, object], kind: ObstacleKind, said: str) -> None:
    """Before anybody is asked."""
    found = row_obstacle(_row(**changes), MEANS)
    assert found is not None
    assert found.kind is kind
    assert said in found.sentence


@pytest.mark.parametrize(
    "changes", [{}, {"languages": ("en", "de")}, {"canonical_labels": ()}, {"license": "MIT"}]
)
def test_what_may_be_judged_has_no_obstacle(changes: dict[str, object]) -> None:
    """Then the Hub is asked."""
    assert row_obstacle(_row(**changes), MEANS) is None


@pytest.mark.parametrize("formats", [("onnx",), ("mlx-fp", "onnx"), ("pytorch", "onnx-int8")])
def test_the_first_format_that_can_be_run_is(formats: tuple[str, ...]) -> None:
    """Whatever stands before it."""
    found = runnable_format(_row(formats=formats), MEANS)
    assert found == (formats[-1], "onnx")


def test_slots_follow_from_the_rows_alone() -> None:
    """In any order, whichever of them are there; a twin marks both."""
    rows = [_row(repo_id=name) for name in ("a/one", "b/One", "a/two", f"a/{'x' * 60}")]
    slots = proposed_slots([(row, "onnx") for row in rows])
    assert slots == proposed_slots([(row, "onnx") for row in reversed(rows)])
    assert slots["a/two"] == "pii::base::onnx::two"
    assert len(set(slots.values())) == 4
    assert slots["a/one"] != "pii::base::onnx::one"


def _propose(files: ModelFiles, **changes: object) -> AdoptedModel | Obstacle:
    row = _row(**changes)
    runnable = runnable_format(row, MEANS)
    assert runnable is not None
    slot = proposed_slots([(row, runnable.format)])[row.repo_id]
    model = PublishedModel(row, COMMIT, files)
    judged = JudgeableLabels({"golden": NOTES})
    return propose_adoption(model, runnable, slot=slot, judged=judged, maps=MAPS)


def _files(*weights: str, labels: tuple[str, ...] = ("EMAIL", "PHONE", "SSN")) -> ModelFiles:
    columns = ("O", *(f"B-{label}" for label in labels))
    tokens = TokenFacts(columns=columns, has_names=True, positions=512)
    return ModelFiles(name="model", size=10**7, weights=weights, tokens=tokens)


def test_a_published_model_becomes_a_pinned_row_that_releases_nothing() -> None:
    """Of its labels those that a suite can judge; who made it where the licence wants it."""
    made = _propose(_files("model.onnx"), license="cc-by-4.0")
    assert isinstance(made, AdoptedModel)
    row = made.candidate
    assert (row.adopted, row.bootstrap) == (True, False)
    assert row.source == f"hf:org/model@{COMMIT}"
    assert (row.repo_id, row.licence, row.labels) == ("org/model", "CC-BY-4.0", ("EMAIL",))
    assert row.attribution.startswith("org, https://huggingface.co/org/model")
    assert made.profile is not None
    assert made.profile.runner == "onnx"


def test_the_file_of_the_format_is_run() -> None:
    """Of several the one whose name says so; else nobody guesses."""
    names = ("onnx/model.onnx", "onnx/model_int8.onnx", "model.safetensors")
    for formats, wanted in ((("onnx",), names[0]), (("onnx-int8",), names[1])):
        made = _propose(_files(*names), formats=formats)
        assert isinstance(made, AdoptedModel)
        assert made.profile is not None
        assert made.profile.tokens is not None
        assert made.profile.tokens.model_file == wanted
    twice = _propose(_files("a.onnx", "b.onnx"))
    assert isinstance(twice, Obstacle)
    assert (twice.kind, twice.sentence) == (
        ObstacleKind.FILES, "which of 2 files of weights is run",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (_files("model.safetensors"), ObstacleKind.FILES),
        (ModelFiles(name="model", size=1, weights=("model.onnx",)), ObstacleKind.FILES),
        (_files("model.onnx", labels=("EMAIL", "XYZZY")), ObstacleKind.LABELS),
        (_files("model.onnx", labels=("PHONE", "SSN", "DATE")), ObstacleKind.LABELS),
    ],
    ids=["no weights of it", "no config", "a label nobody knows", "no gold"],
)
def test_what_its_files_do_not_allow_is_a_reason(files: ModelFiles, kind: ObstacleKind) -> None:
    """Nothing is guessed."""
    made = _propose(files)
    assert isinstance(made, Obstacle)
    assert made.kind is kind
