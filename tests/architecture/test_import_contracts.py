"""The import contracts hold, and each of them catches every violation that is seeded here."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from support.repositories import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [row["name"] for row in PROJECT["tool"]["importlinter"]["contracts"]]
SEEDED = {
    "Layers point inwards": [
        "cli.main -> __main__",
        "app.release -> cli.main",
        "pipeline.events -> app.plan",
        "context -> pipeline.run_report",
        "adapters.disk.atomic -> context",
        "adapters.disk.atomic -> steps.stage",
        "steps.stage -> adapters.disk.atomic",
        "ports.storage -> steps.stage",
        "domain.digest -> ports.storage",
        "domain.text.span -> corpus.draws",
        "domain.text.span -> steps.stage",
        "errors -> domain.digest",
        "exit_codes -> domain.digest",
        "errors -> exit_codes",
        "utils",
    ],
    "Topics of the domain point inwards": [
        "domain.pages.html -> domain.release.flip",
        "domain.release.flip -> domain.pages.html",
        "domain.attestation.statement -> domain.release.flip",
        "domain.ledger.entry -> domain.release.flip",
        "domain.gates.gate -> domain.ledger.entry",
        "domain.evaluation.report -> domain.gates.gate",
        "domain.suites.suite -> domain.evaluation.report",
        "domain.inference.profile -> domain.suites.suite",
        "domain.rules.rule -> domain.candidates.candidate",
        "domain.text.span -> domain.suites.suite",
        "domain.slot -> domain.text.span",
        "domain.frozen -> domain.digest",
        "domain.helpers",
    ],
    "The domain imports no I/O": [
        "domain.text.span -> os",
        "domain.gates.gate -> random",
        "domain.release.flip -> time",
        "errors -> logging",
        "exit_codes -> sys",
        "corpus.pool -> os",
    ],
    "The corpus is reached through the suites port only": [
        "app.suites -> corpus.draws",
        "adapters.suites.tables -> corpus.values.people",
    ],
    "The corpus knows texts only": ["corpus.draws -> domain.gates.gate"],
    "Gates do not know each other": [
        "domain.gates.rules.evidence -> domain.gates.rules.recall_floor",
        # Also by way of what both use.
        "domain.gates.report_validation -> domain.gates.rules.drift",
    ],
    "Steps do not call each other": ["steps.hold -> steps.stage"],
    "Only context constructs adapters": [
        "app.release -> adapters.disk.disk",
        "cli.main -> adapters.stores.release_store",
        "pipeline.events -> adapters.disk.disk",
    ],
    "Dask is imported in one place": [
        "adapters.executors.cluster_worker -> distributed",
        "app.release -> dask",
    ],
    "The Hub's client is imported in one room": [
        "adapters.sources.hub -> huggingface_hub",
        "adapters.registries.local -> httpx2",
        "app.release -> huggingface_hub",
    ],
    "No sibling cycles": ["domain.frozen -> domain.wire"],
}
"""By contract, what breaks it: one module that imports another, or a module in no known place."""


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(command), "--no-cache", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_contracts_hold() -> None:
    """All of them, on the tree as it is."""
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_every_contract_is_tried() -> None:
    """A new one comes with a violation that it catches."""
    assert sorted(CONTRACTS) == sorted(SEEDED)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package in a folder of its own, where it may be broken."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "openmed", tmp_path / "openmed", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", CONTRACTS)
def test_seeded_violations_are_caught(contract: str, copy: Path) -> None:
    """Each by the contract it breaks, also where the import is inside a function."""
    for violation in SEEDED[contract]:
        _seed(copy / "openmed", violation)
    done = _lint(copy)
    assert done.returncode != 0
    section = _section(done.stdout, contract)
    assert [] == [one for one in SEEDED[contract] if not _is_named(one, section)], done.stdout


def _seed(package: Path, violation: str) -> None:
    module, _, target = violation.partition(" -> ")
    folder = package / module.replace(".", "/")
    path = folder / "__init__.py" if folder.is_dir() else folder.with_name(f"{folder.name}.py")
    if not target:
        path.write_text("X = 1\n", encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    late = f"\n\ndef late_{target.replace('.', '_')}() -> None:\n    import {_whole(target)}\n"
    path.write_text(before + late, encoding="utf-8")


def _whole(module: str) -> str:
    top = module.partition(".")[0]
    ours = (ROOT / "openmed" / top).is_dir() or (ROOT / "openmed" / f"{top}.py").is_file()
    return f"openmed.{module}" if ours else module


def _section(said: str, contract: str) -> str:
    """What the linter says of one contract, in one line: it wraps long ones."""
    broken = said.partition("Broken contracts")[2]
    found = re.search(
        rf"^{re.escape(contract)}\n-+\n(.*?)(?=^[^\n]+\n-+\n|\Z)", broken, re.MULTILINE | re.DOTALL
    )
    return " ".join(found[1].split()) if found else ""


def _is_named(violation: str, section: str) -> bool:
    module, _, target = violation.partition(" -> ")
    if not target:
        return f"- openmed.{module} " in section
    # Of a cycle the linter names the two siblings.
    siblings = {f".{name.rpartition('.')[2]}" for name in (module, target)}
    edges = (" -> ".join(pair) for pair in (sorted(siblings), sorted(siblings, reverse=True)))
    direct = f"openmed.{module} -> {_whole(target)} "
    return direct in section or any(f"- {edge} " in section for edge in edges)
