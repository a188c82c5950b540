"""What runs is what code digests cover, and an edited rule counts again without running a model."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from itertools import count
from pathlib import Path

import pytest
from support import builders, gate_cases
from support.repositories import ROOT, Repository
from support.tracing import traced

from openmed.adapters.code import code_roots
from openmed.adapters.code.code_digest import CodeDigests, CodeRoots
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.process.isolation import Isolation
from openmed.adapters.process.jail import Layer
from openmed.adapters.runners.installed_runners import roots_of, runner_type
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.context import Context
from openmed.domain.attestation.statement import payload_of
from openmed.domain.digest import Json
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import Scope, Subject
from openmed.domain.evaluation.scoring.score import in_scope, score
from openmed.domain.evaluation.timing import timed
from openmed.domain.gates.rules import GATES
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.inference.profile import FILE_NAME, LabelRule, RunnerProfile, SpanSource
from openmed.domain.pages.inputs import RenderedFile, TrustInputs
from openmed.domain.rules import RULES
from openmed.domain.text.span import Document, PredictedSpan
from openmed.domain.wire import parse
from openmed.pipeline.regeneration import derived_steps
from openmed.steps.notes.regenerate_notes import RegenerateNotes

WORKER = """
import sys
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners.installed_runners import runner_type, runtime
from openmed.adapters.runners.worker import serve
sys.path.append({tests!r})
from support.tracing import traced
seen = set()

def note(found):
    for name in sorted(set().union(*found) - seen):
        seen.add(name)
        with open({log!r}, "a") as file:
            file.write(name + "\\n")

class Watched:
    def __init__(self, folder, profile):
        kind = runner_type(profile.runner)
        with traced() as found:
            self.runner = kind(folder, profile)
        note(found)

    def predict(self, texts):
        with traced() as found:
            answers = self.runner.predict(texts)
        note(found)
        return answers

serve(Watched, lambda name: runtime(name, sources=SourceFiles()))
"""
FUNCTION = "def find(text):\n    return [(0, 2, 'NAME', 0.5)]\n"
PROGRAM = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    spans = [{"start": 0, "end": 1, "label": "NAME"}] if request["text"] else []
    print(json.dumps({"id": request["id"], "spans": spans}), flush=True)
"""
TEXT = "é Ann, card 4111 1111 1111 1111"
LABELS = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)


def _covered(roots: CodeRoots) -> set[str]:
    return set(CodeDigests(SourceFiles()).closure(roots.modules))


def _program(folder: Path) -> RunnerProfile:
    (folder / "program.py").write_text(PROGRAM)
    command = ("python3", "program.py")
    source = SpanSource(command=command, unit="utf-16", label_map=LABELS)
    return RunnerProfile(runner="subprocess-jsonl", deterministic=True, spans=source)


def _function(folder: Path) -> RunnerProfile:
    (folder / "finder.py").write_text(FUNCTION)
    pins = (f"numpy=={version('numpy')}",)
    source = SpanSource(function="finder:find", packages=pins, unit="utf-8", label_map=LABELS)
    return RunnerProfile(runner="callable", deterministic=True, spans=source)


def _rules(folder: Path) -> RunnerProfile:  # noqa: ARG001 - there is nothing in it
    return RunnerProfile(runner="rules", deterministic=True, rules=tuple(RULES))


@pytest.fixture
def onnx(good_model: Path) -> Callable[[Path], RunnerProfile]:
    """Our own tiny model."""

    def make(folder: Path) -> RunnerProfile:
        shutil.copytree(good_model, folder, dirs_exist_ok=True)
        data = (folder / FILE_NAME).read_bytes()
        return parse(RunnerProfile, data, what="profile")

    return make


