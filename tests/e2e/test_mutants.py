"""No spoilt evidence releases anything, unless the fault provably cannot matter.

    python -m pytest tests/e2e/test_mutants.py -s                  one of sixteen, and what passed
    python -m pytest tests/e2e/test_mutants.py -s --every-mutant   all of them

What may pass, and why, is `tests/cases/mutants/passing.toml`; the set is exact both ways.
"""

import hashlib
import json
import os
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from filelock import FileLock
from support import spoilt
from support.judging import Judging
from support.mutations import sealed
from support.repositories import Repository

SLOT = "pii::tiny::onnx"
RUNS = "artifacts/runs/pii--tiny--onnx"
LIST = Path(__file__).parents[1] / "cases" / "mutants" / "passing.toml"
REFUSED = {"REFUSED", "NOT_EVALUATED", "QUARANTINED", "IntegrityError"}
_SAMPLE = 16

Name = tuple[str, str, str]
"""Product, place, way."""


def _known() -> dict[Name, str]:
    """What may pass, with its reason."""
    table = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {
        (row["of"], row["where"], how): row["reason"]
        for row in table["passing"]
        for how in row["how"]
    }


def _is_sampled(name: Name) -> bool:
    return hashlib.sha256("|".join(name).encode()).digest()[0] % _SAMPLE == 0


@pytest.fixture
def measured(
    repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Repository:
    """Another artifact of the live model, measured whole on 40 documents; made once."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, repository.environment[name])
    shared = tmp_path_factory.getbasetemp()
    template = (shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared) / "measured"
    with FileLock(f"{template}.lock"):
        if not template.exists():
            _measure(repository)
            shutil.copytree(repository.root, template / "root", symlinks=True)
            shutil.copytree(repository.home, template / "home", symlinks=True)
    for name, place in (("root", repository.root), ("home", repository.home)):
        shutil.rmtree(place)
        shutil.copytree(template / name, place, symlinks=True)
    return repository


def _measure(repository: Repository) -> None:
    repository.make_quick()
    policy = "gates/policy/pii--tiny--onnx.toml"
    # What is unsound stays unsound; the numbers of 40 documents are no measure of a model.
    repository.edit(policy, 'are a bug."\nallowed = 500', 'are a bug."\nallowed = 0')
    done = repository.run("release", "run")
    assert (done.returncode, done.stderr) == (0, done.stderr)
    repository.make_another("models/tiny", items=8)
    Judging(repository.root, slot=SLOT)


@pytest.fixture
def judging(measured: Repository) -> Judging:
    """Its candidate, which would be released."""
    made = Judging(measured.root, slot=SLOT)
    assert made.good.verdict.decision.value == "RELEASABLE"
    assert made.standing(made.path("verdict").read_bytes()) == "RELEASED"
    return made


def _wanted(*, every: bool) -> spoilt.Wanted:
    return lambda name: every or _is_sampled(name)


def _check(
    outcomes: dict[Name, str], *, passing: str, products: Iterable[str], every: bool
) -> None:
    """The mutants that pass are exactly those listed; prints them with their reasons."""
    known = _known()
    wanted = {name for name in known if name[0] in products and _wanted(every=every)(name)}
    got = {name for name, outcome in outcomes.items() if outcome == passing}
    print(f"\n{len(outcomes)} mutants: {dict(Counter(outcomes.values()))}")  # noqa: T201 - the command's answer
    for name in sorted(got):
        print(f"  passes: {' '.join(name)}: {known.get(name, 'MUST NOT')}")  # noqa: T201 - as above
    assert wanted == got


@pytest.mark.timeout(1800)
def test_spoilt_evidence_is_not_releasable(judging: Judging, *, every_mutant: bool) -> None:
    """Through the real products, the real gates and the real policy of our tiny model."""
    mutants = spoilt.evidence_mutants(judging, wanted=_wanted(every=every_mutant))
    outcomes = {
        (product, mutant.where, mutant.how): judging.verdict(product, mutant.data).decision.value
        for product, mutant in mutants
    }
    assert len(outcomes) >= 150
    _check(outcomes, passing="RELEASABLE", products=spoilt.EVIDENCE, every=every_mutant)


@pytest.mark.timeout(1800)
def test_a_spoilt_verdict_moves_nothing(judging: Judging, *, every_mutant: bool) -> None:
    """Beside its envelope, inside it, under its signature, or signed by the right key."""
    mutants = spoilt.verdict_mutants(judging, wanted=_wanted(every=every_mutant))
    outcomes = {
        (product, mutant.where, mutant.how): judging.standing(mutant.data)
        for product, mutant in mutants
    }
    assert set() == set(outcomes.values()) - REFUSED - {"RELEASED"}
    products = ("verdict", "envelope", "payload", "signed")
    _check(outcomes, passing="RELEASED", products=products, every=every_mutant)


def _huge(path: Path) -> None:
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


def _forge(path: Path) -> None:
    """More predictions touch gold than there are, under a checksum that fits."""
    table = json.loads(path.read_bytes())
    table["content"]["predictions"][0]["touching"] += 10**6
    path.write_bytes(sealed(table["materials"], table["content"]))


def _edit_envelope(path: Path) -> None:
    """One character of the signature."""
    table = json.loads(path.read_bytes())
    envelope = json.loads(table["content"]["envelope"])
    signature = envelope["signatures"][0]["sig"]
    envelope["signatures"][0]["sig"] = ("B" if signature[0] == "A" else "A") + signature[1:]
    table["content"]["envelope"] = json.dumps(envelope, sort_keys=True, separators=(",", ":"))
    path.write_bytes(sealed(table["materials"], table["content"]))


COMMANDS: dict[str, tuple[str, Callable[[Path], object], int, str]] = {
    # What cannot be read is measured again, from the same bytes: that is no fault of the model.
    "100 MB report": (f"{RUNS}/smoke.json", _huge, 0, "RELEASED"),
    "100 MB verdict": (f"{RUNS}/verdict.json", _huge, 0, "RELEASED"),
    "half a report": (
        f"{RUNS}/smoke.json",
        lambda p: p.write_bytes(p.read_bytes()[:1000]),
        0,
        "RELEASED",
    ),
    "forged report": (f"{RUNS}/smoke.json", _forge, 7, "NOT_EVALUATED"),
    "edited envelope": (f"{RUNS}/verdict.json", _edit_envelope, 7, "REFUSED"),
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_command_says_so(name: str, measured: Repository) -> None:
    """The real command on a spoilt product: its exit code and where the candidate stands."""
    path, spoil, code, standing = COMMANDS[name]
    spoil(measured.root / path)
    done = measured.run("release", "run")
    row = measured.results()[SLOT]
    assert (code, standing) == (done.returncode, row["standing"]), done.stdout
    assert (row["generation"] == 2) == (standing == "RELEASED")


STATE = ("gates/pointer.json", "gates/evidence", "gates/ledger")


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize("place", STATE)
def test_a_huge_file_of_the_state_is_refused(place: str, which: int, measured: Repository) -> None:
    """Exit 7, and nothing moves."""
    path = measured.root / place
    _huge((sorted(path.glob("*.json")) or [path])[which])
    done = measured.run("release", "verify" if "evidence" in place else "run")
    assert 7 == done.returncode, done.stdout + done.stderr
