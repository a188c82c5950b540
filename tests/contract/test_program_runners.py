"""The runners `callable` and `subprocess-jsonl`, in the real child process."""

import json
import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from support.candidate_imports import kept_imports

from openmed.adapters.runners.callable import CallableRunner
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.inference.predictions import Status
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource
from openmed.domain.text.span import Document
from openmed.errors import ExternalError, OpenMedError

RULES = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)
FUNCTION = """
import re

def find(text):
    if "@boom" in text:
        raise KeyError(text)
    if "@odd" in text:
        return [(0, 1, "COLOUR")]
    return [(m.start(), m.end(), "NAME") for m in re.finditer("[A-Z][a-z]+", text)]

constant = 7
"""
PROGRAM = """
import json, os, re, sys

for line in sys.stdin:
    request = json.loads(line)
    text = request["text"]
    if "@end" in text:
        sys.exit(3)
    if "@shift" in text:
        request["id"] = "0"
    if "@boom" in text:
        print(json.dumps({"id": request["id"], "error": text}), flush=True)
        continue
    if "@wait" in text:
        import time
        time.sleep(600)
    unit = text.encode("utf-16-le")
    spans = [
        {"start": len(text[: m.start()].encode("utf-16-le")) // 2,
         "end": len(text[: m.end()].encode("utf-16-le")) // 2, "label": "NAME", "score": 0.75}
        for m in re.finditer("[A-Z][a-z]+", text)
    ]
    print(json.dumps({"id": request["id"], "spans": spans}), flush=True)
"""
TEXTS = ("🙂 Ann saw Ben.", "nobody")

Make = Callable[..., tuple[Path, RunnerProfile]]


def documents(*texts: str) -> tuple[Document, ...]:
    """Documents without gold."""
    return tuple(
        Document(
            id=f"d-{number}",
            language="en",
            family="f",
            slice="base",
            smoke=False,
            text=text,
            spans=(),
        )
        for number, text in enumerate(texts, start=1)
    )


def source(kind: str, **changes: object) -> RunnerProfile:
    """A profile that calls the function or the program."""
    how: dict[str, object] = (
        {"function": "detect:find"}
        if kind == "callable"
        else {"command": ("python3", "detect.py"), "unit": "utf-16"}
    )
    spans = SpanSource.model_validate({**how, "label_map": RULES, **changes})
    return RunnerProfile(runner=kind, deterministic=True, spans=spans)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artifact of code."""
    place = tmp_path / "artifact"
    place.mkdir()
    return place


def put(folder: Path, kind: str) -> None:
    """Write the candidate's code."""
    code = FUNCTION if kind == "callable" else PROGRAM
    (folder / "detect.py").write_text(code, encoding="utf-8")


def ask(
    folder: Path, profile: RunnerProfile, *texts: str, timeout: float = 60
) -> list[tuple[str, list[tuple[int, int]]]]:
    """Faults and spans of each text."""
    runners = WorkerRunners(homes=folder.parent / "homes")
    log = folder.parent / "log.txt"
    with runners.open(str(folder), profile, log=str(log), timeout=timeout) as session:
        records = session.predict(documents(*texts))
    said = log.read_text(encoding="utf-8")
    assert [text for text in texts if text in said] == []
    return [(r.fault, [(s.start, s.end) for s in r.spans]) for r in records]


KINDS = ("callable", "subprocess-jsonl")


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_finds_is_ours(kind: str, folder: Path) -> None:
    """Offsets in code points, whatever it counts; no bytecode is left in the artifact."""
    put(folder, kind)
    assert ask(folder, source(kind), *TEXTS) == [("", [(2, 5), (10, 13)]), ("", [])]
    assert [path.name for path in folder.iterdir()] == ["detect.py"]


@pytest.mark.parametrize(("kind", "fault"), [("callable", "KeyError"), (KINDS[1], "ProgramFailed")])
def test_one_text_fails_alone(kind: str, fault: str, folder: Path) -> None:
    """By the name of what happened only."""
    put(folder, kind)
    assert ask(folder, source(kind), "Ann", "@boom Ben", "Cat") == [
        ("", [(0, 3)]),
        (fault, []),
        ("", [(0, 3)]),
    ]


def test_a_label_without_a_rule_fails_the_text(folder: Path) -> None:
    """Nothing is dropped silently."""
    put(folder, "callable")
    assert ask(folder, source("callable"), "@odd", "Ann")[0] == ("AnswerError", [])


@pytest.mark.parametrize("word", ["@end", "@shift"])
def test_a_program_that_loses_step_is_not_asked_again(word: str, folder: Path) -> None:
    """An answer for another text would be worse than none."""
    put(folder, KINDS[1])
    answers = ask(folder, source(KINDS[1]), "Ann", word, "Ben")
    assert [fault for fault, _ in answers] == ["", "ProgramEnded", "ProgramEnded"]


