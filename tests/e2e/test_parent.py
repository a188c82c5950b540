"""A reduced format beside its parent: two slots, real bytes, the whole chain."""

import shutil
from pathlib import Path

import pytest
from support.repositories import Repository

PARENT, CHILD = "pii::tiny::onnx", "pii::tiny::onnx-int8"


@pytest.fixture
def both(repository: Repository) -> Repository:
    """The child predicts what its parent does, from other bytes; nothing is released yet."""
    repository.make_quick()
    repository.add_slot(CHILD, "file:models/int8", parent=f'"{PARENT}"')
    shutil.copytree(repository.root / "models" / "tiny", repository.root / "models" / "int8")
    repository.make_another("models/int8", items=8)
    return repository


def test_a_child_waits_for_its_parent_and_then_is_compared_with_it(both: Repository) -> None:
    """First run: nothing is live to compare with. Second run: released, nothing else computed."""
    done = both.run("release", "run")
    assert done.returncode == 5, done.stdout + done.stderr
    results = both.results()
    assert (results[PARENT]["standing"], results[CHILD]["standing"]) == (
        "RELEASED",
        "NOT_EVALUATED",
    )
    assert "nothing is live in the parent's slot pii::tiny::onnx" in done.stdout
    assert both.run("release", "run").returncode == 0
    assert both.results()[CHILD]["standing"] == "RELEASED"
    assert f"parent:{CHILD}:smoke" in both.computed()
    assert f"benchmark:{CHILD}:smoke" not in both.computed()
    assert both.run("release", "run").returncode == 0
    assert both.computed() == []


def test_a_child_that_loses_too_much_is_held_alone(both: Repository, worse_model: Path) -> None:
    """Its own numbers would pass this policy; against its parent they do not."""
    assert both.run("release", "run").returncode == 5
    shutil.rmtree(both.root / "models" / "int8")
    shutil.copytree(worse_model, both.root / "models" / "int8")
    done = both.run("release", "run")
    assert done.returncode == 3, done.stdout + done.stderr
    results = both.results()
    assert (results[PARENT]["standing"], results[CHILD]["standing"]) == ("LIVE", "QUARANTINED")
    assert results[CHILD]["gates"] == ["quantization"]
