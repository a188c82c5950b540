"""The runner `onnx` on tiny real models, made here with `onnx.helper`.

The models look at the token before (`mr` makes a name of the next), at the mask, the type
ids and the special tokens around the window, so that a runner that gets one wrong finds
nothing.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from openmed.adapters.code.code_digest import CodeDigests
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners import installed_runners
from openmed.adapters.runners.onnx import OnnxTokenClassifier
from openmed.domain.inference.profile import LabelRule, RunnerProfile
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError, UsageError

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "mr", "smith", "jose", "sm", "##ith", ".", ",", "boom")
LABELS = ("O", "B-NAME", "I-NAME")
SURE = 20.0


def profile(**changes: object) -> RunnerProfile:
    """A profile for these models."""
    runner = changes.pop("runner", "onnx")
    return RunnerProfile.model_validate(
        {
            "runner": runner,
            "deterministic": True,
            "tokens": {
                "window": 12,
                "stride": 4,
                "stitch": "center,index",
                "decoder": "word-v1",
                "threshold": 0.5,
                "max_padded_tokens": 48,
                "max_items": 4,
                "label_map": (LabelRule(model="NAME", canonical="PATIENT_NAME"),),
                **changes,
            },
        }
    )


def tables(words: Sequence[str]) -> dict[str, np.ndarray]:
    """Weights: what the token itself, its neighbour, the ends and the type ids add."""
    shape = (len(words), len(LABELS))
    own, before, first, around = (np.zeros(shape, dtype=np.float32) for _ in range(4))
    own[:, 0] = SURE / 2
    for number, word in enumerate(words):
        if word == "mr":
            before[number, 1] = SURE
        if word in {"jose", "##ith"}:
            own[number, 1] = SURE
        if word == "boom":
            own[number, :] = np.nan
        first[number, 1] = 0 if word == "[CLS]" else -SURE
        # Padding that is looked at hides every name.
        around[number, 1] = {"[SEP]": SURE, "[PAD]": -2 * SURE}.get(word, 0)
    types = np.array([[0, -SURE, 0], [0, -3 * SURE, 0]], dtype=np.float32)
    return {"own": own, "before": before, "first": first, "around": around, "types": types}


def model(words: Sequence[str], *, special: bool, mask: bool = True) -> onnx.ModelProto:
    """A token classifier over a vocabulary."""
    weights = tables(words)
    make = helper.make_node
    nodes = [
        make("Gather", ["own", "input_ids"], ["x_own"]),
        make("Slice", ["input_ids", "zero", "minus_one", "one"], ["head"]),
        make("Gather", ["before", "head"], ["x_head"]),
        make("Pad", ["x_head", "pads"], ["x_before"]),
        make("Add", ["x_own", "x_before"], ["local"]),
    ]
    inputs = ["input_ids"]
    last, around = "local", "x_around"
    if mask:
        inputs.append("attention_mask")
        around = "x_around_seen"
        nodes += [
            make("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            make("Unsqueeze", ["mask", "two"], ["column"]),
            make("Mul", ["local", "column"], ["seen"]),
        ]
        last = "seen"
    if special:
        inputs.append("token_type_ids")
        nodes += [
            make("Slice", ["input_ids", "zero", "one", "one"], ["first_id"]),
            make("Gather", ["first", "first_id"], ["x_first"]),
            make("Gather", ["around", "input_ids"], ["x_around"]),
            *([make("Mul", ["x_around", "column"], [around])] if mask else []),
            make("ReduceSum", [around, "one"], ["x_ends"]),
            make("Gather", ["types", "token_type_ids"], ["x_types"]),
            make("Sum", [last, "x_first", "x_ends", "x_types"], ["framed"]),
        ]
        last = "framed"
    nodes.append(make("Identity", [last], ["logits"]))
    constants = {
        **weights,
        "zero": np.array([0]),
        "one": np.array([1]),
        "two": np.array([2]),
        "minus_one": np.array([-1]),
        "pads": np.array([0, 1, 0, 0, 0, 0]),
    }
    # Slice takes starts, ends, axes; the axis is 1 in both places it is used.
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "s"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "s", "l"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(made)
    return made


def word_level() -> Tokenizer:
    """Words and punctuation, lower case, no special tokens."""
    known = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def word_piece() -> Tokenizer:
    """As BERT has it, with settings left over from training."""
    known = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordPiece(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_truncation(max_length=8)
    tokenizer.enable_padding(length=32)
    return tokenizer


def export(  # noqa: PLR0913 - what an export varies in
    folder: Path,
    *,
    tokenizer: Tokenizer,
    words: Sequence[str] = WORDS,
    labels: Sequence[str] = LABELS,
    special: bool = False,
    mask: bool = True,
) -> Path:
    """Write an artifact as Hugging Face exports look."""
    onnx.save(model(words, special=special, mask=mask), folder / "model.onnx")
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {str(number): label for number, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps({"id2label": named, "pad_token_id": 0}))
    return folder


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """WordLevel, no special tokens."""
    return export(tmp_path, tokenizer=word_level())


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    """WordPiece with [CLS], [SEP] and type ids."""
    return export(tmp_path, tokenizer=word_piece(), special=True)


def found(runner: OnnxTokenClassifier, text: str) -> list[tuple[int, int]]:
    """Offsets of the spans of one text."""
    answer = runner.predict([text])[0]
    assert not isinstance(answer, Exception)
    return [(span.start, span.end) for span in answer]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mr Smith.", [(3, 8)]),
        ("🙂🙂 mr 🙂 Mr Smith", [(6, 7), (11, 16)]),
        ("x\r\n\r\nMr\r\nSmith, x", [(9, 14)]),
        ("x\u00a0mr\u3000Smith", [(5, 10)]),
        ("", []),
        (" \r\n\t ", []),
    ],
)
def test_offsets_are_code_points(plain: Path, text: str, spans: list[tuple[int, int]]) -> None:
    """Astral characters count one, CRLF two, odd blanks one."""
    assert found(OnnxTokenClassifier(plain, profile()), text) == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Jose\u0301, x", [(0, 5)]),
        ("José x", [(0, 4)]),
        ("a\u0301 🙂 Jose\u0301", [(5, 10)]),
        ("Smith x smith", []),
        ("smsm Smith", []),
        ("mr smith", [(3, 8)]),
    ],
)
def test_bert_offsets_survive_its_normaliser(
    bert: Path, text: str, spans: list[tuple[int, int]]
) -> None:
    """Accents that are stripped before tokenising are inside the span all the same."""
    assert found(OnnxTokenClassifier(bert, profile()), text) == spans


def test_settings_of_the_training_are_switched_off(bert: Path) -> None:
    """Truncation to 8 tokens in tokenizer.json would hide the end of the text."""
    text = "x " * 40 + "mr smith"
    assert found(OnnxTokenClassifier(bert, profile()), text) == [(83, 88)]


@pytest.mark.parametrize("window", [8, 9, 10, 11, 13, 512])
def test_windows_are_stitched(bert: Path, window: int) -> None:
    """Each name needs the word before it, wherever a window opens."""
    text = "".join(f"{'x ' * (number % 7)}mr jose, " for number in range(40))
    big = profile(window=512, max_padded_tokens=1024)
    small = profile(window=window, stride=3, max_padded_tokens=1024)
    expected = found(OnnxTokenClassifier(bert, big), text)
    assert len(expected) == 40
    assert found(OnnxTokenClassifier(bert, small), text) == expected


@pytest.mark.parametrize("mask", [True, False])
def test_batches_do_not_change_spans(tmp_path: Path, mask: bool) -> None:  # noqa: FBT001 - parameter
    """Two batch policies give identical answers, with and without a mask."""
    folder = export(tmp_path, tokenizer=word_piece(), special=True, mask=mask)
    texts = [f"{'x, ' * (number % 9)}mr smith. {'jose ' * (number % 4)}" for number in range(40)]
    alone = OnnxTokenClassifier(folder, profile(max_items=1)).predict(texts)
    together = OnnxTokenClassifier(folder, profile(max_padded_tokens=200, max_items=40))
    assert together.predict(texts) == alone
    assert all(answer for answer in alone)


def test_bytes_of_one_character_share_its_offset(tmp_path: Path) -> None:
    """A byte-level tokenizer cuts 🙂 into four tokens, and keeps the blank before it."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: at for at, sign in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    # The byte 0xF0, which opens every astral character, is the sure sign of a name here.
    lead = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str("🙂")[0][0][0]
    words = ["jose" if sign == lead else sign for sign in alphabet]
    folder = export(tmp_path, tokenizer=tokenizer, words=words)
    assert found(OnnxTokenClassifier(folder, profile()), "x 🙂🙂 é y") == [(2, 4)]