def test_a_program_that_hangs_is_ended(folder: Path) -> None:
    """With everything it started."""
    put(folder, KINDS[1])
    with pytest.raises(ExternalError, match="did not answer within 3 s"):
        ask(folder, source(KINDS[1]), "@wait", timeout=3)
    assert _left(folder) == []


def test_nothing_outlives_the_child(folder: Path) -> None:
    """The program ends with it, although nobody told it."""
    put(folder, KINDS[1])
    runners = WorkerRunners(homes=folder.parent / "homes")
    log = str(folder.parent / "log.txt")
    with runners.open(str(folder), source(KINDS[1]), log=log, timeout=60) as session:
        assert session.predict(documents("Ann"))[0].status is Status.OK
        assert len(_left(folder)) == 1
        peak = session.peak_memory()
        assert peak is not None
        assert peak > 30_000_000
    assert _left(folder) == []


def _left(folder: Path) -> list[int]:
    """Programs that still run in the folder, after a moment."""
    time.sleep(0.2)
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if place.readlink() == folder:
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


BAD: dict[str, tuple[str, dict[str, object], str]] = {
    "no such module": ("callable", {"function": "nowhere:find"}, "cannot be imported"),
    "no such function": ("callable", {"function": "detect:lose"}, "cannot be imported: Attrib"),
    "no function": ("callable", {"function": "detect:constant"}, "is not a function"),
    "code of nobody": ("callable", {"function": "json:loads"}, "neither in the artifact nor"),
    "another version": ("callable", {"packages": ("numpy==0.1",)}, "wants numpy==0.1, installed"),
    "not installed": ("callable", {"packages": ("nope==1",)}, "wants nope==1, installed is none"),
    "no such program": (KINDS[1], {"command": ("./nothing",)}, "starts './nothing', which is not"),
    "a program of the machine": (
        KINDS[1],
        {"command": ("true",)},
        "starts 'true', which is not in",
    ),
    "a script of elsewhere": (
        KINDS[1],
        {"command": ("python3", "/x.py")},
        "no file of the artifact",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_cannot_run_says_so_at_once(name: str, folder: Path) -> None:
    """Before any document."""
    kind, changes, reason = BAD[name]
    put(folder, kind)
    profile = source(kind, **changes)
    with pytest.raises(OpenMedError) as caught:
        ask(folder, profile, "Ann")
    assert reason in caught.value.message


@pytest.mark.parametrize("kind", KINDS)
def test_the_profile_must_say_what_to_call(kind: str, folder: Path) -> None:
    """The other runner's way is no way."""
    other = source(KINDS[1 - KINDS.index(kind)]).spans
    for spans in (None, other):
        profile = RunnerProfile(runner=kind, deterministic=True, spans=spans)
        with pytest.raises(OpenMedError, match="needs `spans`"):
            ask(folder, profile, "Ann")


def test_a_function_of_a_pinned_package_is_run(folder: Path) -> None:
    """As for somebody's detector from the index."""
    pin = f"nervaluate=={version('nervaluate')}"
    spans = SpanSource(function="nervaluate.utils:split_list", packages=(pin,), label_map=RULES)
    profile = RunnerProfile(runner="callable", deterministic=True, spans=spans)
    with kept_imports():
        (answer,) = CallableRunner(folder, profile).predict(["Ann"])
    assert isinstance(answer, Exception)


def test_a_source_is_one_way_or_the_other() -> None:
    """Neither both nor none; each label once."""
    for changes in ({}, {"function": "a:b", "command": ("x",)}):
        with pytest.raises(ValueError, match="either a function or a command"):
            SpanSource.model_validate({"label_map": RULES, **changes})
    with pytest.raises(ValueError, match="twice"):
        SpanSource(function="a:b", label_map=RULES * 2)


@pytest.mark.parametrize("kind", KINDS)
def test_anyone_can_measure_one(kind: str, folder: Path, tmp_path: Path) -> None:
    """Through the same command as any other model."""
    from support.repositories import ROOT, Repository  # noqa: PLC0415 - one test of this file needs it

    put(folder, kind)
    profile = source(kind).model_dump_json()
    (folder / "runner_profile.json").write_text(profile, encoding="utf-8")
    root = tmp_path / "bare"
    (root / "gates").mkdir(parents=True)
    shutil.copy(ROOT / "gates" / "suites.toml", root / "gates")
    shutil.copytree(ROOT / "gates" / "suites", root / "gates" / "suites")
    done = Repository(root=root, home=tmp_path).run(
        "benchmark", "run", "--model", f"file:{folder}", "--suite", "smoke", "--json"
    )
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)["data"]
    assert report["scope"]["labels"] == ["PATIENT_NAME"]
    assert report["scored_documents"] == 40
    assert report["overall"]["covered"] > 50
