"""No spoilt evidence releases anything, unless the fault provably cannot matter.

    python -m pytest tests/e2e/test_mutants.py -s                  one of eight, and what passed
    python -m pytest tests/e2e/test_mutants.py -s --every-mutant   all of them

What may pass, and why, is `tests/cases/mutants/passing.toml`; the set is exact both ways.
"""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import spoilt
from judging import Judging
from repositories import Repository

from mutants import Mutant, sealed

SLOT = "pii::tiny::onnx"
RUNS = "artifacts/runs/pii--tiny--onnx"
LIST = Path(__file__).parents[1] / "cases" / "mutants" / "passing.toml"
REFUSED = {"REFUSED", "NOT_EVALUATED", "QUARANTINED", "IntegrityError"}
_SAMPLE = 8

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


def _is_chosen(name: Name) -> bool:
    return hashlib.sha256("|".join(name).encode()).digest()[0] % _SAMPLE == 0


@pytest.fixture
def judging(released: Repository, monkeypatch: pytest.MonkeyPatch) -> Judging:
    """Another artifact of the live model, measured whole: it would be released."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, released.environment[name])
    released.make_another("models/tiny", items=8)
    made = Judging(released.root, slot=SLOT)
    assert made.good.verdict.decision.value == "RELEASABLE"
    assert made.standing(made.path("verdict").read_bytes()) == "RELEASED"
    return made


def _chosen(mutants: Iterable[spoilt.Named], *, every: bool) -> Iterator[tuple[Name, Mutant]]:
    for product, mutant in mutants:
        name = (product, mutant.where, mutant.how)
        if every or _is_chosen(name):
            yield name, mutant


def _check(
    outcomes: dict[Name, str], *, passing: str, products: Iterable[str], every: bool
) -> None:
    """The mutants that pass are exactly those listed; prints them with their reasons."""
    known = _known()
    wanted = {name for name in known if name[0] in products and (every or _is_chosen(name))}
    got = {name for name, outcome in outcomes.items() if outcome == passing}
    print(f"\n{len(outcomes)} mutants: {dict(Counter(outcomes.values()))}")  # noqa: T201 - the command's answer
    for name in sorted(got):
        print(f"  passes: {' '.join(name)}: {known.get(name, 'MUST NOT')}")  # noqa: T201 - as above
    assert wanted == got


@pytest.mark.timeout(1800)
def test_spoilt_evidence_is_not_releasable(judging: Judging, *, every_mutant: bool) -> None:
    """Through the real products, the real gates and the real policy of our tiny model."""
    mutants = _chosen(spoilt.evidence_mutants(judging), every=every_mutant)
    outcomes = {
        name: judging.verdict(name[0], mutant.data).decision.value for name, mutant in mutants
    }
    assert len(outcomes) >= 300
    _check(outcomes, passing="RELEASABLE", products=spoilt.EVIDENCE, every=every_mutant)


@pytest.mark.timeout(1800)
def test_a_spoilt_verdict_moves_nothing(judging: Judging, *, every_mutant: bool) -> None:
    """Beside its envelope, inside it, under its signature, or signed by the right key."""
    mutants = _chosen(spoilt.verdict_mutants(judging), every=every_mutant)
    outcomes = {name: judging.standing(mutant.data) for name, mutant in mutants}
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
    "100 MB report": (f"{RUNS}/golden.json", _huge, 0, "RELEASED"),
    "100 MB verdict": (f"{RUNS}/verdict.json", _huge, 0, "RELEASED"),
    "half a report": (
        f"{RUNS}/golden.json",
        lambda p: p.write_bytes(p.read_bytes()[:1000]),
        0,
        "RELEASED",
    ),
    "forged report": (f"{RUNS}/golden.json", _forge, 5, "NOT_EVALUATED"),
    "edited envelope": (f"{RUNS}/verdict.json", _edit_envelope, 7, "REFUSED"),
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_command_says_so(name: str, judging: Judging, released: Repository) -> None:
    """The real command on a spoilt product: its exit code and where the candidate stands."""
    path, spoil, code, standing = COMMANDS[name]
    assert judging.slot == SLOT
    spoil(released.root / path)
    done = released.run("release", "run")
    row = released.results()[SLOT]
    assert (code, standing) == (done.returncode, row["standing"]), done.stdout
    assert (row["generation"] == 2) == (standing == "RELEASED")


STATE = ("gates/pointer.json", "gates/evidence", "gates/ledger")


@pytest.mark.parametrize("place", STATE)
def test_a_huge_file_of_the_state_is_refused(
    place: str, judging: Judging, released: Repository
) -> None:
    """Exit 7, and nothing moves."""
    path = released.root / place
    assert judging.slot == SLOT
    target = next(iter(sorted(path.glob("*.json"))), path)
    _huge(target)
    done = released.run("release", "verify" if "evidence" in place else "run")
    assert 7 == done.returncode, done.stdout + done.stderr
