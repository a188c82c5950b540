"""A document without an answer is never quiet, however it comes about, and never quoted.

Each runner is started once and fails in every way it can; what people and programs are told is
then looked at for one document of seven and for all of them.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from onnx import TensorProto, helper
from support import builders
from support.broken_models import append_nodes

from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.app.backstop import backstop_rows
from openmed.app.benchmark import CandidateMeasurement
from openmed.cli.benchmark import run
from openmed.cli.errors import Failed
from openmed.cli.render.report_table import backstop_table, report_list, report_table
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.comparison import compare as compare_reports
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.evaluation.scoring.score import score
from openmed.domain.evaluation.unanswered import incomplete
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource
from openmed.domain.suites.suite import Suite, suite_digest
from openmed.domain.text.span import Document, GoldSpan
from openmed.domain.wire import dump
from openmed.errors import EvidenceError
from openmed.exit_codes import ExitCode

MODELS = Path(__file__).parents[1] / "cases" / "models"
NAME = "Zoltan Quimby"
WAYS = (
    "raises", "nothing", "text", "dict", "bare", "nulls", "words", "numbers", "label", "secret",
    "nan", "large", "beyond",
)  # fmt: skip
PROGRAM_WAYS = (*WAYS[1:], "empty", "malformed", "error", "ends")
DETECT = f"""
import json, math, sys

NAME = "{NAME}"
SOUND = {{"start": 5, "end": 18, "label": "NAME", "score": 0.9}}
ANSWERS = {{
    "nothing": None,
    "text": NAME,
    "dict": SOUND,
    "bare": [[5, 18]],
    "nulls": [{{**SOUND, "start": None, "end": None, "word": NAME}}],
    "words": [{{**SOUND, "start": "5"}}],
    "numbers": [{{**SOUND, "label": 7}}],
    "label": [{{**SOUND, "label": "GIZMO"}}, {{**SOUND, "label": "FACILITY"}}],
    "secret": [{{**SOUND, "label": NAME.upper().replace(" ", "_")}}],
    "nan": [{{**SOUND, "score": math.nan}}],
    "large": [{{**SOUND, "end": 10**30}}],
    "beyond": [{{**SOUND, "end": 999}}],
}}

def find(text):
    way = text.split("@")[1].split()[0]
    if way == "raises":
        raise KeyError(text)
    return ANSWERS.get(way, [SOUND])
"""
SERVE = """
for line in sys.stdin:
    request = json.loads(line)
    way = (request["text"] + "@sound").split("@")[1].split()[0]
    if way == "ends":
        sys.exit(3)
    if way in ("empty", "malformed", "error"):
        failed = json.dumps({"id": request["id"], "error": NAME})
        print({"empty": "", "malformed": "{", "error": failed}[way])
    else:
        print(json.dumps({"id": request["id"], "spans": find(request["text"] + "@sound")}))
    sys.stdout.flush()
