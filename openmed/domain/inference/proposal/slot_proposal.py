"""Which slot a model belongs to by what it is called, by its size, and by its runner.

The names of tiers are those of the public fleet. Their sizes here are only where a model of an
unstated tier is put; the row is reviewed, and `--slot` names another.
"""

import re
from pathlib import PurePosixPath
from typing import Final

_MIB: Final = 1 << 20
_TIERS: Final = (
    (64 * _MIB, "tiny"),
    (256 * _MIB, "small"),
    (640 * _MIB, "base"),
    (1024 * _MIB, "medium"),
    (2560 * _MIB, "large"),
)
"""Most bytes of the weights, by tier; what is larger is `xlarge`."""
_REDUCED: Final = re.compile(
    r"[._-](bnb4|fp16|int4|int8|q4|q4f16|q8|quantized|uint8)$", re.IGNORECASE
)
"""How exporters end the name of a reduced format's file."""
_FORMATS: Final = {
    "callable": "python",
    "onnx": "onnx",
    "rules": "rules",
    "subprocess-jsonl": "program",
    "transformers": "safetensors",
}
_LONGEST: Final = 48


def slot_part(words: str) -> str:
    """A name as a part of a slot; empty when nothing of it can stand there."""
    part = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return part[:_LONGEST].rstrip("-")


def tier_of(*, runner: str, size: int) -> str:
    """The tier of weights of this size; what brings no weights has none."""
    if runner not in {"onnx", "transformers"}:
        return "none"
    return next((name for most, name in _TIERS if size <= most), "xlarge")


def format_of(*, runner: str, weights: str) -> str:
    """The format: what the runner reads, and how the file's name says that it was reduced."""
    name = _FORMATS.get(runner, slot_part(runner))
    reduced = _REDUCED.search(PurePosixPath(weights).stem) if weights.endswith(".onnx") else None
    return f"{name}-{reduced[1].lower()}" if reduced else name