def test_nan_fails_its_document_only(plain: Path) -> None:
    """The others of the batch are answered."""
    answers = OnnxTokenClassifier(plain, profile()).predict(["mr smith", "boom", "mr smith"])
    assert [type(answer) for answer in answers] == [tuple, FloatingPointError, tuple]
    assert answers[0] == (PredictedSpan(start=3, end=8, label="PATIENT_NAME", score=1.0),)


def test_a_text_the_tokenizer_refuses_fails_alone(plain: Path) -> None:
    """A lone surrogate cannot be encoded."""
    answers = OnnxTokenClassifier(plain, profile()).predict(["\ud800", "mr smith"])
    assert isinstance(answers[0], Exception)
    assert isinstance(answers[1], tuple)


def test_model_in_a_subfolder_is_found(plain: Path) -> None:
    """Exports keep it under `onnx/`."""
    (plain / "onnx").mkdir()
    (plain / "model.onnx").rename(plain / "onnx" / "model_q4.onnx")
    assert found(OnnxTokenClassifier(plain, profile()), "mr smith") == [(3, 8)]


def test_two_models_are_refused(plain: Path) -> None:
    """The one that is not measured would be released too."""
    (plain / "model_q4.onnx").write_bytes((plain / "model.onnx").read_bytes())
    with pytest.raises(EvidenceError, match=r"exactly one .* model\.onnx, model_q4\.onnx"):
        OnnxTokenClassifier(plain, profile())


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.onnx"])
def test_a_missing_file_is_named(plain: Path, name: str) -> None:
    """Each of the three is needed."""
    (plain / name).unlink()
    with pytest.raises(EvidenceError, match=name.removeprefix("model")):
        OnnxTokenClassifier(plain, profile())


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.onnx"])
def test_a_broken_file_is_refused(plain: Path, name: str) -> None:
    """With our own sentence, not the package's."""
    (plain / name).write_bytes(b"Patient Smith")
    with pytest.raises(EvidenceError) as caught:
        OnnxTokenClassifier(plain, profile())
    assert "Smith" not in str(caught.value)