"""
SAYS = {
    "raises": "KeyError was raised",
    "nothing": "not a list of spans: got NoneType",
    "text": "not a list of spans: got str",
    "dict": "not a list of spans: got dict",
    "bare": "not a span with start, end and label: got ",
    "nulls": "a span has no start or no end",
    "words": "start or end is not a whole number: got str",
    "numbers": "label is not text: got int",
    "label": "label_map has no rule for FACILITY, GIZMO",
    "secret": "label_map has no rule for 1 labels that cannot be shown",
    "nan": "score is not a number from 0 to 1",
    "large": "start or end is larger than any text",
    "empty": "not one line of JSON",
    "malformed": "not one line of JSON",
    "error": "the program said that it failed (ProgramFailed)",
    "ends": "the program ended, or did not answer what it was asked (ProgramEnded)",
    "gather": "InvalidArgument was raised",
    "not-finite": "the model answered with numbers that are not finite (FloatingPointError)",
}
NO_JSON = {"nan", "large"}
"""What a program cannot say: JSON has no such numbers."""
KINDS = ("callable", "subprocess-jsonl", "onnx")
CASES = [
    *(("callable", way) for way in WAYS),
    *(("subprocess-jsonl", way) for way in PROGRAM_WAYS),
    *(("onnx", way) for way in ("gather", "not-finite")),
]


def document(way: str, number: int = 1) -> Document:
    """One that makes a program fail in its way."""
    more = "dr kim, " if way in {"gather", "not-finite"} else ""
    text = f"seen {NAME} on ward 7, {more}ref {number} @{way} end"
    spans = (GoldSpan(start=5, end=5 + len(NAME), label="PATIENT_NAME"),)
    return Document(
        id=f"{way}-{number}", language="en", family="f", slice="base", smoke=True, text=text,
        spans=spans,
    )  # fmt: skip


def put(folder: Path, kind: str) -> RunnerProfile:
    """Write a candidate of functions or of a program."""
    folder.mkdir(parents=True, exist_ok=True)
    code = DETECT + (SERVE if kind == "subprocess-jsonl" else "")
    (folder / "detect.py").write_text(code, encoding="utf-8")
    rules = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)
    how: dict[str, object] = (
        {"function": "detect:find"} if kind == "callable" else {"command": ("python3", "detect.py")}
    )
    spans = SpanSource.model_validate({**how, "label_map": rules})
    profile = RunnerProfile(runner=kind, deterministic=True, spans=spans)
    (folder / "runner_profile.json").write_text(profile.model_dump_json(), encoding="utf-8")
    return profile


def put_onnx(folder: Path, way: str) -> RunnerProfile:
    """A model that fails on texts with the word `kim`."""
    shutil.copytree(MODELS / "roberta-position-ids" / "model", folder)
    given = json.loads((folder / "runner_profile.json").read_bytes())
    given["tokens"]["max_items"] = 1
    (folder / "runner_profile.json").write_text(json.dumps(given), encoding="utf-8")
    vocabulary = json.loads((folder / "tokenizer.json").read_bytes())["model"]["vocab"]
    fails = {
        "gather": helper.make_node("Gather", ["table", "fails"], ["row"]),
        "not-finite": helper.make_node("Gather", ["numbers", "fails"], ["row"]),
    }
    nodes = [
        helper.make_node("Equal", ["input_ids", "kim"], ["are_kim"]),
        helper.make_node("Cast", ["are_kim"], ["ones"], to=TensorProto.INT64),
        helper.make_node("ReduceMax", ["ones"], ["fails"], keepdims=0),
        fails[way],
        helper.make_node("Add", ["raw", "row"], ["logits"]),
    ]
    append_nodes(
        folder,
        nodes,
        kim=np.array(vocabulary["kim"]),
        table=np.zeros(1, dtype=np.float32),
        numbers=np.array([0, np.nan], dtype=np.float32),
    )
    return RunnerProfile.model_validate_json((folder / "runner_profile.json").read_bytes())


Records = dict[tuple[str, str], DocumentPredictions]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """What each runner answers for a document of each way, and for one it can answer."""
    place = tmp_path_factory.mktemp("unanswered")
    ways = {"callable": WAYS, "subprocess-jsonl": PROGRAM_WAYS}
    found: Records = {}
    for kind, some in ways.items():
        profile = put(place / kind, kind)
        found |= _asked(place / kind, profile, ("sound", *some))
    for way in ("gather", "not-finite"):
        profile = put_onnx(place / way, way)
        found |= _asked(place / way, profile, ("sound", way))
    return found


def _asked(folder: Path, profile: RunnerProfile, ways: tuple[str, ...]) -> Records:
    log = folder.with_name(f"{folder.name}.log")
    runners = WorkerRunners(homes=folder.parent / "homes")
    with runners.open(str(folder), profile, log=str(log), timeout=60) as session:
        answers = session.predict([document(way) for way in ways])
    assert all(part not in log.read_text(encoding="utf-8") for part in NAME.split())
    return {(profile.runner, way): one for way, one in zip(ways, answers, strict=True)}


def report(records: Records, kind: str, way: str, *, failing: int) -> tuple[BenchmarkReport, Suite]:
    """What is measured where that many of seven documents fail."""
    named = [document(way if number < failing else "sound", number) for number in range(7)]
    documents = tuple(sorted(named, key=lambda one: one.id))
    suite = Suite(pin=builders.a_pin(digest=suite_digest(documents)), documents=documents)
    answers: list[DocumentPredictions] = []
    for one in documents:
        of = records[kind, one.id.rpartition("-")[0]]
        record = DocumentPredictions(
            document=one.id, status=of.status, fault=of.fault, why=of.why, spans=of.spans
        )
        answers.append(record)
    made = score(
        suite,
        tuple(answers),
        subject=Subject(slot="a::b::c", repo_id="a/b", artifact="0" * 64),
        scope=Scope(labels=("PATIENT_NAME",), languages=("en",)),
        runtime=WorkerRunners(homes=Path("/nonexistent")).runtime(kind),
        library_name=None,
        scorer="0" * 64,
    )
    return made, suite


@pytest.mark.parametrize("failing", [1, 7])
@pytest.mark.parametrize(("kind", "way"), CASES)
def test_how_many_and_why_is_told_everywhere(
    kind: str, way: str, failing: int, records: Records
) -> None:
    """In table, report and comparison; no rate stands without the word incomplete."""
    assert records[kind, "sound"].status is Status.OK
    made, suite = report(records, kind, way, failing=failing)
    measured = CandidateMeasurement("a::b::c", made)
    shown = report_table(made, of="a", width=200)
    table = backstop_table(made, backstop_rows(measured), of="a", width=200)
    listed = report_list([made], width=200)
    said = [shown, table, listed, dump(made).decode()]
    if way == "beyond":
        assert made.invalid_predictions == failing
        assert f"{failing} predictions lie outside" in shown
        assert "incomplete" not in shown
    else:
        why = SAYS[way]
        if kind == "subprocess-jsonl" and way in NO_JSON:
            why = SAYS["malformed"]
        told = incomplete(made)
        assert told.startswith(f"incomplete: {failing} of 7 documents have no answer")
        assert why in told
        assert sum(row.documents for row in made.unanswered) == failing
        assert listed.split()[-2] == "incomplete"
        for text in (shown, table):
            assert f"{failing} of 7 documents have no answer" in text
            assert text.count("RECALL") == text.count("INCOMPLETE RECALL") == 1
        with pytest.raises(EvidenceError) as caught:
            compare_reports(made, made, suite)
        assert why in caught.value.message
        said.append(caught.value.message)
    assert [part for part in NAME.split() if part.lower() in " ".join(said).lower()] == []


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that pins suites of seven documents."""
    place = tmp_path_factory.mktemp("commands")
    (place / "gates" / "suites").mkdir(parents=True)
    rows: list[str] = []
    for way in ("raises", "sound", "hangs", "dies"):
        documents = tuple(document(way if n == 3 else "sound", n) for n in range(7))
        documents = tuple(sorted(documents, key=lambda one: one.id))
        data = b"".join(one.model_dump_json().encode() + b"\n" for one in documents)
        (place / f"gates/suites/{way}.jsonl").write_bytes(data)
        rows += [
            "[[suite]]",
            f'name = "{way}"\ntitle = "{way}"\nedition = "test"\nrevision = "1"',
            f'path = "gates/suites/{way}.jsonl"\nsubset = "all"\nsynthetic = true',
            'licence = "Apache-2.0"\nsource = "Synthetic."',
            f'sha256 = "{sha256_hex(data)}"\ndigest = "{suite_digest(documents)}"',
        ]
    (place / "gates" / "suites.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")
    put(place / "models" / "mine", "callable")
    with (place / "models" / "mine" / "detect.py").open("a", encoding="utf-8") as file:
        file.write(ENDS)
    return place


