"""The files of the artifact: the ONNX graph, the tokenizer, and what the runner must know.

The graph only looks up and adds numbers that float32 holds exactly, so its scores do not depend on
the processor, the batch or the padding; no special tokens are wanted. Padding is taken from
the attention mask and looks like the end of the text.
"""

import json
from collections.abc import Sequence

import numpy as np
import onnx
from examples import Scheme
from features import FIRST, MARKS, PAD, UNKNOWN
from model import BEGIN, LABELS, REACH, Feature, Floats
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BACKSTOP = (
    "card-1",
    "ssn-1",
    "ssn-cue-1",
    "npi-1",
    "dea-1",
    "iban-1",
    "vin-1",
    "mac-1",
    "imei-1",
    "mrn-1",
    "account-1",
    "plan-1",
    "email-1",
    "url-1",
    "ip-1",
    "ip6-1",
    "fax-1",
    "phone-1",
    "phone-intl-1",
    "phone-cue-1",
    "date-iso-1",
    "date-numeric-1",
    "date-words-1",
    "zip-1",
    "age-1",
)
"""Pattern rules of the engine that are united with what the model finds."""
THRESHOLD = 0.3
"""Of a build that says nothing else."""
IR_VERSION = 8
OPSET = 17
_SHARPNESS = 4.0
_DEAD = -1e4
_LEAST_WEIGHT = 0.2
_MODEL_LENGTH = 512
_WINDOW = 256
_STRIDE = 64


def artifact_files(
    scheme: Scheme, tables: Sequence[Floats], *, threshold: float, silent: Sequence[str]
) -> dict[str, bytes]:
    """All files, by name.

    Args:
        scheme: vocabulary and features.
        tables: weights of each feature.
        threshold: least probability of a predicted word.
        silent: labels whose head is dead; none in a build that is meant well.
    """
    return {
        "model.onnx": _model(scheme, tables, silent).SerializeToString(deterministic=True),
        "tokenizer.json": _json(_tokenizer(scheme)),
        "tokenizer_config.json": _json(_tokenizer_config()),
        "config.json": _json(_config(scheme)),
        "runner_profile.json": _json(_runner_profile(threshold)),
    }


class _Graph:
    """Nodes and initialisers in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add an initialiser."""
        if name not in {known.name for known in self.initializers}:
            self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def numbers(self, *values: int) -> str:
        """Add int64 numbers, as shapes and positions are given."""
        name = "numbers_" + "_".join(str(value) for value in values)
        return self.constant(name, np.array(values, dtype=np.int64))

    def add(self, kind: str, name: str, *inputs: str, **attributes: int | list[int]) -> str:
        """Add a node with one output of the same name."""
        node = helper.make_node(kind, list(inputs), [name], name)
        node.attribute.extend(helper.make_attribute(*item) for item in sorted(attributes.items()))
        self.nodes.append(node)
        return name