@pytest.mark.parametrize("runner", ["onnx", "rules", "callable", "subprocess-jsonl"])
def test_what_a_runner_executes_is_covered(
    tmp_path: Path, onnx: Callable[[Path], RunnerProfile], runner: str
) -> None:
    """In the real child process, from loading to the last answer; no data file is opened.

    `transformers` has the same test beside its other ones, which need torch.
    """
    makers = {"onnx": onnx, "rules": _rules, "callable": _function, "subprocess-jsonl": _program}
    artifact, script, log = tmp_path / "artifact", tmp_path / "worker.py", tmp_path / "seen"
    artifact.mkdir()
    profile = makers[runner](artifact)
    script.write_text(WORKER.format(tests=str(ROOT / "tests"), log=str(log)))
    # The script lies beside the artifact and writes what it saw there.
    isolation = Isolation(without=frozenset({Layer.FILES}))
    command = (sys.executable, "-P", "-s", str(script))
    runners = WorkerRunners(homes=tmp_path / "homes", command=command, isolation=isolation)
    with runners.open(str(artifact), profile, log=str(tmp_path / "log"), timeout=60) as session:
        (answer,) = session.predict([_document("d-1", TEXT)])
    assert Status.OK is answer.status
    seen = set(log.read_text().split())
    kind = runner_type(runner)
    assert kind.__module__ in seen
    assert set() == seen - _covered(roots_of(kind))


def _document(name: str, text: str) -> Document:
    return Document(
        id=name, language="en", family="f", slice="base", smoke=False, text=text, spans=()
    )


def _perfect(documents: tuple[Document, ...]) -> tuple[DocumentPredictions, ...]:
    return tuple(
        DocumentPredictions(
            document=document.id,
            status=Status.OK,
            spans=tuple(
                PredictedSpan(start=span.start, end=span.end, label=span.label, score=0.5)
                for span in document.spans
            ),
        )
        for document in documents
    )


def test_what_counting_executes_is_covered(released: Repository) -> None:
    """The backstop's rules, and every count of a report; then the timing."""
    world = Context(root=released.root, now=builders.NOW, quiet=True)
    pin = next(pin for pin in world.inputs.pins() if pin.name == "smoke")
    suite = world.inputs.suite(pin)
    labels = tuple(sorted({span.label for one in suite.documents for span in one.spans}))
    scope = Scope(labels=labels, languages=("en",))
    documents = in_scope(suite, scope)
    with traced() as (modules, files):
        records = redactions(documents, _perfect(documents), rules=tuple(RULES), scope=scope)
        score(
            suite,
            records,
            subject=Subject(slot=builders.SLOT, repo_id="a/b", artifact=builders.HEX),
            scope=scope,
            runtime=builders.A_RUNTIME,
            scorer=builders.HEX,
            library_name=None,
        )
    assert {"openmed.domain.text.check_digits", code_roots.SCORER.modules[0]} <= modules
    assert (set(), set()) == (modules - _covered(code_roots.SCORER), files)
    with traced() as (modules, files):
        timed(documents, answer=lambda some: _perfect(tuple(some)), timer=count(1.0).__next__)
    assert set(code_roots.PERFORMANCE.modules) <= modules
    assert (set(), set()) == (modules - _covered(code_roots.PERFORMANCE), files)


def test_what_judging_executes_is_covered() -> None:
    """Every case of every gate, a verdict and its statement."""
    cases = gate_cases.cases()
    evidence = [case.evidence for case in cases]
    whole = builders.an_evidence()
    with traced() as (modules, files):
        for case, about in zip(cases, evidence, strict=True):
            gate = next(gate for gate in GATES if gate.id == case.gate)
            gate.decide(about, case.settings)
        verdict = builders.judged(whole)
        payload_of(verdict, engine_version="1", verifier="local")
    assert {type(gate).__module__ for gate in GATES} <= modules
    assert (set(), set()) == (modules - _covered(code_roots.GATES), files)


