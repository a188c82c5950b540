"""What cannot be measured never stops what can: broken models, killed and hanging children.

A story is a repository in which one candidate is sound and the others are not, and what its
runs left; it is played once and looked at by many tests. Nothing of the product is replaced:
the models are real and really broken.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.broken_models import (
    answers_nan,
    answers_too_wide,
    never_ends,
    numbers_beyond_the_model,
    panics,
    reads_beyond_its_table,
)
from support.processes import is_gone
from support.repositories import ROOT, Repository

GOOD = "pii::tiny::onnx"
HANGING_STEPS = [f"benchmark:{GOOD}::hanging:{name}" for name in ("performance", "smoke")]
POLICY = """
schema = "openmed.policy/1"
milestone = "v2.0"
grade = "preview"
reason = "Judges next to nothing, so that what is tested here is quick."
suites = ["smoke"]
performance_suite = "smoke"
max_age_hours = 24
verifiers = ["local"]

[gates.recall_floor]
reason = "As above."
suite = "smoke"
floor = 0.3
"""
MADE_OF_TEXT = (
    "artifacts/runs",
    "artifacts/predictions",
    "artifacts/trust",
    "gates/ledger",
    "gates/evidence",
)
EXCERPT, LETTERS = 16, 10
"""So many characters in a row, so many of them letters or digits, are nobody's coincidence."""


@dataclass(frozen=True)
class Told:
    """What one run left.

    Attributes:
        code: exit code.
        text: what it said on both streams.
        report: the run report.
        results: where each candidate stands, by slot.
        computed: tasks that made their product anew.
    """

    code: int
    text: str
    report: dict[str, object]
    results: dict[str, dict[str, object]]
    computed: list[str]


@dataclass(frozen=True)
class Story:
    """A repository and what its runs left, in order."""

    repository: Repository
    told: tuple[Told, ...]


def _told(repository: Repository, code: int, text: str) -> Told:
    return Told(
        code=code,
        text=text,
        report=repository.run_report,
        results=repository.results(),
        computed=repository.computed(),
    )


def _release(repository: Repository, *options: str) -> Told:
    done = repository.run("release", "run", *options)
    return _told(repository, done.returncode, done.stdout + done.stderr)


def _add(repository: Repository, name: str, **changes: str) -> Path:
    """Add a slot of that line with a candidate that is still sound; gives its source."""
    policy = repository.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    policy.write_text(POLICY)
    source = repository.root / "models" / name
    shutil.copytree(repository.root / "models" / "tiny", source)
    repository.add_slot(f"{GOOD}::{name}", f"file:models/{name}", **changes)
    return source


def _products(repository: Repository, name: str) -> Path:
    return repository.root / "artifacts" / "runs" / f"pii--tiny--onnx--{name}"


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "answers-nan": (
        answers_nan,
        "were answered (the model answered with numbers that are not finite (FloatingPointError))",
    ),
    "too-wide": (answers_too_wide, "the model answers with 66 labels, config.json names 33"),
    "reads-beyond": (
        reads_beyond_its_table,
        " of 31 documents were answered (InvalidArgument was raised); all are needed",
    ),
    "panics": (panics, "could not load the candidate: PanicException"),
    "ids": (numbers_beyond_the_model, "; no model has over 16777216 rows"),
}
"""By name of the slot's line: what is wrong, and what the report says of it."""


def _broken(repository: Repository) -> Iterator[Told]:
    """One candidate for each fault; first by doit, then by openmed."""
    for name, (spoil, _) in FAULTS.items():
        spoil(_add(repository, name))
    # Somebody's mistakes, in the way of two slots' products.
    _products(repository, "panics").parent.mkdir(parents=True)
    _products(repository, "panics").write_text("not a folder")
    for log in ("smoke.log", "smoke.error.log", "verdict.json"):
        (_products(repository, "too-wide") / log).mkdir(parents=True)
    done = repository.run("release", module="doit")
    yield _told(repository, done.returncode, done.stdout + done.stderr)
    yield _release(repository)


def _ours(repository: Repository) -> Iterator[Told]:
    """A marker that is a folder cannot be removed when the verdict is good; nobody foresaw it."""
    _add(repository, "marked")
    marker = _products(repository, "marked") / "QUARANTINED"
    marker.mkdir(parents=True)
    yield _release(repository)
    marker.rmdir()
    yield _release(repository)


