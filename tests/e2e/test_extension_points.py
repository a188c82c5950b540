"""Runner, source, suite layout and registry of other packages, installed, in one release."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from support.repositories import ROOT, Repository

EXAMPLES = ("layout-plugin", "registry-plugin", "runner-plugin", "source-plugin")
PROFILE = {"schema": "openmed.runner-profile/1", "runner": "lexicon", "deterministic": True}
LEXICON = {
    "SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "EMAIL": r"\S+@\S+",
    "PHONE": r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b",
    "DATE": r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d{1,2} ?[A-Z][a-z]{2,8} ?\d{4}\b",
    "STREET_ADDRESS": r"\b\d{1,5} [A-Z][a-z]+ (?:[A-Z][a-z]+ ?){1,2}",
    "ZIPCODE": r"\b\d{5}\b",
    "MRN": r"\b[A-Z]{0,3}-?\d{6,10}\b",
    "PROVIDER_NAME": r"(?<=Dr\. )[A-Z]\w+(?: [A-Z]\w+)?",
    "PATIENT_NAME": r"\b[A-Z][a-z]+ [A-Z][a-z]+\b",
    "CITY": r"\b[A-Z][a-z]{3,}\b",
}
PIN = """
[[suite]]
name = "smoke"
title = "Smoke, as CoNLL"
edition = "synthetic v1"
revision = "1"
layout = "conll"
path = "gates/suites/smoke.conll"
defects = [{{ rule = "not-reserved", at_most = 18, reason = "CoNLL marks no number as invented" }}]
subset = "all"
sha256 = "{sha256}"
digest = "{digest}"
synthetic = true
licence = "Apache-2.0"
source = "invented"
"""
REGISTRY = '[[registry]]\nname = "zip-folder"\nfolder = "published"\n'


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has all four examples beside everything of ours."""
    place = tmp_path_factory.mktemp("plugins")
    sources = [place / "sources" / name for name in EXAMPLES]
    for source in sources:
        shutil.copytree(ROOT / "examples" / source.name, source)
    # A child that runs candidates gets no PYTHONPATH, so that a folder on it would not do.
    venv.create(place / "venv", with_pip=False, symlinks=True)
    (packages,) = (place / "venv" / "lib").glob("python*/site-packages")
    ours = sysconfig.get_path("purelib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(packages)]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=240)
    return place / "venv" / "bin" / "python"


def _run(repository: Repository, python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "openmed", *arguments],
        cwd=repository.root,
        env=repository.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def extended(repository: Repository, plugins: Path, tmp_path: Path) -> Repository:
    """A release repository whose candidate, suite and registry need all four."""
    repository.make_quick()
    _make_archive(repository.root / "models" / "lexicon.tar.gz", tmp_path / "model")
    archive = (repository.root / "models" / "lexicon.tar.gz").read_bytes()
    pinned = f'"tar:models/lexicon.tar.gz#model"\nsha256 = "{hashlib.sha256(archive).hexdigest()}"'
    repository.edit("gates/candidates.toml", '"file:models/tiny"', pinned)
    policy = "gates/policy/pii--tiny--onnx.toml"
    none = '[gates.calibration]\nnot_applicable = "expressions have no threshold"\n'
    repository.edit(policy, "[gates.calibration]\n", none)
    (repository.root / "gates" / "registries.toml").write_text(REGISTRY, encoding="utf-8")
    _pin_conll(repository, plugins)
    return repository


def _make_archive(place: Path, folder: Path) -> None:
    folder.mkdir()
    lines = "".join(f"{label}\t{expression}\n" for label, expression in LEXICON.items())
    (folder / "lexicon.tsv").write_text(lines, encoding="utf-8")
    (folder / "runner_profile.json").write_text(json.dumps(PROFILE), encoding="utf-8")
    with tarfile.open(place, "w:gz") as archive:
        archive.add(folder, "model")


def _pin_conll(repository: Repository, plugins: Path) -> None:
    """Keep the English documents of the smoke subset as CoNLL, and pin that."""
    golden = (repository.root / "gates/suites/golden.jsonl").read_text(encoding="utf-8").split("\n")
    documents = [json.loads(line) for line in golden if line]
    kept = [d for d in documents if d["smoke"] and d["language"] == "en"]
    data = "\n".join(map(_conll, kept)).encode()
    (repository.root / "gates" / "suites" / "smoke.conll").write_bytes(data)
    pins = repository.root / "gates" / "suites.toml"
    others = [
        row for row in pins.read_text("utf-8").split("[[suite]]") if 'name = "smoke"' not in row
    ]
    text = "[[suite]]".join(others)
    pins.write_text(text + PIN.format(sha256="0" * 64, digest="0" * 64), encoding="utf-8")
    done = _run(repository, plugins, "suite", "digest", "smoke", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(done.stdout)["data"]
    (sha256,) = facts["sha256"].values()
    pins.write_text(text + PIN.format(sha256=sha256, digest=facts["digest"]), encoding="utf-8")
    assert (facts["documents"], facts["is_as_pinned"]) == (len(kept), False)


def _conll(document: dict[str, object]) -> str:
    text, spans = str(document["text"]), document["spans"]
    assert isinstance(spans, list)
    lines, before = [f"# id = {document['id']}", "# language = en"], None
    for token in re.finditer(r"\S+", text):
        inside = [s for s in spans if s["start"] < token.end() and token.start() < s["end"]]
        gold = inside[0] if any(map(str.isalnum, token[0])) and inside else None
        mark = "O" if gold is None else f"{'I' if gold is before else 'B'}-{gold['label']}"
        lines.append(f"{token[0]}\t{mark}")
        before = gold
    return "\n".join(lines) + "\n"


def test_one_release_uses_all_four(extended: Repository, plugins: Path) -> None:
    """Fetched, run, measured and published by other packages; checked by the engine."""
    done = _run(extended, plugins, "release", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    (published,) = (extended.root / "published").iterdir()
    with zipfile.ZipFile(published) as archive:
        assert sorted(archive.namelist()) == ["lexicon.tsv", "runner_profile.json"]
    assert not (extended.root / "artifacts" / "registry").exists()
    card = extended.root / "artifacts/trust/cards/pii--tiny--onnx/README.md"
    assert "library_name" not in card.read_text(encoding="utf-8")
    assert _run(extended, plugins, "release", "run").returncode == 0
    assert extended.computed() == []
    assert _run(extended, plugins, "release", "verify").returncode == 0
    published.chmod(0o644)
    published.write_bytes(published.read_bytes().replace(b"lexicon", b"lexikon"))
    done = _run(extended, plugins, "release", "verify")
    assert done.returncode == 7, done.stdout + done.stderr
    assert re.search(r"generation 1: registry zip \w{16}… cannot be read", done.stdout)


def test_doctor_lists_them(extended: Repository, plugins: Path) -> None:
    """Every package by kind and name, and where things are published."""
    said = _run(extended, plugins, "doctor").stdout
    for kind, name in (
        ("registries", "zip-folder"),
        ("runners", "lexicon"),
        ("sources", "tar"),
        ("suite_layouts", "conll"),
    ):
        assert f"{kind}: {name} of openmed-example-" in said
    assert "published can be written" in said


def test_without_the_packages_nothing_is_run(extended: Repository) -> None:
    """Exit 2 and what is missing."""
    done = extended.run("release", "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "pii::tiny::onnx: there is no source 'tar' (known: file, hf, pypi, recipe)" in done.stderr
    )
    done = extended.run("suite", "digest", "smoke")
    assert done.returncode == 2
    assert "smoke: there is no suite layout 'conll'" in done.stderr
    done = extended.run("release", "verify")
    assert done.returncode == 2
    assert (
        "gates/registries.toml: there is no registry 'zip-folder' (known: hub, local)"
        in done.stderr
    )
