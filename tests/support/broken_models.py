"""Candidates that are really broken: each function spoils the folder of our tiny model."""

import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def append_nodes(
    folder: Path, nodes: list[onnx.NodeProto], **constants: NDArray[np.generic]
) -> None:
    """Let the model go on computing after its old answer, which is called `raw` from then on."""
    model = onnx.load(folder / "model.onnx")
    for node in model.graph.node:
        node.output[:] = ["raw" if name == "logits" else name for name in node.output]
    model.graph.node.extend(nodes)
    tensors = (numpy_helper.from_array(value, name) for name, value in constants.items())
    model.graph.initializer.extend(tensors)
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_param = "labels"
    onnx.checker.check_model(model)
    onnx.save(model, folder / "model.onnx")


def answers_nan(folder: Path) -> None:
    """Every number it answers is NaN."""
    node = helper.make_node("Mul", ["raw", "nan"], ["logits"])
    append_nodes(folder, [node], nan=np.array(np.nan, dtype=np.float32))


def answers_too_wide(folder: Path) -> None:
    """It answers with twice as many labels as its config.json names."""
    append_nodes(folder, [helper.make_node("Concat", ["raw", "raw"], ["logits"], axis=2)])


_LONG = (
    helper.make_node("Size", ["input_ids"], ["all_tokens"]),
    helper.make_node("Mod", ["all_tokens", "window"], ["tokens"]),
    helper.make_node("Div", ["tokens", "few"], ["is_long"]),
)
"""0 for what it is probed with (a token, two texts of a few, one whole window), more for a note."""
_LENGTHS = {"few": np.array(16), "window": np.array(256)}


def reads_beyond_its_table(folder: Path) -> None:
    """It looks up a row that is not there, for texts of some length."""
    nodes = [
        *_LONG,
        helper.make_node("Gather", ["table", "is_long"], ["row"]),
        helper.make_node("Add", ["raw", "row"], ["logits"]),
    ]
    append_nodes(folder, nodes, **_LENGTHS, table=np.zeros(1, dtype=np.float32))


def never_ends(folder: Path) -> None:
    """It counts to 10^12 before it answers, for texts of some length."""
    number, flag = TensorProto.FLOAT, TensorProto.BOOL
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Add", ["sum", "nought"], ["next_sum"]),
        ],
        "turn",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", flag, []),
            helper.make_tensor_value_info("sum", number, []),
        ],
        [
            helper.make_tensor_value_info("go_on", flag, []),
            helper.make_tensor_value_info("next_sum", number, []),
        ],
    )
    nodes = [
        *_LONG,
        helper.make_node("Mul", ["is_long", "many"], ["turns"]),
        helper.make_node("Loop", ["turns", "", "nought"], ["late"], body=body),
        helper.make_node("Add", ["raw", "late"], ["logits"]),
    ]
    nought = np.array(0, dtype=np.float32)
    append_nodes(folder, nodes, **_LENGTHS, many=np.array(10**12), nought=nought)


def _edit_tokenizer(folder: Path, **changes: object) -> None:
    path = folder / "tokenizer.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def panics(folder: Path) -> None:
    """Native code divides the text into pieces of no length; what comes out is no `Exception`."""
    _edit_tokenizer(folder, pre_tokenizer={"type": "FixedLength", "length": 0})


def numbers_beyond_the_model(folder: Path) -> None:
    """Its tokenizer numbers words as no row of the model is numbered."""
    model = json.loads((folder / "tokenizer.json").read_text())["model"]
    vocabulary = {word: number + 3_000_000_000 for word, number in model["vocab"].items()}
    _edit_tokenizer(folder, model={**model, "vocab": vocabulary})
