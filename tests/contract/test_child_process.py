"""Child processes: what they can see, how they end, and what they may say.

The child under test is the real one with a misbehaving runner, or, where only the protocol
matters, a few lines of Python that speak it badly.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from support.processes import eventually, is_gone

from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.process.child_process import PASSED_ON
from openmed.adapters.process.isolation import Isolation
from openmed.adapters.process.jail import Layer
from openmed.adapters.runners import installed_runners
from openmed.adapters.runners.onnx import OnnxTokenClassifier
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.inference.profile import LabelRule, RunnerProfile, TokenDecoding
from openmed.domain.text.span import Document, PredictedSpan
from openmed.domain.wire import plain
from openmed.errors import ExternalError

SECRETS = ("OPENMED_SIGNING_KEY_FILE", "HF_TOKEN", "GITHUB_TOKEN", "MY_SECRET", "PYTHONPATH")
SPAN = PredictedSpan(start=0, end=3, label="PATIENT_NAME", score=0.5)

PROFILE = RunnerProfile(
    runner="onnx",
    deterministic=True,
    tokens=TokenDecoding(
        window=8,
        stride=2,
        stitch="center,index",
        decoder="word-v1",
        threshold=0.5,
        max_padded_tokens=8,
        max_items=1,
        label_map=(LabelRule(model="NAME", canonical="PATIENT_NAME"),),
    ),
)

RUNNER = """
import json, os, pathlib, signal, subprocess, sys, time
from functools import partial
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners.installed_runners import runtime
from openmed.adapters.runners.worker import serve
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError

class Odd:
    def __init__(self, folder, profile):
        self.folder = folder
        print("a chatty library")
        os.write(1, b"[1, 2]\\n")
        (folder / "pid").write_text(str(os.getpid()))
        if (folder / "refuse").exists():
            raise EvidenceError("our own sentence")
        if (folder / "break").exists():
            raise ValueError("a foreign sentence")

    def predict(self, texts):
        for text in texts:
            print("seen", text)
            os.write(2, text.encode())
            if "environment" in text:
                seen = {"variables": dict(os.environ), "home": os.listdir(os.environ["HOME"])}
                (self.folder / "seen.json").write_text(json.dumps(seen))
            if "killed" in text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "broken" in text:
                raise ValueError(text)
            if "offspring" in text:
                more = subprocess.Popen(["sleep", "600"])
                (self.folder / "pid").write_text(str(more.pid))
            if "busy" in text:
                (self.folder / "busy").touch()
                while True:
                    pass
        return [(PredictedSpan(start=0, end=3, label="PATIENT_NAME", score=0.5),)] * len(texts)

serve(Odd, partial(runtime, sources=SourceFiles()))
"""

PARENT = """
import sys
sys.path[:0] = {here!r}
from pathlib import Path
import {name} as case
folder = Path(sys.argv[1])
with case.runners(folder).open(
    str(folder), case.PROFILE, log=str(folder / "log"), timeout=60
) as session:
    session.predict([case.document("busy")])
"""


def document(text: str, number: int = 0) -> Document:
    """A document with a text."""
    return Document(
        id=f"doc-{number}",
        language="en",
        family="family",
        slice="base",
        smoke=False,
        text=text,
        spans=(),
    )


def runners(folder: Path) -> WorkerRunners:
    """Runs the real child with the misbehaving runner."""
    script = folder / "odd.py"
    script.write_text(RUNNER)
    # It writes what it saw beside itself, and its numbers of processes are ours.
    isolation = Isolation(without=frozenset({Layer.FILES}), uses_namespaces=False)
    command = (sys.executable, "-P", "-s", str(script))
    return WorkerRunners(homes=folder / "homes", command=command, isolation=isolation)


def ask(folder: Path, *texts: str) -> tuple[DocumentPredictions, ...]:
    """Load the misbehaving runner and ask it once."""
    with runners(folder).open(str(folder), PROFILE, log=str(folder / "log"), timeout=60) as session:
        return session.predict([document(text, number) for number, text in enumerate(texts)])


@pytest.fixture
def runtime() -> Runtime:
    """What the parent expects of a child."""
    return installed_runners.runtime("onnx", sources=SourceFiles())


def test_the_runner_is_registered() -> None:
    """The package's own entry point names the class."""
    assert installed_runners.runner_type("onnx") is OnnxTokenClassifier