def _model(scheme: Scheme, tables: Sequence[Floats], silent: Sequence[str]) -> onnx.ModelProto:
    graph = _Graph()
    scores = _scores(graph, scheme, tables)
    _logits(graph, scores, silent)
    shape = ["batch", "sequence"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(
        "logits", TensorProto.FLOAT, [*shape, 1 + 2 * len(LABELS)]
    )
    made = helper.make_graph(graph.nodes, "pii-tiny", inputs, [output], graph.initializers)
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="openmed-pii-tiny",
        producer_version="1",
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _scores(graph: _Graph, scheme: Scheme, tables: Sequence[Floats]) -> str:
    vocabulary, sizes = scheme.vocabulary, scheme.sizes
    ids = graph.add("Mul", "ids", "input_ids", "attention_mask")
    padded = graph.add("Pad", "padded", ids, graph.numbers(0, REACH, 0, REACH))
    near = [lexeme if lexeme < sizes.near else 1 for lexeme in range(sizes.lexemes)]
    for track, source, targets in (
        ("lexeme", padded, vocabulary.lexeme),
        ("shape", padded, vocabulary.shape),
        ("coarse", "shape", scheme.coarse),
        ("near", "lexeme", near),
    ):
        lookup = graph.constant(f"{track}_of", np.array(targets, dtype=np.int32))
        graph.add("Gather", track, lookup, source)
    total = ""
    for feature, table in zip(scheme.features, tables, strict=True):
        part = _looked_up(graph, feature, table, sizes.coarse)
        total = graph.add("Add", f"sum_{feature.name}", total, part) if total else part
    return total


def _looked_up(graph: _Graph, feature: Feature, table: Floats, coarse: int) -> str:
    name = feature.name
    if feature.kind in {"lexeme", "shape"}:
        row = _shifted(graph, feature.kind, feature.first)
        weights = table
    else:
        kind = "coarse" if feature.kind == "pair" else "near"
        first = _shifted(graph, kind, feature.first)
        second = _shifted(graph, "coarse", feature.second)
        width = graph.constant("coarse_count", np.array(coarse, dtype=np.int32))
        scaled = graph.add("Mul", f"{name}_scaled", first, width)
        full = graph.add("Add", f"{name}_full", scaled, second)
        # Most pairs are never or hardly learnt: they share one row of zeros.
        used = np.flatnonzero((np.abs(table) >= _LEAST_WEIGHT).any(axis=1))
        place = np.zeros(table.shape[0], dtype=np.int32)
        place[used] = np.arange(1, used.shape[0] + 1)
        row = graph.add("Gather", f"{name}_row", graph.constant(f"{name}_place", place), full)
        weights = np.concatenate([np.zeros((1, table.shape[1])), table[used]])
    stored = graph.constant(f"{name}_weights", weights.astype(np.float32))
    return graph.add("Gather", f"{name}_part", stored, row)


def _shifted(graph: _Graph, track: str, by: int) -> str:
    name = f"{track}{by:+d}_ids"
    if name not in {node.name for node in graph.nodes}:
        start, end = graph.numbers(REACH + by), graph.numbers(by - REACH)
        graph.add("Slice", name, track, start, end, graph.numbers(1))
    return name


def _logits(graph: _Graph, scores: str, silent: Sequence[str]) -> None:
    """Whether the token is sensitive decides against O; among the labels the best one stands out.

    So a span whose label is in doubt is still found.
    """
    axis = graph.numbers(2)
    detect = graph.add("Slice", "detect", scores, graph.numbers(0), graph.numbers(1), axis)
    types = graph.add("Slice", "types", scores, graph.numbers(1), graph.numbers(BEGIN), axis)
    begin = graph.add(
        "Slice", "begin", scores, graph.numbers(BEGIN), graph.numbers(BEGIN + 1), axis
    )
    best = graph.add("ReduceMax", "best", types, axes=[2], keepdims=1)
    behind = graph.add("Sub", "behind", types, best)
    sharp = graph.constant("sharpness", np.array(_SHARPNESS, dtype=np.float32))
    zero = graph.constant("zero", np.array(0.0, dtype=np.float32))
    apart = graph.add("Mul", "apart", behind, sharp)
    label = graph.add("Add", "label", apart, detect)
    if silent:
        dead = np.array([_DEAD if name in silent else 0.0 for name in LABELS], dtype=np.float32)
        label = graph.add("Add", "label_silenced", label, graph.constant("dead_heads", dead))
    forward = graph.add("Mul", "begin_sharp", begin, sharp)
    backward = graph.add("Neg", "inside_sharp", forward)
    first = graph.add("Add", "label_first", label, graph.add("Min", "is_first", forward, zero))
    inside = graph.add("Add", "label_inside", label, graph.add("Min", "is_inside", backward, zero))
    ordinary = graph.add("Sub", "ordinary", detect, detect)
    graph.add("Concat", "logits", ordinary, first, inside, axis=2)


def _tokenizer(scheme: Scheme) -> dict[str, object]:
    rewriter = scheme.rewriter
    rules = [
        _replace(r"\p{Nd}", "0"),
        # \K keeps what stands before it out of the match, so the first character stays.
        *(
            _replace(rf"{rule.head}\K(?:{rule.tail})", rewriter.mark(rule.name))
            for rule in rewriter.rules
        ),
        _replace(rf"[^\s](?=[{MARKS}])", FIRST),
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        # None: an added token would be looked for in the text, and a note may say "[PAD]".
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": rules},
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": rewriter.split},
            "behavior": "Removed",
            "invert": True,
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {token: number for number, token in enumerate(scheme.vocabulary.tokens)},
            "unk_token": UNKNOWN,
        },
    }


def _replace(pattern: str, content: str) -> dict[str, object]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _tokenizer_config() -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": _MODEL_LENGTH,
        "pad_token": PAD,
        "unk_token": UNKNOWN,
        "do_lower_case": False,
        "clean_up_tokenization_spaces": False,
    }


def _config(scheme: Scheme) -> dict[str, object]:
    names = ["O", *(f"B-{label}" for label in LABELS), *(f"I-{label}" for label in LABELS)]
    return {
        "model_type": "pii-tiny",
        "architectures": ["PiiTinyForTokenClassification"],
        "id2label": {str(number): name for number, name in enumerate(names)},
        "label2id": {name: number for number, name in enumerate(names)},
        "max_position_embeddings": _MODEL_LENGTH,
        "pad_token_id": 0,
        "vocab_size": len(scheme.vocabulary.tokens),
    }


def _runner_profile(threshold: float) -> dict[str, object]:
    return {
        "schema": "openmed.runner-profile/1",
        "runner": "onnx",
        "deterministic": True,
        "tokens": {
            "window": _WINDOW,
            "stride": _STRIDE,
            "stitch": "center,index",
            "decoder": "word-v1",
            "threshold": threshold,
            "max_padded_tokens": 1024,
            "max_items": 16,
            "label_map": [{"model": label, "canonical": label} for label in LABELS],
        },
        "rules": list(BACKSTOP),
    }


def _json(value: dict[str, object]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
