"""An upload holds files of its shard's slots, and nothing else."""

import pytest

from openmed.domain.release.upload import UploadedFile, UploadRights

TREE, CHUNK = "a" * 64, "b" * 64
RIGHTS = UploadRights(
    upload="evidence-1-of-2",
    products=frozenset({"runs/pii--tiny--onnx/staged.json", "runs/pii--tiny--onnx/golden.json"}),
    slugs=frozenset({"pii--tiny--onnx"}),
    trees=frozenset({TREE}),
    predictions=frozenset({CHUNK}),
)
HONEST = (
    "runs/pii--tiny--onnx/staged.json",
    "runs/pii--tiny--onnx/golden.json",
    "runs/pii--tiny--onnx/golden.log",
    "runs/pii--tiny--onnx/golden.error.log",
    f"staged/{TREE}/model.onnx",
    f"staged/{TREE}/deeper/tokenizer.json",
    f"predictions/{CHUNK}",
)


def _fault(*paths: str) -> str:
    return RIGHTS.fault_in([UploadedFile(path, is_plain=True) for path in paths])


def test_what_a_shard_measured_is_let_in() -> None:
    """Logs too; nobody reads them. Less is no fault here."""
    assert _fault(*HONEST) == ""
    assert _fault() == ""


@pytest.mark.parametrize(
    "path",
    [
        "runs/pii--tiny--onnx/verdict.json",
        "runs/pii--tiny--onnx/QUARANTINED",
        "runs/pii--tiny--onnx/deeper/golden.json",
        "runs/pii--tiny--onnx/deeper/golden.log",
        "runs/pii--base--onnx/golden.json",
        "runs/pii--base--onnx/golden.log",
        "runs/golden.json",
        f"staged/{'c' * 64}/model.onnx",
        "staged/model.onnx",
        f"predictions/{'c' * 64}",
        f"predictions/{CHUNK}/{CHUNK}",
        f"staged/../predictions/{CHUNK}",
        "gates/pointer.json",
        "golden.json",
        "",
    ],
)
def test_anything_else_is_named(path: str) -> None:
    """Beside what is honest."""
    assert _fault(*HONEST, path) == (
        f"evidence-1-of-2 holds {path!r}, which is of no slot that this shard holds"
    )


def test_a_link_is_no_file() -> None:
    """Wherever it leads; and its name is printable."""
    fault = RIGHTS.fault_in([UploadedFile("runs/\x1b[31m", is_plain=False)])
    assert fault == "evidence-1-of-2 holds 'runs/\\x1b[31m', which is not a plain file"
