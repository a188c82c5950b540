"""`openmed adopt` as it is typed: what it prints, and what comes next."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import public_catalogue as public
from support.following import Desk, follow
from support.hub import TestHub
from support.measured_places import measured_place
from support.small_policies import small_default

pytest.importorskip("huggingface_hub")

PLAN = "openmed release plan"
LABELS = (
    "O", "B-FIRST_NAME", "B-LAST_NAME", "B-EMAIL", "B-PHONE", "B-SSN", "B-DATE", "B-STREET_ADDRESS",
)  # fmt: skip
CONFIG = json.dumps(
    {
        "model_type": "bert",
        "max_position_embeddings": 512,
        "id2label": {str(number): name for number, name in enumerate(LABELS)},
    }
).encode()
NAMES = ("made/Model-One-onnx", "made/Model-Two-onnx")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestHub]:
    """Two models are published there."""
    with TestHub() as hub:
        for name, value in {**hub.environment(), "HF_TOKEN": ""}.items():
            monkeypatch.setenv(name, value)
        for name in NAMES:
            hub.repository(name, files={"config.json": CONFIG, "model.onnx": b"weights" * 99})
        yield hub


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Somebody in a repository with two small suites in English."""
    root = tmp_path / "r"
    measured_place(root, monkeypatch)
    small_default(root)
    monkeypatch.chdir(root)
    return Desk(root, root / "home")


def _rows() -> bytes:
    (shape,) = [one for one in public.shapes() if one.family == "PII"][:1]
    rows = ({**shape.row, "formats": ["onnx"], "repo_id": name} for name in NAMES)
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def test_the_command_says_what_comes_next(desk: Desk, hub: TestHub) -> None:
    """Counts by reason, questions, and a plan of what will be measured."""
    catalogue = _rows() + public.catalogue(family="Vision")
    (desk.root / "theirs.jsonl").write_bytes(catalogue)
    said = desk.openmed("adopt", "theirs.jsonl", "--limit", "1")
    assert said.code == 5, said.text
    assert "next: run it again; it goes on where it was" in said.text
    done = desk.openmed("adopt", "theirs.jsonl", "--family", "pii", "--family", "VISION")
    assert done.code == 0, done.text
    assert "1 added to the queue" in done.text
    assert "task    3     line 3: task is visual-question-answering" in done.text
    assert "4 questions to the Hub in" in done.text
    assert len(hub.requests) == 8
    (plan,) = follow(desk, done, PLAN)
    assert "pii::large::onnx::model-one-onnx" in plan.text


def test_a_broken_catalogue_is_told(desk: Desk, hub: TestHub) -> None:
    """By line, exit 5; a file that is not there, exit 2."""
    (desk.root / "theirs.jsonl").write_text("{}\n", encoding="utf-8")
    said = desk.openmed("adopt", "theirs.jsonl", "--rows")
    assert said.code == 5
    assert "theirs.jsonl line 1" in said.text
    assert desk.openmed("adopt", "nothing.jsonl").code == 2
    answer = json.loads(desk.openmed("adopt", "theirs.jsonl", "--json").text)
    assert answer["data"]["rows"][0]["obstacle"]["kind"] == "row"
    assert hub.requests == []
