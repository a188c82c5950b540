"""The same weights as safetensors and as ONNX give the same spans, through either runner.

A tiny random model is made here by `transformers`; its ONNX form is exported by torch, or built
node by node from the same weights where torch cannot export. Needs the extra `[transformers]`.
"""

import json
import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import onnx
import pytest
from support.bert_graphs import bert_graph
from support.tracing import traced
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from openmed.adapters.code.code_digest import CodeDigests
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners.installed_runners import roots_of
from openmed.adapters.runners.onnx import OnnxTokenClassifier
from openmed.adapters.runners.transformers import TransformersTokenClassifier
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.inference.profile import LabelRule, RunnerProfile, TokenDecoding
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import EvidenceError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WORDS = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "mr", "smith", "jose", "sm", "##ith", ".", ",", "on", "the",
    "ward", "ann", "##a", "call", "5", "##5", "##0", "room", "seen", "by", "dr",
)  # fmt: skip
LABELS = ("O", "B-NAME", "I-NAME", "B-PHONE", "I-PHONE")
HEADS, HIDDEN, LAYERS, INNER, PLACES = 2, 16, 2, 32, 64
TEXTS = (
    "Mr Smith seen by Dr Jose on the ward.",
    "Anna, call 5550 5550.",
    "room",
    " ".join(["seen by the dr, mr smith anna 55 jose sm call room ward"] * 9),
    "🙂 Ann é Smith",
    "",
)


def tokenizer() -> Tokenizer:
    """As BERT has it."""
    known = {word: number for number, word in enumerate(WORDS)}
    made = Tokenizer(models.WordPiece(known, unk_token="[UNK]"))  # noqa: S106 - no password
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return made


def profile(runner: str, *, batch: int = 256) -> RunnerProfile:
    """Windows smaller than the longest text, so that they are stitched."""
    rules = (
        LabelRule(model="NAME", canonical="PATIENT_NAME"),
        LabelRule(model="PHONE", canonical="PHONE"),
    )
    tokens = TokenDecoding(
        window=24, stride=6, stitch="center,index", decoder="word-v1", threshold=0.35,
        max_padded_tokens=batch, max_items=8, label_map=rules,
    )  # fmt: skip
    return RunnerProfile(runner=runner, deterministic=True, tokens=tokens)


@pytest.fixture(scope="module")
def safetensors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT with large enough weights that labels differ from word to word."""
    folder = tmp_path_factory.mktemp("safetensors")
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=HIDDEN, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=INNER, max_position_embeddings=PLACES,
        hidden_act="gelu", initializer_range=0.9, num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)), label2id={n: i for i, n in enumerate(LABELS)},
        pad_token_id=0,
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        model.classifier.weight[0].zero_()
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer().save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def exported(safetensors: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same weights as an ONNX graph."""
    folder = tmp_path_factory.mktemp("onnx")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(safetensors / name, folder / name)
    model = transformers.BertForTokenClassification.from_pretrained(safetensors)
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    onnx.save(bert_graph(weights, heads=HEADS), str(folder / "model.onnx"))
    return folder


def places(
    answers: Sequence[tuple[PredictedSpan, ...] | Exception],
) -> list[list[tuple[int, int, str]]]:
    """Spans without their scores' last digit."""
    found: list[list[tuple[int, int, str]]] = []
    for answer in answers:
        assert not isinstance(answer, Exception)
        found.append([(s.start, s.end, s.label) for s in answer])
    return found


def test_either_runner_finds_the_same_spans(safetensors: Path, exported: Path) -> None:
    """And finds some, of both labels."""
    one = TransformersTokenClassifier(safetensors, profile("transformers")).predict(TEXTS)
    other = OnnxTokenClassifier(exported, profile("onnx")).predict(TEXTS)
    assert places(one) == places(other)
    assert {label for spans in places(one) for _, _, label in spans} == {"PATIENT_NAME", "PHONE"}
    for mine, theirs in zip(one, other, strict=True):
        assert not isinstance(mine, Exception)
        assert not isinstance(theirs, Exception)
        assert [s.score for s in mine] == pytest.approx([s.score for s in theirs], abs=2e-4)


