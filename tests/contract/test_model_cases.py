"""Models of public bug reports, each with the documents on which it was measured wrong.

`tests/cases/models/NAME`: the artifact, and a suite. What people reported is in each test's name.
"""

import json
import runpy
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from support import builders
from support import scoring_reference as reference
from support.candidate_imports import kept_imports

from openmed.adapters.process.isolation import Isolation
from openmed.adapters.runners.callable import CallableRunner
from openmed.adapters.runners.onnx import OnnxTokenClassifier
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.adapters.sources.staging import FileSources
from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.external_spans import foreign_spans
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import EvidenceError, ExternalError
from openmed.ports.execution import Session
from openmed.steps.benchmark.batch_check import check_batches, require_promise

CASES = Path(__file__).parents[1] / "cases" / "models"


def profile_of(name: str) -> RunnerProfile:
    """The profile of a case."""
    return RunnerProfile.model_validate_json((folder(name) / "runner_profile.json").read_bytes())


def folder(name: str) -> Path:
    """The artifact of a case."""
    return CASES / name / "model"


def loaded(name: str) -> OnnxTokenClassifier:
    """A case's model."""
    return OnnxTokenClassifier(folder(name), profile_of(name))


def documents(name: str, suite: str = "suite.jsonl") -> tuple[Document, ...]:
    """A case's documents."""
    rows = [json.loads(line) for line in (CASES / name / suite).read_text().splitlines()]
    return tuple(Document.model_validate_json(json.dumps(row)) for row in rows)


def masked(name: str) -> dict[str, list[bool]]:
    """Whether each gold span of a case is masked to its last letter and digit, by label."""
    model = loaded(name)
    found: dict[str, list[bool]] = {}
    for document in documents(name):
        (answer,) = model.predict([document.text])
        assert not isinstance(answer, Exception)
        hidden = {at for span in answer for at in range(span.start, span.end)}
        for gold in document.spans:
            needed = {at for at in range(gold.start, gold.end) if document.text[at].isalnum()}
            found.setdefault(gold.label, []).append(needed <= hidden)
    return found


def test_a_model_that_can_only_say_date_finds_no_name() -> None:
    """Text without spaces is not one word (XLM issue 287)."""
    wanted = {"PATIENT_NAME": [False, False], "DATE": [True, True], "MRN": [False]}
    assert wanted == masked("metaspace-no-spaces")


def test_a_word_is_masked_to_its_end_where_the_tokenizer_drops_letters() -> None:
    """A vocabulary without an unknown token (tokenizers issue 517)."""
    assert {"PATIENT_NAME": [True, True, True]} == masked("bpe-without-unk")


def test_tokenizer_config_is_obeyed() -> None:
    """It says that case is kept; tokenizer.json does not (clinicalBERT issue 26)."""
    assert {"PATIENT_NAME": [True]} == masked("do-lower-case")


def test_positions_of_roberta_begin_after_the_padding_id() -> None:
    """Of a graph that takes them as an input (sentence-transformers issue 3879)."""
    assert {"PATIENT_NAME": [True, True]} == masked("roberta-position-ids")


@pytest.mark.parametrize(
    ("name", "reason", "help_"),
    [
        ("two-label-config", "LABEL_0, LABEL_1", "write id2label into config.json"),
        ("window-beyond-positions", "window of 128 tokens .* runner_profile", "set `window`"),
        ("failing-model-log-gone", "weights in model.onnx_data, which is not", "model.onnx_data"),
    ],
)
def test_it_is_refused_at_load_and_told_why(name: str, reason: str, help_: str) -> None:
    """Not document by document."""
    with pytest.raises(EvidenceError, match=reason) as caught:
        loaded(name)
    assert help_ in caught.value.next_step


def test_what_a_pipeline_returns_is_taken_as_it_is() -> None:
    """`entity_group`, a score of numpy (api-inference-community issue 337)."""
    name = "hf-pipeline-output"
    (document,) = documents(name)
    with kept_imports():
        (answer,) = CallableRunner(folder(name), profile_of(name)).predict([document.text])
    assert not isinstance(answer, Exception), answer
    wanted = [(span.start, span.end, span.label) for span in document.spans]
    assert wanted == [(span.start, span.end, span.label) for span in answer]
    assert [span.score for span in answer] == [0.99]


