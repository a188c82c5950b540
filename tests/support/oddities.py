"""Candidates that work and are odd: each function changes the folder of our tiny model.

The graphs are the real one with nodes behind it (`raw` is its old answer, `logits` the new one),
run by the real runner.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from support.broken_models import append_nodes

CERTAIN = 1000.0


def _bias(folder: Path, favoured: str) -> None:
    """One label type wins everywhere."""
    config = json.loads((folder / "config.json").read_text())
    bias = np.zeros(len(config["label2id"]), dtype=np.float32)
    bias[config["label2id"][favoured]] = CERTAIN
    append_nodes(folder, [helper.make_node("Add", ["raw", "bias"], ["logits"])], bias=bias)


def _edit_profile(folder: Path, **changes: object) -> None:
    path = folder / "runner_profile.json"
    profile: dict[str, Any] = json.loads(path.read_text())
    path.write_text(json.dumps({**profile, **changes}, indent=1))


def redacts_everything(folder: Path) -> None:
    """Every word is somebody's name."""
    _bias(folder, "B-PATIENT_NAME")


def redacts_nothing(folder: Path) -> None:
    """No word is anything, and no pattern rule helps."""
    _bias(folder, "O")
    _edit_profile(folder, rules=[])


def names_everything_wrong(folder: Path) -> None:
    """Every label of the model is the next one's; the pattern rules stay as they are."""
    config = json.loads((folder / "config.json").read_text())
    kinds = (len(config["label2id"]) - 1) // 2
    first = [1 + (n + 1) % kinds for n in range(kinds)]
    order = np.array([0, *first, *(n + kinds for n in first)], dtype=np.int64)
    node = helper.make_node("Gather", ["raw", "order"], ["logits"], axis=2)
    append_nodes(folder, [node], order=order)


def has_other_bytes(folder: Path) -> None:
    """The same graph under another producer's name."""
    model = onnx.load(folder / "model.onnx")
    model.producer_name = "somebody-else"
    onnx.save(model, folder / "model.onnx")


def depends_on_the_batch(folder: Path) -> None:
    """It is a little less sure of everything when it gets several windows at once."""
    nodes = [
        helper.make_node("Shape", ["input_ids"], ["odd_shape"]),
        helper.make_node("Gather", ["odd_shape", "nought"], ["items"]),
        helper.make_node("Sub", ["items", "one"], ["others"]),
        helper.make_node("Min", ["others", "one"], ["is_many"]),
        helper.make_node("Cast", ["is_many"], ["many"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["many", "doubt"], ["doubts"]),
        helper.make_node("Add", ["raw", "doubts"], ["logits"]),
    ]
    labels = len(json.loads((folder / "config.json").read_text())["label2id"])
    doubt = np.zeros(labels, dtype=np.float32)
    doubt[0] = 0.25
    append_nodes(folder, nodes, nought=np.array(0), one=np.array(1), doubt=doubt)


def is_slow(folder: Path) -> None:
    """It multiplies a large matrix many times before it answers."""
    turns, side = 60, 500
    nodes = [
        helper.make_node("Mul", ["raw", "nil"], ["nothing"]),
        helper.make_node("ReduceSum", ["nothing"], ["start"], keepdims=0),
        helper.make_node("Add", ["matrix", "start"], ["turn_0"]),
        *(
            helper.make_node("MatMul", [f"turn_{turn}", "matrix"], [f"turn_{turn + 1}"])
            for turn in range(turns)
        ),
        helper.make_node("ReduceSum", [f"turn_{turns}"], ["end"], keepdims=0),
        helper.make_node("Add", ["raw", "end"], ["logits"]),
    ]
    nil = np.array(0, dtype=np.float32)
    append_nodes(folder, nodes, nil=nil, matrix=np.zeros((side, side), dtype=np.float32))


def is_big(folder: Path) -> None:
    """It fills half a gigabyte before it answers."""
    nodes = [
        helper.make_node("Size", ["input_ids"], ["tokens"]),
        helper.make_node("Mul", ["tokens", "none"], ["no_tokens"]),
        helper.make_node("Add", ["no_tokens", "many"], ["length"]),
        helper.make_node("Reshape", ["length", "flat"], ["lengths"]),
        helper.make_node("ConstantOfShape", ["lengths"], ["filled"]),
        helper.make_node("ReduceSum", ["filled"], ["sum"], keepdims=0),
        helper.make_node("Add", ["raw", "sum"], ["logits"]),
    ]
    numbers: dict[str, NDArray[np.generic]] = {
        "none": np.array(0),
        "many": np.array(125_000_000),
        "flat": np.array([1]),
    }
    append_nodes(folder, nodes, **numbers)


def has_too_many_bytes(folder: Path) -> None:
    """More than its row declares."""
    nodes = [
        helper.make_node("ReduceSum", ["noise"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "nil"], ["nothing"]),
        helper.make_node("Add", ["raw", "nothing"], ["logits"]),
    ]
    noise = np.arange(1_500_000, dtype=np.float32)
    append_nodes(folder, nodes, noise=noise, nil=np.array(0, dtype=np.float32))


GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "".join(chr(0x3B1 + n) for n in range(25)) + "\u03dd"
    + "".join(chr(0x391 + n if n < 17 else 0x392 + n) for n in range(24)) + "\u03dc\u03d8",
)  # fmt: skip
"""Letter for letter, so that gold offsets stay."""


def two_languages(golden: bytes) -> bytes:
    """A suite of 120 documents; every tenth is said to be Greek, and written in its letters."""
    every = [json.loads(line) for line in golden.splitlines()]
    lines = [line for line in every if line["language"] == "en"][:120]
    for line in lines[::10]:
        line["language"] = "el"
        line["text"] = line["text"].translate(GREEK)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


MODELS = {
    "everything": redacts_everything,
    "nothing": redacts_nothing,
    "wrong-labels": names_everything_wrong,
    "other-bytes": has_other_bytes,
    "unsteady": depends_on_the_batch,
    "slow": is_slow,
    "big": is_big,
    "too-many-bytes": has_too_many_bytes,
}
"""Candidates for slots where our tiny model is live."""

MULTILINGUAL = "english-only"
"""Our tiny model itself, for a slot of two languages where nothing is live."""


def replace(model: Path, place: Path, name: str) -> None:
    """Put an odd model where a good one is."""
    shutil.rmtree(place)
    shutil.copytree(model, place)
    MODELS[name](place)