def test_the_export_of_torch_finds_them_too(safetensors: Path, tmp_path: Path) -> None:
    """Where this torch can export."""
    model = transformers.BertForTokenClassification.from_pretrained(
        safetensors, attn_implementation="eager"
    ).eval()
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(safetensors / name, tmp_path / name)
    roles = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(2, 8, dtype=torch.long)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model, (ids, ids, ids * 0), str(tmp_path / "model.onnx"), dynamo=False,
                input_names=roles, output_names=["logits"], opset_version=17,
                dynamic_axes={role: {0: "b", 1: "s"} for role in (*roles, "logits")},
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - exporters fail in many ways
        pytest.skip(f"this torch cannot export: {type(error).__name__}")
    one = TransformersTokenClassifier(safetensors, profile("transformers")).predict(TEXTS)
    assert places(one) == places(OnnxTokenClassifier(tmp_path, profile("onnx")).predict(TEXTS))


def test_the_batch_does_not_matter(safetensors: Path) -> None:
    """One window at a time, or all together."""
    small = TransformersTokenClassifier(safetensors, profile("transformers", batch=24))
    large = TransformersTokenClassifier(safetensors, profile("transformers", batch=4096))
    assert places(small.predict(TEXTS)) == places(large.predict(TEXTS))


def test_what_it_executes_is_covered(safetensors: Path) -> None:
    """Every module of ours is in the digest of its code."""
    with traced() as (modules, files):
        TransformersTokenClassifier(safetensors, profile("transformers")).predict(TEXTS)
    roots = roots_of(TransformersTokenClassifier)
    assert TransformersTokenClassifier.__module__ in modules
    assert set() == modules - set(CodeDigests(SourceFiles()).closure(roots.modules))
    assert set() == files


def test_it_runs_in_the_child_process(safetensors: Path, tmp_path: Path) -> None:
    """Without a home, a token or a network; nothing is written to the artifact."""
    before = sorted(path.name for path in safetensors.iterdir())
    runners = WorkerRunners(homes=tmp_path / "homes")
    wanted = profile("transformers")
    assert [name.partition("==")[0] for name in runners.runtime("transformers").packages] == [
        "numpy", "regex", "safetensors", "tokenizers", "torch", "transformers",
    ]  # fmt: skip
    document = Document(
        id="a", language="en", family="f", slice="base", smoke=False, text=TEXTS[0], spans=()
    )
    log = str(tmp_path / "log.txt")
    with runners.open(str(safetensors), wanted, log=log, timeout=120) as session:
        (record,) = session.predict((document,))
    (direct,) = TransformersTokenClassifier(safetensors, wanted).predict([TEXTS[0]])
    assert record.spans == direct
    assert sorted(path.name for path in safetensors.iterdir()) == before


def _config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}), encoding="utf-8")


def _without_head(folder: Path) -> None:
    files = pytest.importorskip("safetensors.numpy")

    weights = files.load_file(folder / "model.safetensors")
    del weights["classifier.weight"]
    files.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "code of its own": (
        lambda folder: _config(folder, auto_map={"AutoModelForTokenClassification": "evil.Model"}),
        "code of the artifact",
    ),
    "a second weight file": (
        lambda folder: shutil.copy(folder / "model.safetensors", folder / "other.safetensors"),
        "exactly one weight file",
    ),
    "an ONNX file too": (
        lambda folder: (folder / "model.onnx").write_bytes(b"x"),
        "exactly one weight file",
    ),
    "another name": (
        lambda folder: (folder / "model.safetensors").rename(folder / "weights.safetensors"),
        "wanted model.safetensors",
    ),
    "no head": (_without_head, "lacks 1 weights"),
    "more labels than weights": (
        lambda folder: _config(folder, id2label={str(n): f"{'BI'[n % 2]}-NAME" for n in range(9)}),
        "cannot load|lacks 2 weights",
    ),
    "another kind of model": (lambda folder: _config(folder, model_type="nope"), "cannot load"),
    "cut weights": (
        lambda folder: (folder / "model.safetensors").write_bytes(b"\x10"),
        "cannot load",
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_not_whole_is_refused(name: str, safetensors: Path, tmp_path: Path) -> None:
    """Missing weights would be made up at random."""
    folder = tmp_path / "broken"
    shutil.copytree(safetensors, folder)
    change, reason = BROKEN[name]
    change(folder)
    with pytest.raises(EvidenceError, match=reason):
        TransformersTokenClassifier(folder, profile("transformers"))
