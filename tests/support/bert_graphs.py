"""BERT as an ONNX graph, made of weights as transformers names them, without torch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """Nodes in the order they are made."""

    def __init__(self, weights: dict[str, np.ndarray], heads: int) -> None:
        """Start with the weights only."""
        self.heads = heads
        self.nodes: list[onnx.NodeProto] = []
        self.values = dict(weights)

    @property
    def hidden(self) -> int:
        """Numbers a token has."""
        return int(self.values["classifier.weight"].shape[1])

    def constant(self, value: Sequence[int] | float) -> str:
        """A number, or a shape."""
        name = f"c{len(self.values)}"
        kind = np.float32 if isinstance(value, float) else np.int64
        self.values[name] = np.array(value, dtype=kind)
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - onnx's own
        """One node; its output's name."""
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, values: str, layer: str) -> str:
        """Weights and bias of one layer."""
        transposed = self.add("Transpose", f"{layer}.weight", perm=[1, 0])
        return self.add("Add", self.add("MatMul", values, transposed), f"{layer}.bias")

    def norm(self, values: str, layer: str) -> str:
        """Layer normalisation."""
        return self.add(
            "LayerNormalization", values, f"{layer}.weight", f"{layer}.bias", axis=-1, epsilon=1e-12
        )

    def split(self, values: str) -> str:
        """[batch, sequence, hidden] to [batch, heads, sequence, size]."""
        shape = self.constant([0, 0, self.heads, self.hidden // self.heads])
        return self.add("Transpose", self.add("Reshape", values, shape), perm=[0, 2, 1, 3])


def bert_graph(
    weights: dict[str, np.ndarray], *, heads: int, takes_positions: bool = False
) -> onnx.ModelProto:
    """BERT for token classification, as the papers have it.

    Args:
        weights: by their names in transformers.
        heads: attention heads.
        takes_positions: whether positions are an input instead of counted from 0.
    """
    made = Graph(weights, heads)
    layers = len({name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")})
    base = "bert.embeddings"
    words = made.add("Gather", f"{base}.word_embeddings.weight", "input_ids")
    types = made.add("Gather", f"{base}.token_type_embeddings.weight", "token_type_ids")
    table = f"{base}.position_embeddings.weight"
    if takes_positions:
        places = made.add("Gather", table, "position_ids")
    else:
        length = made.add("Gather", made.add("Shape", "input_ids"), made.constant([1]))
        first = made.constant([0])
        places = made.add("Slice", table, first, length, first)
    values = made.norm(made.add("Sum", words, types, places), f"{base}.LayerNorm")
    mask = made.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    hidden = made.add("Mul", made.add("Sub", made.constant(1.0), mask), made.constant(-1e9))
    bias = made.add("Unsqueeze", hidden, made.constant([1, 2]))
    for number in range(layers):
        layer = f"bert.encoder.layer.{number}"
        query, key, value = (
            made.split(made.linear(values, f"{layer}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        scores = made.add("MatMul", query, made.add("Transpose", key, perm=[0, 1, 3, 2]))
        scaled = made.add("Div", scores, made.constant(float(np.sqrt(made.hidden // heads))))
        shares = made.add("Softmax", made.add("Add", scaled, bias), axis=-1)
        mixed = made.add("Transpose", made.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        joined = made.add("Reshape", mixed, made.constant([0, 0, made.hidden]))
        after = made.linear(joined, f"{layer}.attention.output.dense")
        values = made.norm(made.add("Add", after, values), f"{layer}.attention.output.LayerNorm")
        inner = made.add("Gelu", made.linear(values, f"{layer}.intermediate.dense"))
        after = made.linear(inner, f"{layer}.output.dense")
        values = made.norm(made.add("Add", after, values), f"{layer}.output.LayerNorm")
    made.nodes.append(helper.make_node("Identity", [made.linear(values, "classifier")], ["logits"]))
    roles = ["input_ids", "attention_mask", "token_type_ids"]
    roles += ["position_ids"] if takes_positions else []
    whole = helper.make_graph(
        made.nodes,
        "bert",
        [helper.make_tensor_value_info(role, TensorProto.INT64, ["b", "s"]) for role in roles],
        [
            helper.make_tensor_value_info(
                "logits", TensorProto.FLOAT, ["b", "s", len(weights["classifier.bias"])]
            )
        ],
        [numpy_helper.from_array(np.ascontiguousarray(v), n) for n, v in made.values.items()],
    )
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    return model