def test_child_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the allowlist passes, and its home is empty and not ours."""
    for name in SECRETS:
        monkeypatch.setenv(name, "a-secret-value")
    ask(tmp_path, "environment")
    seen = json.loads((tmp_path / "seen.json").read_text())
    variables = seen["variables"]
    assert not set(SECRETS) & set(variables)
    assert "a-secret-value" not in variables.values()
    assert set(variables) - set(PASSED_ON) <= {
        "HOME", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
        "TOKENIZERS_PARALLELISM", "PYTHONUTF8", "LC_CTYPE",
    }  # fmt: skip
    assert variables["OMP_NUM_THREADS"] == "1"
    assert seen["home"] == []
    assert variables["HOME"] != os.environ.get("HOME")


def test_print_does_not_corrupt_the_protocol(tmp_path: Path) -> None:
    """Neither Python's stdout nor a raw write to 1 reaches the answers."""
    assert ask(tmp_path, "abc", "def") == (
        DocumentPredictions(document="doc-0", status=Status.OK, spans=(SPAN,)),
        DocumentPredictions(document="doc-1", status=Status.OK, spans=(SPAN,)),
    )
    assert "a chatty library" in (tmp_path / "log").read_text()


def test_one_broken_document_fails_alone_and_leaks_no_text(tmp_path: Path) -> None:
    """The record names the type; the log holds neither message, print nor stderr."""
    answers = ask(tmp_path, "abc", "broken Smith", "def")
    assert [answer.status for answer in answers] == [Status.OK, Status.FAILED, Status.OK]
    assert answers[1].fault == "ValueError"
    log = (tmp_path / "log").read_text()
    assert "doc-1: failed, ValueError" in log
    assert "Smith" not in log
    assert "abc" not in log


@pytest.mark.parametrize(
    ("flag", "sentence"), [("refuse", "our own sentence"), ("break", "ValueError")]
)
def test_load_fault_is_said_without_foreign_text(tmp_path: Path, flag: str, sentence: str) -> None:
    """Our sentences may be shown; another package's may quote what it read."""
    (tmp_path / flag).touch()
    with pytest.raises(ExternalError, match=f"could not load the candidate: {sentence}"):
        ask(tmp_path, "abc")


def test_killed_child_names_the_signal(tmp_path: Path) -> None:
    """Out of memory looks like this."""
    with pytest.raises(ExternalError, match="was killed by SIGKILL") as caught:
        ask(tmp_path, "killed")
    assert caught.value.retryable


def test_child_and_its_offspring_end_with_the_block(tmp_path: Path) -> None:
    """The whole group is killed."""
    ask(tmp_path, "offspring")
    assert eventually(lambda: is_gone(int((tmp_path / "pid").read_text())), within=5)


def test_child_ends_with_an_interrupted_block(tmp_path: Path) -> None:
    """Ctrl-C reaches only the parent."""
    log = str(tmp_path / "log")
    with (
        pytest.raises(KeyboardInterrupt),
        runners(tmp_path).open(str(tmp_path), PROFILE, log=log, timeout=60),
    ):
        raise KeyboardInterrupt
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """In the middle of computing, in under five seconds."""
    code = PARENT.format(
        here=[str(place) for place in Path(__file__).parents[:2]], name=Path(__file__).stem
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as parent:
        assert eventually((tmp_path / "busy").exists, within=60)
        pid = int((tmp_path / "pid").read_text())
        assert not is_gone(pid)
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: is_gone(pid), within=5)


