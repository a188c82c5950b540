"""Parts of CI: who has no suite secret leaves fresh to the job that has it."""

from pathlib import Path

import pytest
from support.oracles import LABELS, SLOT, oracle_repository, put_oracle

from openmed.app.pipeline_stages import run_gate, run_generated
from openmed.context import Context, open_context
from openmed.domain.gates.left_out import REASON, floor_without, policy_without
from openmed.domain.gates.order.floor import require_floor
from openmed.domain.gates.verdict import Decision
from openmed.errors import EvidenceError
from openmed.pipeline.release_graph import ReleaseGraph

SECRET = "5" * 64


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A repository whose candidate knows golden by heart; no secret."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    monkeypatch.delenv("OPENMED_SUITE_SECRET", raising=False)
    root = tmp_path / "repository"
    oracle_repository(root)
    context = open_context(root, quiet=True)
    golden = next(pin for pin in context.inputs.pins() if pin.name == "golden")
    put_oracle(root / "models" / "oracle", knows=context.inputs.suite(golden).documents)
    return context


def test_a_policy_without_fresh_is_as_strict_in_all_else(world: Context) -> None:
    """Gates that need it are named and do not apply; it meets a floor without it."""
    left = frozenset({"fresh"})
    policy = world.inputs.policy(SLOT)
    less, floor = policy_without(policy, left), floor_without(world.inputs.floor(), left)
    require_floor(less, floor, gates=world.gates, declared=LABELS)
    assert less.suites == ("golden", "shield-synthetic")
    before = {gate.id: gate for gate in policy.gates}
    changed = [gate for gate in less.gates if gate != before[gate.id]]
    assert [(gate.id, gate.not_applicable) for gate in changed] == [("generalization", REASON)]
    assert policy_without(policy, frozenset()) == policy
    assert floor_without(None, left) is None


def test_each_part_does_what_it_can(world: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part without the secret, then the job with it, then the one that judges."""
    with pytest.raises(EvidenceError, match="there is no suite secret"):
        run_generated(world)
    part = run_gate(world)
    assert [(row.slot, row.decision) for row in part.judged] == [(SLOT, Decision.RELEASABLE)]
    assert (part.exit_code, part.judged[0].reasons) == (0, ())
    assert not any("fresh" in step.task for step in part.steps)
    monkeypatch.setenv("OPENMED_SUITE_SECRET", SECRET)
    made = run_generated(open_context(world.root, quiet=True))
    assert made.exit_code == 0
    assert {step.task: step.how.value for step in made.steps} == {
        f"stage:{SLOT}": "reused",
        f"benchmark:{SLOT}:fresh": "computed",
        f"baseline:{SLOT}:fresh": "computed",
    }
    graph = ReleaseGraph(open_context(world.root, quiet=True))
    (candidate,) = graph.candidates
    assert all(graph.is_current(step) for step in graph.measuring(candidate))
    verdict = graph.compare(candidate).judged()
    assert [gate.id for gate in verdict.failing] == ["generalization"]
