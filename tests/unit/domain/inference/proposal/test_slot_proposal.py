"""Slots from names and sizes."""

import pytest

from openmed.domain.inference.proposal.slot_proposal import format_of, slot_part, tier_of
from openmed.domain.slot import parse_slot

MIB = 1 << 20


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("My_Model v2", "my-model-v2"),
        ("--x--", "x"),
        ("模型", ""),
        ("a" * 60, "a" * 48),
        ("a" * 47 + "-b", "a" * 47),
        ("../../etc", "etc"),
    ],
)
def test_a_name_becomes_a_part_of_a_slot(name: str, part: str) -> None:
    """Or nothing, and then it is asked."""
    assert slot_part(name) == part
    if part:
        assert parse_slot(f"{part}::tiny::onnx").family == part


@pytest.mark.parametrize(
    ("size", "tier"),
    [(MIB, "tiny"), (64 * MIB, "tiny"), (65 * MIB, "small"), (1 << 40, "xlarge")],
)
def test_a_tier_follows_the_size(size: int, tier: str) -> None:
    """Of what has weights."""
    assert tier_of(runner="onnx", size=size) == tier
    assert tier_of(runner="callable", size=size) == "none"


@pytest.mark.parametrize(
    ("weights", "made"),
    [
        ("model.onnx", "onnx"),
        ("onnx/model_q4.onnx", "onnx-q4"),
        ("model_INT8.onnx", "onnx-int8"),
        ("model_q4_best.onnx", "onnx"),
    ],
)
def test_a_format_follows_the_name_of_the_weights(weights: str, made: str) -> None:
    """As exporters call reduced ones."""
    assert format_of(runner="onnx", weights=weights) == made
    assert format_of(runner="transformers", weights="model.safetensors") == "safetensors"
    assert format_of(runner="their-runner", weights="") == "their-runner"
