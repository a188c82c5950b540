"""One changed byte re-runs exactly what depends on it, by task name; `touch` re-runs nothing."""

import json
import re
import shutil
from pathlib import Path

import pytest
from support.repositories import Repository

SLOT = "pii::tiny::onnx"
STAGE = f"stage:{SLOT}"
GOLDEN = f"benchmark:{SLOT}:golden"
SHIELD = f"benchmark:{SLOT}:shield-synthetic"
FRESH = f"benchmark:{SLOT}:fresh"
TIMED = f"benchmark:{SLOT}:performance"
BASELINES = {f"baseline:{SLOT}:{suite}" for suite in ("golden", "shield-synthetic", "fresh")}
COMPARE = f"compare:{SLOT}"
PAGES = {
    f"regenerate:{kind}"
    for kind in ("records", "cards", "benchmarks", "leaderboard", "status", "notes")
}


def test_the_source(judged: Repository) -> None:
    """Other bytes are another artifact: everything of the slot, then the flip and the pages."""
    judged.edit("models/tiny/runner_profile.json", '"max_items": 16', '"max_items": 8')
    assert judged.run("release", "run").returncode == 0
    assert set(judged.computed()) == {
        STAGE, GOLDEN, SHIELD, FRESH, TIMED, *BASELINES, COMPARE, "flip", *PAGES,
    }  # fmt: skip


def test_a_suite(judged: Repository) -> None:
    """A document less: what was measured on it, and what follows; not the other suite."""
    notes = judged.root / "gates/suites/shield-synthetic/notes.jsonl"
    first, rest = notes.read_bytes().split(b"\n", 1)
    notes.write_bytes(first.replace(b'"note_type":"', b'"note_type":"x') + b"\n" + rest)
    _pin_again(judged, "shield-synthetic")
    assert judged.run("release", "run").returncode == 0
    assert set(judged.computed()) == {
        SHIELD, f"baseline:{SLOT}:shield-synthetic", COMPARE, "flip",
    }  # fmt: skip


def test_the_suite_secret(judged: Repository) -> None:
    """Another one writes other fresh notes: what was measured on them, and what follows."""
    secret = judged.home / ".config" / "openmed" / "keys" / "suite-secret"
    secret.write_text("5" * 64, encoding="utf-8")
    assert judged.run("release", "run").returncode == 0
    assert set(judged.computed()) == {FRESH, f"baseline:{SLOT}:fresh", COMPARE, "flip"}


def _pin_again(repository: Repository, name: str) -> None:
    """Pin a suite of two tables as its files are now, as a reviewer would."""
    from openmed.domain.digest import sha256_hex  # noqa: PLC0415 - only this helper needs them
    from openmed.domain.suites.layouts.shield import read_tables  # noqa: PLC0415 - as above
    from openmed.domain.suites.suite import suite_digest  # noqa: PLC0415 - as above

    folder = repository.root / "gates" / "suites" / name
    notes, spans = ((folder / f"{table}.jsonl").read_bytes() for table in ("notes", "spans"))
    pins = repository.root / "gates" / "suites.toml"
    head, row = pins.read_text().split(f'name = "{name}"')
    digests = {
        "sha256": sha256_hex(notes),
        "digest": suite_digest(read_tables(notes, spans, what=name)),
    }
    lines = [
        f'{key} = "{digests[key]}"' if (key := line.partition(" = ")[0]) in digests else line
        for line in row.splitlines()
    ]
    # Other documents are another edition; nothing is compared with the one before.
    lines[1:1] = ['previous_missing = "a test"']
    lines = [re.sub(r'^edition = "', 'edition = "another ', line) for line in lines]
    pins.write_text(f'{head}name = "{name}"' + "\n".join(lines) + "\n")


def test_the_policy(judged: Repository) -> None:
    """Nothing is measured again."""
    policy = "gates/policy/pii--tiny--onnx.toml"
    judged.edit(policy, "reason =", "reason  =")
    assert judged.run("release", "run").returncode == 0
    assert judged.computed() == []
    judged.edit(policy, "max_age_hours = 24", "max_age_hours = 23")
    assert judged.run("release", "run").returncode == 0
    assert set(judged.computed()) == {COMPARE, "flip"}


def test_a_report(judged: Repository) -> None:
    """An edited product is none: it is made again, the same, so nothing follows."""
    path = judged.root / "artifacts/runs/pii--tiny--onnx/golden.json"
    before = path.read_bytes()
    path.write_bytes(before.replace(b'"covered": ', b'"covered": 1', 1))
    assert judged.run("release", "run").returncode == 0
    assert judged.computed() == [GOLDEN]
    assert path.read_bytes() == before


@pytest.mark.parametrize("folder", ["gates", "models", "artifacts"])
def test_touch(folder: str, judged: Repository) -> None:
    """Time stamps are not content."""
    for path in (judged.root / folder).rglob("*"):
        path.touch()
    assert judged.run("release", "run").returncode == 0
    assert judged.computed() == []


def test_an_edit_that_keeps_size_and_time_is_seen(judged: Repository) -> None:
    """Equal mtime and size hide a change from a build database, not from a digest."""
    source = judged.root / "models/tiny/runner_profile.json"
    kept = source.stat()
    text = source.read_text()
    source.write_text(text.replace('"threshold": 0.3', '"threshold": 0.2'))
    shutil.copystat(source, source)
    import os  # noqa: PLC0415 - to put the time back

    os.utime(source, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert judged.run("release", "run").returncode in {0, 3}
    assert STAGE in judged.computed()


def test_the_measured_runtime_is_a_material(judged: Repository) -> None:
    """What ran it is named in the report, by version and by digest of its source."""
    path = Path(judged.root / "artifacts/runs/pii--tiny--onnx/golden.json")
    runtime = json.loads(path.read_text())["content"]["runtime"]
    assert runtime["runner"] == "onnx"
    assert [p.partition("==")[0] for p in runtime["packages"]] == [
        "numpy",
        "onnxruntime",
        "regex",
        "tokenizers",
    ]
