"""Files that people write and files that a release leaves follow their schemas."""

import base64
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from schema_documents import FOLDER, files
from support.json_schema import faults
from support.repositories import ROOT, Repository

from openmed.cli.schemas.table import SCHEMAS
from openmed.domain.digest import Json

SLOT_FOLDER = "artifacts/runs/pii--tiny--onnx"


def _schema(name: str) -> Json:
    schema: Json = json.loads(files()[FOLDER / f"{name}.json"])
    return schema


def _toml(path: Path) -> Json:
    table: Json = tomllib.loads(path.read_text(encoding="utf-8"))
    return table


def _read(repository: Repository, pattern: str) -> list[Json]:
    found = [json.loads(path.read_bytes()) for path in sorted(repository.root.glob(pattern))]
    assert found, pattern
    return found


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("candidates", "gates/candidates.toml"),
        ("suites", "gates/suites.toml"),
        *(
            ("floor" if p.name == "floor.toml" else "policy", str(p.relative_to(ROOT)))
            for p in (ROOT / "gates/policy").glob("*.toml")
        ),
    ],
)
def test_what_people_write_here_follows_its_schema(name: str, file: str) -> None:
    """Our own queue, suites and policies."""
    assert [] == faults(_toml(ROOT / file), _schema(name))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("licence =", "license =", "$.candidate[0].license: nothing is allowed here"),
        ("max_bytes = 4_000_000", 'max_bytes = "4 MB"', "$.candidate[0].max_bytes: str is not int"),
        ('languages = ["en"]', "languages = []", "$.candidate[0].languages: breaks minItems 1"),
    ],
)
def test_a_slip_in_the_queue_breaks_its_schema(old: str, new: str, fault: str) -> None:
    """An editor that knows the schema says so before a run does."""
    text = (ROOT / "gates" / "candidates.toml").read_text(encoding="utf-8")
    assert old in text
    found = faults(tomllib.loads(text.replace(old, new, 1)), _schema("candidates"))
    assert any(one.startswith(fault) for one in found), found


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("pointer", "gates/pointer.json"),
        ("entry", "gates/ledger/*.json"),
        ("run-report", "artifacts/run-report.json"),
        ("product", f"{SLOT_FOLDER}/*.json"),
        ("profile", "models/*/runner_profile.json"),
    ],
)
def test_what_a_release_leaves_follows_its_schema(
    name: str, pattern: str, released: Repository
) -> None:
    """State, products and the run report."""
    for value in _read(released, pattern):
        assert [] == faults(value, _schema(name))


@pytest.mark.parametrize(("name", "product"), [("report", "smoke"), ("performance", "performance")])
def test_what_was_measured_follows_its_schema(
    name: str, product: str, released: Repository
) -> None:
    """The content of a product."""
    (value,) = _read(released, f"{SLOT_FOLDER}/{product}.json")
    assert isinstance(value, dict)
    assert [] == faults(value["content"], _schema(name))


def test_a_signed_verdict_follows_its_schemas(released: Repository) -> None:
    """The envelope, and the statement in it."""
    envelopes = [v for v in _read(released, "gates/evidence/*.json") if "payload" in str(v)[:400]]
    (envelope,) = [value for value in envelopes if isinstance(value, dict) and "payload" in value]
    assert [] == faults(envelope, _schema("envelope"))
    payload = json.loads(base64.b64decode(str(envelope["payload"])))
    assert [] == faults(payload, _schema("statement"))


def test_a_signed_waiver_follows_its_schemas() -> None:
    """The statement a person signs."""
    from openmed.domain.attestation.waiver import Waiver, payload_of_waiver  # noqa: PLC0415 - of this test only

    waiver = Waiver(
        slot="pii::tiny::onnx",
        artifact="0" * 64,
        tag="2026.11.24-1",
        entry="1" * 64,
        reason="gold was wrong",
        expires="2026-12-01T23:59:59Z",
    )
    payload = json.loads(payload_of_waiver(waiver, verifier="alice"))
    assert [] == faults(payload, _schema("waiver"))


def _openmed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_names_are_listed() -> None:
    """With what follows each."""
    done = _openmed("schema")
    assert list(SCHEMAS) == [line.split()[0] for line in done.stdout.splitlines()]


def test_a_schema_is_printed_as_it_is_documented() -> None:
    """So that a pipe to a file is the file."""
    assert files()[FOLDER / "entry.json"] == _openmed("schema", "entry").stdout


def test_an_unknown_schema_is_named() -> None:
    """Exit 2, and which there are."""
    done = _openmed("schema", "entri")
    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("openmed: no schema 'entri'; schemas: candidates, ")
