"""Policies of a real repository, before anything runs: the floor, and files that nobody uses."""

import shutil
from pathlib import Path

import pytest
from support.places import SLOT, Place
from support.repositories import ROOT

from openmed.app.doctor import examine
from openmed.context import Context, open_context
from openmed.domain.release.results.examination import Health, HealthCheck
from openmed.errors import PolicyError
from openmed.pipeline.release_graph import ReleaseGraph

HOLLOW = """
schema = "openmed.policy/1"
milestone = "v2.0"
grade = "green"
reason = "r"
suites = ["golden"]
performance_suite = "smoke"
max_age_hours = 24
verifiers = ["release"]
[gates.reproducibility]
reason = "r"
"""
OURS = "pii--tiny--onnx.toml"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The folder of policies of a copy of our own repository."""
    for name in ("candidates.toml", "suites.toml"):
        (tmp_path / "gates").mkdir(exist_ok=True)
        shutil.copy(ROOT / "gates" / name, tmp_path / "gates" / name)
    shutil.copytree(ROOT / "gates" / "policy", tmp_path / "gates" / "policy")
    shutil.copy(ROOT / "models.jsonl", tmp_path)
    return tmp_path / "gates" / "policy"


def _context(policies: Path) -> Context:
    return open_context(policies.parents[1], quiet=True)


def _refusal(policies: Path) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        ReleaseGraph(_context(policies))
    return caught.value


def _checks(policies: Path) -> list[HealthCheck]:
    return [check for check in examine(_context(policies)).checks if check.name == "policy"]


def test_our_own_policies_can_be_used(policies: Path) -> None:
    """All of them, as they are committed; doctor has nothing to say."""
    ReleaseGraph(_context(policies))
    assert {Health.WELL} == {check.health for check in _checks(policies)}


def test_a_hollow_green_policy_is_refused(policies: Path) -> None:
    """A model of which nothing is asked is not green; as a preview it was and is allowed."""
    (policies / OURS).write_text(HOLLOW, encoding="utf-8")
    assert (
        "policy pii--tiny--onnx has grade green and is weaker than gates/policy/floor.toml: "
        "policy.suites golden, shield-synthetic, fresh → golden; evidence.gate named → not named; "
        "recall_floor.gate named → not named; and 13 more"
    ) in _refusal(policies).message
    assert [Health.BROKEN, Health.WELL] == [check.health for check in _checks(policies)]
    (policies / OURS).write_text(HOLLOW.replace('"green"', '"preview"'), encoding="utf-8")
    ReleaseGraph(_context(policies))


def test_a_green_policy_on_the_floor_is_used(policies: Path) -> None:
    """The family's, when the slot has none of its own."""
    (policies / OURS).unlink()
    assert "pii" == ReleaseGraph(_context(policies)).world.inputs.policy(SLOT).name


@pytest.mark.parametrize(
    ("floor", "said"),
    [
        (None, "policy pii has grade green, and there is no gates/policy/floor.toml"),
        ("x", "gates/policy/floor.toml is not valid TOML"),
        (HOLLOW, "gates/policy/floor.toml is not valid: "),
    ],
)
def test_without_a_floor_that_can_be_read_nothing_is_green(
    floor: str | None, said: str, policies: Path
) -> None:
    """Missing or spoilt, it is no reason to ask for less."""
    (policies / OURS).unlink()
    (policies / "floor.toml").unlink()
    if floor is not None:
        (policies / "floor.toml").write_text(floor, encoding="utf-8")
    assert said in _refusal(policies).message


@pytest.mark.parametrize("name", ["pii--tinny--onnx.toml", "Pii--tiny--onnx.toml", "pii.tml"])
def test_a_misspelt_file_stops_everything(name: str, policies: Path) -> None:
    """Whoever wrote it believes that it counts."""
    (policies / name).write_text("", encoding="utf-8")
    assert (
        f"gates/policy/{name} is used by no slot; did you mean `pii" in _refusal(policies).message
    )
    assert f"gates/policy/{name}" in _checks(policies)[-1].says


def test_policies_of_slots_in_ledger_and_catalogue_are_used(policies: Path) -> None:
    """The queue holds what is released today; policies stay for what was."""
    queue = policies.parent / "candidates.toml"
    rows = queue.read_text(encoding="utf-8").split("[[candidate]]\n")
    queue.write_text("[[candidate]]\n".join([rows[0], rows[2]]), encoding="utf-8")
    ReleaseGraph(_context(policies))  # by the catalogue
    catalogue = policies.parents[1] / "models.jsonl"
    catalogue.write_text(catalogue.read_text(encoding="utf-8").splitlines()[1] + "\n")
    assert "is used by no slot" in _refusal(policies).message
    Place(policies.parents[1]).release(b"first")
    ReleaseGraph(_context(policies))  # by the ledger