def test_offsets_of_numpy_are_whole_numbers() -> None:
    """As deduce 3.0.6 gives some; itself it runs in `nox -s programs` (presidio issue 1767)."""
    name = "deduce-numpy-offsets"
    spans = profile_of(name).spans
    assert spans is not None
    text = "Jan Jansen, 12 jaar"
    found = [(0, 10, "persoon"), (np.int64(12), np.int64(14), "leeftijd")]
    made = foreign_spans(found, text=text, source=spans)
    wanted = [(0, 10, "PATIENT_NAME"), (12, 14, "AGE")]
    assert wanted == [(span.start, span.end, span.label) for span in made]


def test_the_runners_own_next_step_reaches_the_person(tmp_path: Path) -> None:
    """Out of the child process, whose log says nothing (sentence-transformers issue 3438)."""
    name = "failing-model-log-gone"
    runners = WorkerRunners(homes=tmp_path / "homes")
    log = tmp_path / "log.txt"
    opened = runners.open(str(folder(name)), profile_of(name), log=str(log), timeout=60)
    with pytest.raises(ExternalError) as caught, opened:
        pass
    assert "weights in model.onnx_data, which is not" in caught.value.message
    assert caught.value.next_step == "bring model.onnx_data along"


def _spans_found(name: str, text: str) -> tuple[PredictedSpan, ...]:
    at = CASES / "type-match-stolen"
    source = RunnerProfile.model_validate_json((at / name).read_bytes()).spans
    assert source is not None
    found = runpy.run_path(str(at / "two_labels.py"))["find"]
    return foreign_spans(found(text), text=text, source=source)


def test_a_match_is_not_stolen_by_a_label_that_comes_first_by_name() -> None:
    """Two predictions at one place, one with the label of the gold there (nervaluate issue 84)."""
    given = documents("type-match-stolen")
    reports = []
    for name in ("model-mrn.json", "model-ssn.json"):
        spans = _spans_found(name, given[0].text)
        answer = DocumentPredictions(document=given[0].id, status=Status.OK, spans=spans)
        reports.append(reference.scored(given, [answer]))
    by_type = [row for report in reports for row in report.matchings if row.name == "type"]
    assert [(1, 0, 0, 1)] * 2 == [(r.correct, r.incorrect, r.missed, r.spurious) for r in by_type]
    assert [1, 1] == [report.overall.typed for report in reports]


def test_default_names_that_the_model_contradicts_are_told() -> None:
    """Two labels by transformers' default, and the graph answers with three."""
    rules = [{"model": "LABEL_0", "canonical": "IGNORE"}]
    rules += [{"model": "LABEL_1", "canonical": "PATIENT_NAME"}]
    given = json.loads((folder("two-label-config") / "runner_profile.json").read_bytes())
    given["tokens"]["label_map"] = rules
    profile = RunnerProfile.model_validate_json(json.dumps(given))
    with pytest.raises(EvidenceError, match=r"answers with 3 labels, config\.json names 2"):
        OnnxTokenClassifier(folder("two-label-config"), profile)


class _Loaded:
    """A session without a child process."""

    def __init__(self, model: OnnxTokenClassifier) -> None:
        """Answer with a model."""
        self.model = model

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each."""
        answers = self.model.predict([document.text for document in documents])
        return tuple(
            DocumentPredictions(document=document.id, status=Status.OK, spans=answer)
            for document, answer in zip(documents, answers, strict=True)
            if not isinstance(answer, Exception)
        )

    @property
    def isolation(self) -> IsolationReport:
        """Nobody asks."""
        raise NotImplementedError

    def peak_memory(self) -> int | None:
        """Nobody asks."""
        return None

    def abort(self) -> None:
        """Nobody asks."""


@contextmanager
def session(name: str) -> Iterator[Session]:
    """A case's model as the benchmark sees it."""
    yield _Loaded(loaded(name))


@pytest.mark.parametrize(("suite", "differing"), [("alone.jsonl", 0), ("with-another.jsonl", 1)])
def test_spans_that_change_with_the_batch_are_told(suite: str, differing: int) -> None:
    """An activation scale over the whole batch (onnxruntime issue 8625)."""
    name = "int8-batch-dependent"
    check = check_batches(documents(name, suite), opened=lambda: session(name))
    assert differing == check.differing
    given = json.loads((folder(name) / "runner_profile.json").read_bytes())
    honest = {**given, "deterministic": False}
    require_promise(check, RunnerProfile.model_validate_json(json.dumps(honest)))
    if differing:
        with pytest.raises(EvidenceError, match=r"1 of 2 sampled documents .* deterministic"):
            require_promise(check, profile_of(name))
    else:
        require_promise(check, profile_of(name))


