"""Ways to make a model worse that are real: other bytes to run, or other answers to count.

Each function but the last two spoils a copy of a staged model's folder. The copy is staged and run
like any candidate. The last two change what a model answered before it is counted.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.inference.profile import FILE_NAME
from openmed.domain.text.labels import IGNORE
from openmed.domain.text.span import PredictedSpan

SEED = 5
_LOW = 0x0F
_HALF = 4
_ZERO = 8
"""Of 4-bit weights that bring no zero points of their own."""

Records = Sequence[DocumentPredictions]


def copy_model(source: Path, target: Path) -> None:
    """Copy a read-only tree so that it can be changed."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def dead_heads(folder: Path, *heads: str) -> None:
    """What these heads say is ignored."""
    _map_labels(folder, lambda model, canonical: IGNORE if model in heads else canonical)


def swapped_labels(folder: Path, labels: Sequence[str]) -> None:
    """Each of these labels is called by the name of the one after it."""
    following = dict(zip(labels, [*labels[1:], labels[0]], strict=True))
    _map_labels(folder, lambda _, canonical: following.get(canonical, canonical))


def raised_threshold(folder: Path, threshold: float) -> None:
    """A word must be surer to be predicted."""
    _set_tokens(folder, threshold=threshold)


def noisy_weights(folder: Path, sigma: float) -> None:
    """Every block of 4-bit weights is multiplied by 1 + noise, through its float scale."""
    place = _graph(folder)
    model = onnx.load(place)
    scales = {node.input[2] for node in _packed(model)}
    rng = np.random.default_rng(SEED)
    for tensor in model.graph.initializer:
        if tensor.name in scales:
            value = numpy_helper.to_array(tensor)
            noisy = value * (1 + sigma * rng.standard_normal(value.shape))
            tensor.CopyFrom(numpy_helper.from_array(noisy.astype(value.dtype), tensor.name))
    onnx.save(model, place)


def int8(folder: Path, *, per_channel: bool) -> None:
    """The 4-bit weights as floats, then `quantize_dynamic` to 8 bits.

    Such a graph scales the activations of a batch together, so each window is run alone.
    """
    place = _graph(folder)
    plain = place.with_name("float.onnx")
    onnx.save(_unpacked(onnx.load(place)), plain)
    quantize_dynamic(plain, place, weight_type=QuantType.QInt8, per_channel=per_channel)
    plain.unlink()
    _set_tokens(folder, max_items=1)


def off_by_one(records: Records, first: int) -> Records:  # noqa: ARG001 - one kind of change
    """Every span ends one character later than the model said."""
    return tuple(
        DocumentPredictions(
            document=record.document,
            status=record.status,
            spans=tuple(
                PredictedSpan(start=s.start, end=s.end + 1, label=s.label, score=s.score)
                for s in record.spans
            ),
        )
        for record in records
    )


def dropped_documents(records: Records, first: int) -> Records:
    """Every tenth document of the suite has no answer.

    Args:
        records: answers to documents that follow each other.
        first: place of the first one in the suite.
    """
    return tuple(
        record
        if number % 10
        else DocumentPredictions(
            document=record.document, status=Status.FAILED, fault="DroppedDocument"
        )
        for number, record in enumerate(records, start=first + 1)
    )


def _map_labels(folder: Path, rename: Callable[[str, str], str]) -> None:
    rules = [(rule["model"], rule["canonical"]) for rule in _tokens(folder)["label_map"]]
    renamed = zip(rules, starmap(rename, rules), strict=True)
    _set_tokens(folder, label_map=[{"model": r[0], "canonical": new} for r, new in renamed])


def _tokens(folder: Path) -> Mapping[str, Any]:
    profile: Mapping[str, Mapping[str, Any]] = json.loads((folder / FILE_NAME).read_bytes())
    return profile["tokens"]


def _set_tokens(folder: Path, **changes: object) -> None:
    place = folder / FILE_NAME
    tokens = {**_tokens(folder), **changes}
    place.write_text(json.dumps({**json.loads(place.read_bytes()), "tokens": tokens}))


def _graph(folder: Path) -> Path:
    (place,) = folder.rglob("*.onnx")
    return place


def _packed(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if node.op_type == "MatMulNBits"]


def _unpacked(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with plain matrix products of floats."""
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in _packed(model):
        name, packed, scales = node.input
        sizes = {a.name: a.i for a in node.attribute}
        weights = _floats(numpy_helper.to_array(tensors.pop(packed)), tensors.pop(scales), sizes)
        tensors[packed] = numpy_helper.from_array(weights, packed)
        node.CopyFrom(helper.make_node("MatMul", [name, packed], list(node.output), node.name))
    del model.graph.initializer[:]
    model.graph.initializer.extend(tensors.values())
    return model


def _floats(
    packed: NDArray[np.uint8], scales: onnx.TensorProto, sizes: Mapping[str, int]
) -> NDArray[np.float32]:
    """A matrix [K, N] from blocks [N, blocks, bytes], the lower half of a byte first."""
    codes = np.stack([packed & _LOW, packed >> _HALF], axis=-1).astype(np.float32) - _ZERO
    columns, rows = sizes["N"], sizes["K"]
    blocks = codes.reshape(columns, -1, sizes["block_size"])
    scaled = blocks * numpy_helper.to_array(scales).reshape(columns, -1, 1)
    return np.ascontiguousarray(scaled.reshape(columns, -1)[:, :rows].T, dtype=np.float32)