def test_what_rendering_executes_is_covered(released: Repository) -> None:
    """Every kind of page; templates are given as values, and their files are in the digest."""
    world = Context(root=released.root, now=builders.NOW, quiet=True)
    seen: set[str] = set()
    for step in derived_steps(world):
        if isinstance(step, RegenerateNotes):
            with traced() as (modules, _):
                assert step.outdated() == ()
            # It reads the evidence itself; what decides is in these rooms.
            rooms = ("openmed.domain.pages", "openmed.domain.evaluation")
            seen.update(module for module in modules if module.startswith(rooms))
            continue
        render = step.render

        def watched(
            inputs: TrustInputs,
            render: Callable[[TrustInputs], tuple[RenderedFile, ...]] = render,
        ) -> tuple[RenderedFile, ...]:
            with traced() as (modules, files):
                rendered = render(inputs)
            assert set() == files
            seen.update(modules)
            return rendered

        assert replace(step, render=watched).outdated() == ()
    assert "openmed.domain.pages.leaderboard" in seen
    assert set() == seen - _covered(code_roots.PAGES) - _covered(code_roots.NOTES)
    with traced() as (_, files):
        templates = world.pages.templates()
    assert len(templates) == len(files)
    assert {name.partition("/")[0] for name in files} == set(code_roots.PAGES.data)


def _edited(folder: Path, new: str) -> Path:
    """A folder with this package, in which one check digit is decided otherwise."""
    package = folder / "openmed"
    if not package.exists():
        shutil.copytree(ROOT / "openmed", package, ignore=shutil.ignore_patterns("__pycache__"))
    path = package / "domain" / "text" / "check_digits.py"
    text = (ROOT / "openmed" / "domain" / "text" / "check_digits.py").read_text(encoding="utf-8")
    old = "return digits.isdecimal() and luhn_digit(digits[:-1]) == digits[-1]"
    assert 1 == text.count(old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_an_edited_rule_counts_again_without_running_a_model(
    released: Repository, tmp_path: Path
) -> None:
    """`is_luhn` says no: the report is made anew from cached predictions; nothing is timed again.

    A child that starts empties its log; without cached predictions one does.
    """
    reused = released.run("release", "run")
    assert (reused.returncode, released.computed()) == (0, [])
    logs = sorted((released.root / "artifacts" / "runs").rglob("smoke.log"))
    assert 1 == len(logs)
    logs[0].write_text("untouched")
    folder = _edited(tmp_path / "edited", "return False")
    done = released.run("release", "run", path=folder)
    again = released.computed()
    assert (0, "untouched") == (done.returncode, logs[0].read_text()), done.stderr
    assert "benchmark:pii::tiny::onnx:smoke" in again
    assert "benchmark:pii::tiny::onnx:performance" not in again
    _edited(folder, "return digits.isdecimal()")
    shutil.rmtree(released.root / "artifacts" / "predictions")
    done = released.run("release", "run", path=folder)
    assert 0 == done.returncode, done.stderr
    assert "untouched" != logs[0].read_text()


def test_runners_digests_do_not_hang_on_rules(tmp_path: Path) -> None:
    """As the commands see them, in a process of their own."""
    code = (
        "import json\n"
        "from pathlib import Path\n"
        "from openmed.context import Context\n"
        "world = Context(root=Path('.'), now='')\n"
        "names = ('onnx', 'rules', 'callable', 'subprocess-jsonl')\n"
        "codes = [world.runners.runtime(name).code for name in names]\n"
        "print(json.dumps([codes, world.scorer_code, world.gates_code, world.pages_code]))\n"
    )
    folder = _edited(tmp_path, "return False")

    def digests(*path: str) -> Json:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
            cwd=tmp_path.parent, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: Json = json.loads(done.stdout)
        return found

    ours, edited = digests(), digests(str(folder))
    assert isinstance(ours, list)
    assert isinstance(edited, list)
    assert [False, True, False, False] == [a != b for a, b in zip(ours, edited, strict=True)]