def _killed(repository: Repository) -> Iterator[Told]:
    """Each child of one candidate is killed in the middle of its documents."""
    never_ends(_add(repository, "killed", timeout_seconds="100"))
    run = subprocess.Popen(
        [sys.executable, "-m", "openmed", "release", "run"],
        cwd=repository.root,
        # One at a time: which candidate a child belongs to cannot be seen from outside.
        env={**repository.environment, "OPENMED_PROCESSES": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    killed: set[int] = set()
    try:
        while run.poll() is None:
            for pid in set(_children_at_work(run.pid, _products(repository, "killed"))) - killed:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            time.sleep(0.02)
        text, _ = run.communicate(timeout=60)
    finally:
        run.kill()
    assert [is_gone(pid) for pid in killed] == [True, True]
    yield _told(repository, run.returncode, text)


def _hanging(repository: Repository) -> Iterator[Told]:
    """Twice, a third time, once more when asked to, and with another source."""
    source = _add(repository, "hanging", timeout_seconds="1")
    never_ends(source)
    for options in ((), (), (), ("--retry",)):
        yield _release(repository, *options)
    shutil.rmtree(source)
    shutil.copytree(repository.root / "models" / "tiny", source)
    # On a busy machine a sound model may need more than a second, too.
    repository.edit("gates/candidates.toml", "timeout_seconds = 1\n", "timeout_seconds = 100\n")
    yield _release(repository)


STORIES: Mapping[str, Callable[[Repository], Iterator[Told]]] = {
    "broken": _broken,
    "ours": _ours,
    "killed": _killed,
    "hanging": _hanging,
}


def _children_at_work(run: int, products: Path) -> Iterator[int]:
    """Benchmark children of a process that write their log there and are past loading."""
    parents = dict(_parents())
    for pid in parents:
        above: int | None = pid
        while above is not None and above != run:
            above = parents.get(above)
        if above == run and b"worker_start.py" in _command(pid):
            # The engine writes the log; the child's streams are pipes.
            has_log = any(place.startswith(f"{products}/") for place in _descriptors(run).values())
            # The child points its streams to nowhere once documents come.
            if has_log and _descriptors(pid).get("2") == os.devnull:
                yield pid


def _parents() -> Iterator[tuple[int, int]]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            yield int(place.name), int(fields[1])


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _descriptors(pid: int) -> dict[str, str]:
    try:
        return {link.name: str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return {}


@pytest.fixture(scope="module")
def _stories() -> dict[str, Story]:
    return {}


@pytest.fixture
def story(request: pytest.FixtureRequest, _stories: dict[str, Story]) -> Callable[[str], Story]:
    """Tells a story by name; the first test that asks for it plays it."""

    def tell(name: str) -> Story:
        if name not in _stories:
            repository = request.getfixturevalue("repository")
            assert isinstance(repository, Repository)
            _stories[name] = Story(repository, tuple(STORIES[name](repository)))
        return _stories[name]

    return tell


Stories = Callable[[str], Story]


@pytest.mark.parametrize("name", sorted(STORIES))
def test_the_sound_candidate_is_released(name: str, story: Stories) -> None:
    """In the same run, whatever happened to the others; these have no pointer."""
    told = story(name)
    assert told.told[0].results[GOOD]["standing"] == "RELEASED"
    others = [row for slot, row in told.told[0].results.items() if slot != GOOD]
    assert {(row["standing"], row["generation"]) for row in others} == {("NOT_EVALUATED", 0)}


@pytest.mark.parametrize("name", sorted(STORIES))
def test_nobody_sees_a_traceback(name: str, story: Stories) -> None:
    """Neither on a stream nor in a file of the run."""
    told = story(name)
    assert [one.text for one in told.told if "Traceback" in one.text] == []
    files = told.repository.files("artifacts/runs")
    assert [path for path, data in files.items() if b"Traceback" in data] == []


@pytest.mark.parametrize("name", sorted(STORIES))
def test_no_text_of_a_document_is_anywhere(name: str, story: Stories) -> None:
    """Not in what was said, a report, a log, a page or the ledger."""
    told = story(name)
    suite = (ROOT / "gates" / "suites" / "golden.jsonl").read_text(encoding="utf-8")
    texts = [json.loads(line)["text"] for line in suite.splitlines()]
    excerpts = {
        piece
        for text in texts
        for at in range(len(text) - EXCERPT)
        if sum(map(str.isalnum, piece := text[at : at + EXCERPT])) >= LETTERS
    }
    files = told.repository.files(*MADE_OF_TEXT)
    places = {path: data.decode("utf-8", "replace") for path, data in files.items()}
    for number, one in enumerate(told.told):
        places |= {f"{number} said": one.text, f"{number} report": json.dumps(one.report)}
    found = {
        path
        for path, text in places.items()
        if any(text[at : at + EXCERPT] in excerpts for at in range(len(text)))
    }
    assert found == set()


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_broken_candidate_has_no_verdict(name: str, story: Stories) -> None:
    """Nothing is condemned; the run report says why in a sentence."""
    row = story("broken").told[0].results[f"{GOOD}::{name}"]
    assert (row["standing"], row["exit_code"]) == ("NOT_EVALUATED", 5)
    assert FAULTS[name][1] in str(row["reason"])


def test_doit_says_1_and_openmed_says_5(story: Stories) -> None:
    """A candidate that cannot be measured is no fault of ours: 5, also where doit says 1."""
    told = story("broken").told
    assert [one.code for one in told] == [1, 5]
    assert [one.report["exit_code"] for one in told] == [5, 5]


def test_what_stands_in_the_way_of_products_is_replaced(story: Stories) -> None:
    """A file where a slot's folder goes, folders where its logs go: products all the same."""
    repository = story("broken").repository
    wanted = {"smoke.json", "smoke.log", "smoke.error.log", "verdict.json"}
    for name in ("panics", "too-wide"):
        files = {path.name for path in _products(repository, name).iterdir() if path.is_file()}
        assert wanted - files == set()


def test_what_nobody_foresaw_in_our_own_process_is_our_fault(story: Stories) -> None:
    """Exit 1, for this slot alone; the log has places in our code, the report a kind of error."""
    told = story("ours")
    row = told.told[0].results[f"{GOOD}::marked"]
    assert (told.told[0].code, row["exit_code"]) == (1, 1)
    assert row["reason"] == f"compare:{GOOD}::marked broke: IsADirectoryError (Is a directory)"
    frames = (_products(told.repository, "marked") / "verdict.error.log").read_text()
    assert "product_store.py:" in frames
    assert frames.endswith("IsADirectoryError\n")


def test_without_its_cause_our_fault_is_over(story: Stories) -> None:
    """The next run judges the candidate from the same measurements, and releases it."""
    again = story("ours").told[1]
    assert (again.code, again.results[f"{GOOD}::marked"]["standing"]) == (0, "RELEASED")
    assert [task for task in again.computed if task.startswith("benchmark:")] == []


def test_a_killed_child_is_said_to_be_killed(story: Stories) -> None:
    """By which signal; exit 5."""
    (told,) = story("killed").told
    row = told.results[f"{GOOD}::killed"]
    assert (told.code, row["exit_code"]) == (5, 5)
    assert "the benchmark child was killed by SIGKILL" in str(row["reason"])


def test_a_hanging_child_is_ended(story: Stories) -> None:
    """After the seconds of its row; exit 5."""
    told = story("hanging").told[0]
    row = told.results[f"{GOOD}::hanging"]
    assert (told.code, row["exit_code"]) == (5, 5)
    assert "the benchmark child did not answer within 1 s" in str(row["reason"])


def test_the_same_error_is_not_met_a_third_time(story: Stories) -> None:
    """The second run tries again, the third burns no time; there is still no verdict."""
    second, third = story("hanging").told[1:3]
    assert sorted(second.computed) == HANGING_STEPS
    assert (third.code, third.computed) == (5, [])
    assert third.results[f"{GOOD}::hanging"] == second.results[f"{GOOD}::hanging"]


def test_retry_tries_once_more(story: Stories) -> None:
    """What hung, and nothing else."""
    asked = story("hanging").told[3]
    assert (asked.code, sorted(asked.computed)) == (5, HANGING_STEPS)


def test_another_source_is_measured_and_released(story: Stories) -> None:
    """Without being asked to: it is not the same input."""
    replaced = story("hanging").told[4]
    assert (replaced.code, replaced.results[f"{GOOD}::hanging"]["standing"]) == (0, "RELEASED")
    assert set(HANGING_STEPS) < set(replaced.computed)