def speak(folder: Path, runtime: Runtime, answer: str) -> WorkerRunners:
    """A child that loads well and then runs some code to answer."""
    ready = json.dumps({"ready": plain(runtime)})
    lines = (
        "import json, os, sys, time",
        "def say(value): print(value if isinstance(value, str) else json.dumps(value), flush=True)",
        "sys.stdin.readline()",
        f"say({ready!r})",
        "names = [document['id'] for document in json.loads(sys.stdin.readline())]",
        "good = [dict(document=n, status='ok', fault='', spans=[]) for n in names]",
        "span = dict(start=0, end=3, label='PATIENT_NAME', score=0.5)",
        textwrap.dedent(answer),
        "time.sleep(60)",
    )
    script = folder / "speaker.py"
    script.write_text("\n".join(lines))
    return WorkerRunners(homes=folder / "homes", command=(sys.executable, "-S", "-E", str(script)))


def test_spans_are_passed_on_as_they_are(tmp_path: Path, runtime: Runtime) -> None:
    """Beyond the text, backwards, negative: the gates are to see it."""
    answer = "say([{**good[0], 'spans': [{**span, 'start': 99, 'end': -1}]}])"
    with speak(tmp_path, runtime, answer).open(
        str(tmp_path), PROFILE, log=str(tmp_path / "log"), timeout=20
    ) as session:
        record = session.predict([document("abc")])[0]
    assert [(span.start, span.end) for span in record.spans] == [(99, -1)]


@pytest.mark.parametrize(
    "answer",
    [
        "say(good[::-1])",
        "say(good[:1])",
        "say(good + good)",
        "say('not json')",
        "say('{}')",
        "say([{**good[0], 'spans': [{**span, 'start': 0.5}]}, good[1]])",
        "say([{**good[0], 'spans': [{**span, 'start': '0'}]}, good[1]])",
        "say([{**good[0], 'spans': [{**span, 'score': float('nan')}]}, good[1]])",
        "say([{**good[0], 'spans': [{**span, 'score': 1.5}]}, good[1]])",
        "say([{**good[0], 'status': 'failed'}, good[1]])",
        "say([{**good[0], 'status': 'failed', 'fault': 'E', 'spans': [span]}, good[1]])",
        "say([{**good[0], 'fault': 'E'}, good[1]])",
        "say([{**good[0], 'more': 1}, good[1]])",
        "say(json.dumps(good) + '\\n' + json.dumps(good))",
        "os.close(1)",
        "sys.exit(3)",
    ],
)
def test_broken_protocol_ends_the_session(tmp_path: Path, runtime: Runtime, answer: str) -> None:
    """No answer is guessed from a wrong one, and nothing is asked afterwards."""
    with speak(tmp_path, runtime, answer).open(
        str(tmp_path), PROFILE, log=str(tmp_path / "log"), timeout=20
    ) as session:
        with pytest.raises(ExternalError, match="the benchmark child"):
            session.predict([document("abc", 0), document("def", 1)])
        with pytest.raises(ExternalError, match="has ended"):
            session.predict([document("abc")])


def test_silence_is_a_timeout(tmp_path: Path, runtime: Runtime) -> None:
    """Also when the child reads nothing of a request larger than a pipe."""
    text = "x" * 1_000_000
    with speak(tmp_path, runtime, "time.sleep(60)").open(
        str(tmp_path), PROFILE, log=str(tmp_path / "log"), timeout=1
    ) as session:
        start = time.monotonic()
        with pytest.raises(ExternalError, match="did not answer within 1 s; log: ") as caught:
            session.predict([document(text, number) for number in range(3)])
    assert time.monotonic() - start < 10
    assert caught.value.retryable


def test_another_runtime_than_recorded_is_refused(tmp_path: Path, runtime: Runtime) -> None:
    """What ran must be what the report says."""
    other = runtime.model_validate({**runtime.model_dump(), "packages": ("numpy==0",)})
    with (
        pytest.raises(ExternalError, match="does not run what"),
        speak(tmp_path, other, "").open(
            str(tmp_path), PROFILE, log=str(tmp_path / "log"), timeout=20
        ),
    ):
        pytest.fail("the child was accepted")