def test_the_sample_is_small_and_spread() -> None:
    """32 documents of a thousand, the first and one near the end among them."""
    asked: list[str] = []

    class Quiet(_Loaded):
        def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
            asked.extend(document.id for document in documents)
            return tuple(
                DocumentPredictions(document=document.id, status=Status.OK)
                for document in documents
            )

    @contextmanager
    def opened() -> Iterator[Session]:
        yield Quiet(loaded("int8-batch-dependent"))

    one = documents("int8-batch-dependent", "alone.jsonl")[0]
    row = json.loads(one.model_dump_json())
    many = [
        Document.model_validate_json(json.dumps({**row, "id": f"d-{number}"}))
        for number in range(1000)
    ]
    assert (32, 0) == check_batches(many, opened=opened)
    assert "d-0" in asked
    assert "d-961" in asked
    assert asked[:32] == asked[32:]


def test_a_static_batch_axis_is_told(tmp_path: Path) -> None:
    """A graph whose axes are named, and that reshapes to one text all the same."""
    artifact = shutil.copytree(folder("window-beyond-positions"), tmp_path / "model")
    nodes = [
        helper.make_node("Reshape", ["input_ids", "one"], ["flat"]),
        helper.make_node("Gather", ["table", "flat"], ["logits"]),
    ]
    given = json.loads((artifact / "runner_profile.json").read_bytes())
    size = 4096
    graph = helper.make_graph(
        nodes,
        "static",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "s"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "s", 3])],
        [
            helper.make_tensor("one", TensorProto.INT64, [2], [1, -1]),
            helper.make_tensor("table", TensorProto.FLOAT, [size, 3], [0.0] * (3 * size)),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(made, str(artifact / "model.onnx"))
    profile = RunnerProfile.model_validate_json(json.dumps(given))
    with pytest.raises(EvidenceError, match="batch axis is static"):
        OnnxTokenClassifier(artifact, profile)
    given["tokens"]["max_items"] = 1
    OnnxTokenClassifier(artifact, RunnerProfile.model_validate_json(json.dumps(given)))


def test_the_chosen_of_several_models_is_staged_alone(tmp_path: Path) -> None:
    """The others and their weights beside them are not released unmeasured."""
    source = shutil.copytree(folder("roberta-position-ids"), tmp_path / "root" / "models" / "mine")
    (source / "onnx").mkdir()
    (source / "onnx" / "model_q4.onnx").write_bytes((source / "model.onnx").read_bytes())
    (source / "onnx" / "model_fp16.onnx").write_bytes(b"x")
    (source / "onnx" / "model_fp16.onnx_data").write_bytes(b"y")
    with pytest.raises(EvidenceError, match="model_fp16") as caught:
        OnnxTokenClassifier(source, profile_of("roberta-position-ids"))
    assert "`model_file`" in caught.value.next_step
    given = json.loads((source / "runner_profile.json").read_bytes())
    given["tokens"]["model_file"] = "onnx/model_q4.onnx"
    (source / "runner_profile.json").write_text(json.dumps(given))
    sources = FileSources(
        tmp_path / "root",
        store=FileArtifactStore(tmp_path / "store"),
        products=FileProducts(tmp_path / "runs"),
        downloads=tmp_path / "downloads",
        progress=lambda _: None,
        isolation=Isolation(),
    )
    row = {
        **json.loads(builders.a_candidate().model_dump_json()),
        "source": "file:models/mine",
        "max_bytes": 100_000,
    }
    staged = sources.stage(Candidate.model_validate_json(json.dumps(row)))
    weights = [file.path for file in staged if "onnx" in file.path]
    assert weights == ["onnx/model_q4.onnx"]


def test_a_chosen_model_that_is_not_there_is_told() -> None:
    """With what there is."""
    given = json.loads((folder("roberta-position-ids") / "runner_profile.json").read_bytes())
    given["tokens"]["model_file"] = "onnx/other.onnx"
    profile = RunnerProfile.model_validate_json(json.dumps(given))
    with pytest.raises(EvidenceError, match=r"other\.onnx; the artifact has model\.onnx"):
        OnnxTokenClassifier(folder("roberta-position-ids"), profile)
