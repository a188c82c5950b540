"""Keys, waivers and explanations, as a person uses them: the real command."""

import json

from support.repositories import Repository

SLOT = "pii::tiny::onnx"
WAIVE = ("release", "waive")


def _data(repository: Repository, *arguments: str) -> object:
    done = repository.run(*arguments, "--json")
    assert done.returncode == 0, done.stdout
    return json.loads(done.stdout)["data"]


def _quarantine(released: Repository) -> str:
    """Have another build of the tiny model quarantined by a policy nothing passes."""
    released.make_another("models/tiny", items=8)
    policy = released.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    kept = policy.read_text()
    released.make_quick()
    released.edit("gates/policy/pii--tiny--onnx.toml", "allowed = 500", "allowed = 0")
    assert released.run("release", "run").returncode == 3
    artifact = released.results()[SLOT]["artifact"]
    policy.write_text(kept)
    assert isinstance(artifact, str)
    return artifact


def test_rotating_keeps_what_was_released_and_signs_anew(released: Repository) -> None:
    """The old key is closed in the ledger; verify and the next run are green."""
    before = _data(released, "keys", "list")
    assert isinstance(before, list)
    (old,) = before
    done = released.run("keys", "rotate")
    assert done.returncode == 0, done.stderr
    rows = _data(released, "keys", "list")
    assert isinstance(rows, list)
    closed = {row["keyid"]: row["closed_at"] for row in rows}
    assert closed[old["keyid"]] == 1
    assert sorted(str(value) for value in closed.values()) == ["1", "None"]
    assert released.run("release", "verify").returncode == 0
    assert "key closed" in released.run("release", "history").stdout
    assert released.run("release", "run").returncode == 0
    released.make_another("models/tiny", items=8)
    assert released.run("release", "run").returncode == 0
    assert released.run("release", "verify").returncode == 0


def test_a_lost_key_is_replaced_without_it(released: Repository) -> None:
    """Plain rotate wants the private key and says so."""
    (released.home / ".config/openmed/keys/local.pem").unlink()
    done = released.run("keys", "rotate")
    assert done.returncode == 2
    assert "openmed keys rotate --lost" in done.stderr
    assert released.run("keys", "rotate", "--lost").returncode == 0
    assert "lost, closed at ledger size 1" in released.run("keys", "list").stdout
    assert released.run("release", "verify").returncode == 0


def test_a_waived_artifact_is_judged_again(released: Repository) -> None:
    """Refused before, whatever the policy says by now; released after, because it passes."""
    artifact = _quarantine(released)
    released.edit("gates/candidates.toml", "title = ", "# as it was\ntitle = ")
    assert released.run("release", "run").returncode == 3
    key = str(released.home / "alice.pem")
    assert released.run("keys", "add", "alice", "--role", "waive", "--key", key).returncode == 0
    words = (artifact[:16], "--reason", "the limit was wrong", "--expires", "2099-01-01")
    done = released.run(*WAIVE, *words)
    assert done.returncode == 7
    assert "may not sign a waiver" in done.stderr
    done = released.run(*WAIVE, *words, "--key", key)
    assert done.returncode == 0, done.stderr
    assert released.run("release", "verify").returncode == 0
    assert released.run("release", "run", "--retry").returncode == 0
    assert released.results()[SLOT]["artifact"] == artifact
    assert released.results()[SLOT]["standing"] in {"RELEASED", "LIVE"}
    assert "lifted: artifact" in released.run("release", "history").stdout
    assert released.run("release", "verify").returncode == 0
    assert released.run("release", "lift").stdout == "Nothing to lift.\n"


def test_bad_usage_has_its_code(released: Repository) -> None:
    """One sentence, nothing written."""
    before = released.files("gates")
    good = ("--reason", "r", "--expires", "2099-01-01")
    for arguments, code in (
        ((*WAIVE, "xyz", *good), 2),
        ((*WAIVE, "0" * 64, *good), 2),
        ((*WAIVE, "0" * 64, "--reason", "r", "--expires", "soon"), 2),
        ((*WAIVE, "0" * 64, "--reason", "r\nr", "--expires", "2099-01-01"), 2),
        (("keys", "add", "Bad Name", "--key", "x.pem"), 2),
        (("keys", "add", "local", "--key", "x.pem"), 2),
        (("keys", "rotate", "--verifier", "nobody"), 2),
        (("release", "explain", "nobody::tiny::onnx"), 2),
        (("release", "explain", SLOT, "nonsense"), 2),
    ):
        done = released.run(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), arguments
        assert "Traceback" not in done.stderr
    assert released.files("gates") == before
    assert not (released.root / "x.pem").exists()


def test_a_green_policy_that_lists_local_is_refused(released: Repository) -> None:
    """Exit 2, before anything runs."""
    policy = "gates/policy/pii--tiny--onnx.toml"
    released.edit(policy, 'grade = "preview"', 'grade = "green"')
    done = released.run("release", "run")
    assert done.returncode == 2
    assert "verifiers lists 'local' for grade green" in done.stderr


def test_explain_says_rule_numbers_limits_and_spans(judged: Repository) -> None:
    """From the run's verdict, and the same from the signed one when the run's is gone."""
    done = judged.run("release", "explain", SLOT, "--all")
    assert done.returncode == 0, done.stderr
    assert "docs/reference/gates.md#critical_leakage" in done.stdout
    assert "gates.recall_floor.labels[SSN].floor" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(f"benchmark run {SLOT}")
    (judged.root / "artifacts/runs/pii--tiny--onnx/verdict.json").unlink()
    again = judged.run("release", "explain", SLOT, "--all")
    assert "verdict: gates/evidence/" in again.stdout
    assert again.stdout.splitlines()[3:] == done.stdout.splitlines()[3:]


def test_explain_shows_leaks_by_offsets_only(judged: Repository) -> None:
    """Document, offsets, label; nothing of the document."""
    _quarantine(judged)
    rows = _data(judged, "release", "explain", SLOT, "critical_leakage")
    assert isinstance(rows, dict)
    (gate,) = rows["gates"]
    leaks = gate["leaks"]
    assert leaks
    assert all(set(row) == {"suite", "leak"} for row in leaks)
    assert all(set(row["leak"]) == {"document", "start", "end", "label"} for row in leaks)
    assert rows["command"].startswith(f"benchmark run {SLOT}")
