"""Runs a piece of code as a candidate's, in the jail, with layers off."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from openmed.adapters.process.child_process import Confinement, run_logged
from openmed.adapters.process.isolation import Isolation, Rooms, probe
from openmed.adapters.process.jail import Layer
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.inference.predictions import Status
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource
from openmed.domain.text.span import Document
from openmed.errors import OpenMedError

HAS_NAMESPACES = probe().namespaces
HOWEVER = pytest.mark.parametrize(
    "namespaces",
    [
        pytest.param(
            True, id="namespaces", marks=pytest.mark.skipif(not HAS_NAMESPACES, reason="has none")
        ),
        pytest.param(False, id="without"),
    ],
)
"""With the namespaces that there are, and as on a machine that has none."""

Kind = Literal["callable", "subprocess-jsonl", "recipe"]
RUNNERS: tuple[Kind, ...] = ("callable", "subprocess-jsonl", "recipe")
RULES = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)
_MODULE = "attempt"
_ANSWER = "answer.txt"
_MOST = 1 << 16
_DETECT = """
import attempt

def spans_of(text):
    try:
        said = str(attempt.attack())
    except BaseException as error:
        said = f"raised {type(error).__name__}: {error}"
    return said.encode("utf-8", "replace")[:65536]

def find(text):
    return [(place, byte, "NAME") for place, byte in enumerate(spans_of(text))]
"""
_PROGRAM = """
import json, sys
from detect import find

for line in sys.stdin:
    request = json.loads(line)
    spans = find(request["text"]) if request["text"] else []
    rows = [dict(start=start, end=end, label=label) for start, end, label in spans]
    print(json.dumps({"id": request["id"], "spans": rows}), flush=True)
"""
_SCRIPT = """
import pathlib, sys
from detect import spans_of

pathlib.Path(sys.argv[1]).write_bytes(spans_of(""))
"""


@dataclass(frozen=True)
class JailedRun:
    """What came of it.

    Attributes:
        answer: what `attack()` returned; None when the run failed.
        fault: the engine's sentence when it failed.
        layers: what each layer in force was made of; of a recipe nothing is known.
        log: what the program said.
    """

    answer: str | None
    fault: str
    layers: Mapping[str, str]
    log: str


def run_in_jail(  # noqa: PLR0913 - every switch is an argument
    code: str,
    *,
    folder: Path,
    runner: Kind = "callable",
    without: frozenset[Layer] = frozenset(),
    timeout: float = 20.0,
    memory: int = 1 << 30,
    disk: int = 1 << 26,
    namespaces: bool = True,
) -> JailedRun:
    """Run the function `attack()` of a module as a candidate's code.

    Args:
        code: the module's text.
        folder: where everything is made; `staged` in it is the candidate's.
        runner: what runs it.
        without: layers that are off.
        timeout: seconds for loading, and for the answer.
        memory: bytes of the layer MEMORY.
        disk: bytes of the layer DISK.
        namespaces: whether to use those that the kernel has.
    """
    staged = folder / "staged"
    staged.mkdir(parents=True)
    texts = {_MODULE: code, "detect": _DETECT, "program": _PROGRAM, "script": _SCRIPT}
    for name, text in texts.items():
        (staged / f"{name}.py").write_text(text, encoding="utf-8")
    isolation = Isolation(
        most_memory=memory, most_disk=disk, without=without, uses_namespaces=namespaces
    )
    layers: dict[str, str] = {}
    log = folder / "log.txt"
    try:
        if runner == "recipe":
            answer = _built(staged, folder, isolation, timeout=timeout)
        else:
            answer = _asked(staged, folder, isolation, runner, timeout=timeout, note=layers.update)
    except OpenMedError as error:
        return JailedRun(answer=None, fault=error.message, layers=layers, log=_text(log))
    return JailedRun(answer=answer, fault="", layers=layers, log=_text(log))


def run_body(code: str, folder: Path, **how: object) -> JailedRun:
    """Run the body of `attack()`."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    text = f"import os, sys, time\ndef attack():\n{body}\n"
    return run_in_jail(text, folder=folder, **how)  # type: ignore[arg-type]


def _asked(  # noqa: PLR0913 - as above
    staged: Path,
    folder: Path,
    isolation: Isolation,
    runner: str,
    *,
    timeout: float,
    note: Callable[[Mapping[str, str]], None],
) -> str:
    how: Mapping[str, Mapping[str, object]] = {
        "callable": {"function": "detect:find"},
        "subprocess-jsonl": {"command": ("python3", "program.py")},
    }
    source = SpanSource.model_validate({**how[runner], "label_map": RULES})
    profile = RunnerProfile(runner=runner, deterministic=True, spans=source)
    runners = WorkerRunners(homes=folder / "homes", isolation=isolation)
    question = Document(
        id="attempt", language="en", family="f", slice="base", smoke=False, text="go", spans=()
    )
    log = str(folder / "log.txt")
    with runners.open(str(staged), profile, log=log, timeout=timeout) as session:
        note(dict(layer.split(": ") for layer in session.isolation.layers))
        record = session.predict((question,))[0]
    if record.status is not Status.OK:
        return f"failed {record.fault}"
    return bytes(span.end for span in record.spans).decode("utf-8", "replace")


def _built(staged: Path, folder: Path, isolation: Isolation, *, timeout: float) -> str:
    """As recipes are run: the script's own folder to read, another to write."""
    out = folder / "out"
    out.mkdir()
    rooms = Rooms(executable=(staged.resolve(),), writable=(out.resolve(),))
    code = run_logged(
        [sys.executable, "-B", "-s", str(staged / "script.py"), str(out / _ANSWER)],
        homes=folder / "homes",
        cwd=staged,
        log=folder / "log.txt",
        timeout=timeout,
        confinement=Confinement(isolation, rooms, is_required=True),
    )
    place = out / _ANSWER
    return place.read_bytes()[:_MOST].decode() if place.is_file() else json.dumps({"exit": code})


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
