"""Whose a file is that moved: of one slot, of none, or of every one.

A place that nobody named belongs to every slot.
"""

from pathlib import Path

import pytest
from support import builders

from openmed.adapters.sync.shared_branch import OWNED, WAIVERS
from openmed.context.path_owners import PathOwners
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.slot_result import Result, SlotOutcome

TINY, BASE = "pii::tiny::onnx", "pii::base::onnx"
TREE, OTHER_TREE = "a" * 64, "b" * 64
BOTH = frozenset({TINY, BASE})


def _kept(slot: str, *, source: str, profile: str | None, tree: str) -> KeptSlot:
    result = Result(
        slot=slot, standing=SlotOutcome.LIVE, repo_id="o/r", artifact=tree, grade=None,
        generation=1, tag="", reason="already live", gates=(), exit_code=0,
    )  # fmt: skip
    return KeptSlot(
        slot=slot, row=builders.HEX, listed=builders.HEX, source=source, profile=profile,
        parent=None, repo_id="o/r", artifacts=(tree,), is_live=True, until=builders.NOW,
        verdict="none", tasks=(), faults=(), result=result,
    )  # fmt: skip


def _owners(root: Path, *, source: str = "file:models/base") -> PathOwners:
    for name in ("policy", "profiles", "suites", "waivers"):
        (root / "gates" / name).mkdir(parents=True, exist_ok=True)
    (root / ".git").mkdir(exist_ok=True)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    kept = (
        _kept(TINY, source="recipe:gates/recipes/tiny#best", profile=None, tree=TREE),
        _kept(BASE, source=source, profile="gates/profiles/base.json", tree=OTHER_TREE),
    )
    return PathOwners(
        kept, (), root=root, artifacts=root / "artifacts",
        witness=root / ".git" / "openmed" / "0", extends={"pii--base--onnx.toml": "green"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("artifacts/runs/pii--tiny--onnx/golden.json", {TINY}),
        ("artifacts/runs/pii--tiny--onnx", {TINY}),
        ("artifacts/runs/pii--old--onnx/golden.json", set()),
        ("artifacts/runs/_fleet/flip.json", set()),
        ("artifacts/runs", set()),
        (f"artifacts/staged/{TREE}/model.onnx", {TINY}),
        (f"artifacts/registry/trees/{OTHER_TREE}/model.onnx", {BASE}),
        (f"artifacts/registry/trees/{'c' * 64}", set()),
        ("artifacts/trust/status/index.html", set()),
        ("artifacts/predictions", set()),
        ("models/base/model.py", {BASE}),
        ("gates/profiles/base.json", {BASE}),
        ("gates/recipes/tiny/train.py", {TINY}),
        ("gates/policy/pii--base--onnx.toml", {BASE}),
        ("gates/policy/green.toml", {BASE}),
        ("gates/policy/pii.toml", BOTH),
        ("gates/policy/default.toml", BOTH),
        ("gates/policy", set()),
        ("gates/pointer.json", set()),
        ("gates/head.json", set()),
        ("gates/candidates.toml", set()),
        ("models.jsonl", set()),
        ("gates", set()),
        ("gates/waivers", set()),
        (".git/HEAD", {TINY}),
        (".git/refs/heads/main", {TINY}),
        (".git/openmed/0/heads", set()),
    ],
)
def test_a_file_is_of_its_slots(name: str, slots: set[str], tmp_path: Path) -> None:
    """Of those that rest on it, or of none where steps of the fleet look at it."""
    assert frozenset(slots) == _owners(tmp_path).of([str(tmp_path / name)])


@pytest.mark.parametrize(
    "name",
    [
        "gates/suites.toml", "gates/suites/golden.jsonl", "gates/registries.toml",
        "gates/policy/floor.toml", "gates/waivers/x.json", "gates/keys/ci.pub",
        "gates/measurements/x.json", "gates/profiles/of-nobody.json", "gates/new", "gates/gone",
        "artifacts/keys/local.pub", "artifacts/new", "artifacts", "artifacts/registry/new/x",
        ".gitattributes", "", "elsewhere", "models/other/model.py",
    ],
)  # fmt: skip
def test_any_other_file_is_of_every_slot(name: str, tmp_path: Path) -> None:
    """Suites, keys, what is signed; and whatever a later engine keeps where nobody knows it."""
    owners = _owners(tmp_path)
    assert owners.of([str(tmp_path / name)]) is None
    assert owners.of([str(tmp_path / "gates/pointer.json"), str(tmp_path / name)]) is None


@pytest.mark.parametrize("folder", [".", "gates", "artifacts", "gates/suites", "artifacts/staged"])
def test_a_source_around_what_others_read_owns_nothing(folder: str, tmp_path: Path) -> None:
    """A candidate that comes from such a folder must not make its files those of one slot."""
    owners = _owners(tmp_path, source=f"file:{folder}")
    for name in ("gates/suites.toml", "gates/suites/golden.jsonl", "artifacts/keys/local.pub"):
        assert owners.of([str(tmp_path / name)]) is None


def test_what_a_commit_writes_is_of_no_slot(tmp_path: Path) -> None:
    """Else every run after a release asks every slot; waivers are signed by people, and count."""
    for name in set(OWNED) - {WAIVERS}:
        assert _owners(tmp_path).of([str(tmp_path / name)]) == frozenset(), name


def test_names_of_ledger_and_evidence_are_told_apart(tmp_path: Path) -> None:
    """They must be those that new entries name."""
    owners = _owners(tmp_path)
    names = ("gates/ledger/a.json", "gates/evidence/b.json", "gates/quarantine/c.json")
    assert {"a", "b"} == owners.recorded(str(tmp_path / name) for name in names)
