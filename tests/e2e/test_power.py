"""`openmed release power` on the committed suites and policies, as a person runs it."""

import json
import subprocess
import sys

import pytest
from support.repositories import ROOT


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openmed", "release", "power", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_gate_of_the_policy_is_answered() -> None:
    """The default policy on golden: a row per label, a paragraph per gate, a count."""
    done = _run("--suite", "golden")
    assert (done.returncode, done.stderr) == (0, "")
    policy = (ROOT / "gates" / "policy" / "default.toml").read_text(encoding="utf-8")
    gates = [line[7:-1] for line in policy.splitlines() if line.startswith("[gates.")]
    assert all(f"\n{gate}: " in done.stdout for gate in gates)
    assert "thresholds can be decided" in done.stdout.splitlines()[-1]


def test_a_slot_is_asked_by_its_own_policy_and_labels() -> None:
    """The same as JSON: only what its candidate declares."""
    done = _run("pii::tiny::onnx", "--json")
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["data"]["policy"]) == (True, "pii--tiny--onnx")
    names = [row["gold"]["name"] for row in answer["data"]["labels"]]
    assert len(names) == 11
    assert "FAX" not in names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--suite", "nope"], "suite 'nope' is not pinned"),
        (["--policy", "../default"], "'../default' is not the name of a policy"),
        (["--policy", "nope"], "cannot read gates/policy/nope.toml"),
        (["a::b::c"], "no candidate for slot a::b::c"),
    ],
)
def test_what_is_not_there_is_named(arguments: list[str], said: str) -> None:
    """One sentence, exit code 2."""
    done = _run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