def test_wrong_number_of_labels_is_refused(tmp_path: Path) -> None:
    """The model answers with 3 columns, config.json names 2."""
    folder = export(tmp_path, tokenizer=word_level(), labels=("O", "B-NAME"))
    with pytest.raises(EvidenceError, match=r"config\.json names 2"):
        OnnxTokenClassifier(folder, profile())


def test_a_label_map_that_is_not_total_is_refused(tmp_path: Path) -> None:
    """The profile does not say what AGE is."""
    folder = export(tmp_path, tokenizer=word_level(), labels=("O", "B-NAME", "B-AGE"))
    with pytest.raises(EvidenceError, match="AGE"):
        OnnxTokenClassifier(folder, profile())


def test_special_tokens_must_leave_room(bert: Path) -> None:
    """A window of 8 holds 6 tokens beside [CLS] and [SEP]."""
    with pytest.raises(EvidenceError, match="holds 6 beside"):
        OnnxTokenClassifier(bert, profile(window=8, stride=6))


def test_runtime_names_versions_without_loading_them() -> None:
    """A no-op release must not import onnxruntime."""
    code = (
        "import sys\n"
        "from openmed.adapters.code.code_digest import CodeDigests\n"
        "from openmed.adapters.code.source_files import SourceFiles\n"
        "from openmed.adapters.runners import installed_runners\n"
        "from openmed.adapters.runners.onnx import OnnxTokenClassifier\n"
        "digests = CodeDigests(SourceFiles())\n"
        "runtime = installed_runners.describe('onnx', OnnxTokenClassifier, digests=digests)\n"
        "print([package.split('==')[0] for package in runtime.packages])\n"
        "print('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['numpy', 'onnxruntime', 'regex', 'tokenizers']", "False"]


def test_missing_package_says_how_to_install_it() -> None:
    """The extra is named."""

    class Wanting(OnnxTokenClassifier):
        distributions: ClassVar[tuple[str, ...]] = ("no-such-package",)

    with pytest.raises(UsageError) as caught:
        installed_runners.describe("onnx", Wanting, digests=CodeDigests(SourceFiles()))
    assert caught.value.next_step == "pip install 'openmed-release[onnx]'"


def test_unknown_runner_lists_the_known_ones() -> None:
    """`onnx` registers like any other."""
    with pytest.raises(UsageError, match=r"no runner 'nope' \(known: .*onnx"):
        installed_runners.runtime("nope", sources=SourceFiles())
