"""A policy that gets weaker, as people meet it: the real command, from the edit to the card."""

import json
from typing import Any

from support.repositories import Repository

POLICY = "gates/policy/pii--tiny--onnx.toml"
SLOT = "pii::tiny::onnx"
WEAKER = "residual_leakage.limit 0.99 → 0.995"
APPROVE = ("release", "approve", SLOT, "--reason", "gold was wrong", "--expires", "2999-12-31")


def _lint(repository: Repository, *, code: int) -> dict[str, Any]:
    done = repository.run("policy", "lint", "--json")
    assert (code, "") == (done.returncode, done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return dict(answer["data"]["slots"][0])


def test_a_weaker_policy_is_named_refused_approved_and_shown(released: Repository) -> None:
    """Doctor, lint and plan name it; a run refuses it; a person allows it; the card says it."""
    assert _lint(released, code=0)["weaker"] == []
    before = released.files("gates/ledger")
    released.edit(POLICY, "limit = 0.99", "limit = 0.995")
    released.make_another("models/tiny", items=4)

    row = _lint(released, code=3)
    weaker = {"gate": "residual_leakage", "key": "limit", "old": "0.99", "new": "0.995"}
    assert [weaker] == row["weaker"]
    assert WEAKER in released.run("policy", "lint").stdout
    assert WEAKER in released.run("doctor").stdout
    plan = released.run("release", "plan").stdout
    assert WEAKER in plan
    assert f"release approve {SLOT} --reason" in plan

    refused = released.run("release", "run")
    assert 3 == refused.returncode, refused.stdout + refused.stderr
    assert WEAKER in " ".join((refused.stdout + refused.stderr).split())
    assert before == released.files("gates/ledger")

    own = released.run(*APPROVE)
    assert 7 == own.returncode
    assert "may not sign a policy statement" in own.stderr
    key = str(released.home / "alice.pem")
    added = released.run("keys", "add", "alice", "--role", "waive", "--key", key)
    assert 0 == added.returncode
    signed = released.run(*APPROVE, "--key", key)
    assert 0 == signed.returncode, signed.stderr
    assert WEAKER in signed.stdout
    assert "alice" == _lint(released, code=0)["approved_by"]

    done = released.run("release", "run")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert WEAKER in " ".join(released.run("release", "history").stdout.split())
    card = released.root / "artifacts/trust/cards/pii--tiny--onnx"
    for name in ("README.md", "index.html"):
        text = (card / name).read_text(encoding="utf-8")
        assert "Judged by a weaker policy than the release before it" in text
        assert "0.995" in text
        assert "gold was wrong" in text
    verified = released.run("release", "verify")
    assert 0 == verified.returncode, verified.stdout
    again = released.run(*APPROVE, "--key", key)
    assert 2 == again.returncode
    assert "is not weaker" in again.stderr