ENDS = """
import os, time

def find(text, _find=find):
    if "@dies" in text:
        os._exit(3)
    if "@hangs" in text:
        time.sleep(600)
    return _find(text)
"""


def _run(root: Path, suite: str, *words: str) -> Result:
    model = f"file:{root / 'models' / 'mine'}"
    return CliRunner().invoke(
        run, ["--root", str(root), "--model", model, "--suite", suite, *words]
    )


def test_a_model_that_fails_for_one_of_seven(root: Path, tmp_path: Path) -> None:
    """Exit 5, the reason, no rate without the word incomplete; the same for a program."""
    out = tmp_path / "mine.json"
    done = _run(root, "raises", "--out", str(out))
    assert done.exit_code == ExitCode.NO_VERDICT
    words = " ".join(done.output.split())
    assert "incomplete: 1 of 7 documents have no answer (first: raises-3): KeyError was" in words
    assert words.count("RECALL") == words.count("INCOMPLETE RECALL") == 1
    assert NAME.split(maxsplit=1)[0] not in done.output + out.read_text(encoding="utf-8")
    told = _run(root, "raises", "--json")
    assert told.exit_code == ExitCode.NO_VERDICT
    (row,) = json.loads(told.stdout)["data"]
    assert row["unanswered"] == [{"documents": 1, "fault": "KeyError"}]
    assert "1 of 7 documents have no answer" in told.stderr


def test_a_model_that_answers_everything(root: Path) -> None:
    """Nothing of that is said."""
    done = _run(root, "sound")
    assert (done.exit_code, "ncomplete" in done.output) == (0, False), done.output
    assert "INCOMPLETE" not in done.output


@pytest.mark.parametrize(("way", "says"), [("dies", "exited with 3"), ("hangs", "within 3 s")])
def test_a_child_that_ends_or_hangs(way: str, says: str, root: Path) -> None:
    """No number at all; the log that is named is there."""
    failed = _run(root, way, "--timeout", "3").exception
    assert isinstance(failed, Failed)
    failure = failed.failure
    assert failure.exit_code == ExitCode.NO_VERDICT
    assert says in failure.message
    assert Path(failure.hint.removeprefix("read ")).is_file()
    assert NAME.split(maxsplit=1)[0] not in failure.message
