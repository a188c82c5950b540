"""The child process: loads one candidate and answers for documents until its parent is gone.

Started by `worker_main`. JSON, one value a line:

    in   {"folder": …, "profile": {…}, "packages": folder or null}
                                            out  {"ready": {runtime}}
                                            or   {"fault": sentence, "next_step": sentence}
    in   [{"id": …, "text": …}, …]          out  [{document predictions}, …], in order

Invariants:

* answers go over a private copy of stdout; 1 itself points elsewhere, so that a library's
  print cannot be taken for an answer;
* the end of stdin means that the parent is gone: the process ends at once, in the middle of
  computing if need be;
* no document text leaves it but as an answer. An exception is reduced to the name of its
  type, where that is listed, and an answer that cannot be used to a reason of a closed list.
  Once documents come 1 and 2 point to nowhere: a panic in native code quotes the text it choked
  on. Only faulthandler's lines are written from then on, and the parent, which trusts no word of
  this process, lets only those into the log.
"""

import faulthandler
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, TypeAlias

from openmed.adapters.runners.packages import offer
from openmed.adapters.runners.runner import Runner
from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.inference.answer_faults import AnswerError, LoadFault
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.exception_names import exception_name
from openmed.domain.text.span import PredictedSpan
from openmed.domain.wire import parse, plain, read_json
from openmed.errors import OpenMedError

Load: TypeAlias = Callable[[Path, RunnerProfile], Runner]
Describe: TypeAlias = Callable[[str], Runtime]
Answer: TypeAlias = tuple[PredictedSpan, ...] | BaseException


class _Job(Frozen):
    """The first line."""

    folder: str
    profile: RunnerProfile
    packages: str | None = None


class _Wires(NamedTuple):
    """Private copies of the three standard streams."""

    requests: int
    answers: int
    log: int


def serve(load: Load, describe: Describe) -> None:
    """Load what the first line names, then answer every line; ends with the process.

    Args:
        load: loads an artifact.
        describe: says what runs a runner of a name here.
    """
    wires = _take_streams()
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read, args=(wires.requests, lines), daemon=True).start()
    runner = _loaded(load, describe, lines.get(), wires)
    _silence(wires)
    while runner is not None:
        documents = read_json(lines.get(), what="a request")
        _send(wires, [plain(record) for record in _records(runner, documents)])


def _loaded(load: Load, describe: Describe, line: bytes, wires: _Wires) -> Runner | None:
    try:
        job = parse(_Job, line, what="the job")
        ready = describe(job.profile.runner)
        if job.packages is not None:
            offer(Path(job.packages))
        runner = load(Path(job.folder), job.profile)
    except OpenMedError as error:
        _send(wires, plain(LoadFault(fault=error.message, next_step=error.next_step)))
    except BaseException as error:  # noqa: BLE001 - a foreign message is never shown
        _send(wires, plain(LoadFault(fault=exception_name(error))))
    else:
        sys.stdout.flush()  # the parent closes the log to further words when it hears this
        _send(wires, {"ready": plain(ready)})
        return runner
    return None


def _records(runner: Runner, documents: Json) -> list[DocumentPredictions]:
    if not isinstance(documents, list):
        raise TypeError
    names = [document["id"] for document in documents]
    answers = _answers(runner, [document["text"] for document in documents])
    records: list[DocumentPredictions] = []
    for name, answer in zip(names, answers, strict=True):
        records.append(_record(name, answer))
    return records


def _record(name: str, answer: Answer) -> DocumentPredictions:
    if not isinstance(answer, BaseException):
        try:
            return DocumentPredictions(document=name, status=Status.OK, spans=answer)
        except ValueError as error:  # a runner of another package gave something else than spans
            answer = error
    return DocumentPredictions(
        document=name,
        status=Status.FAILED,
        fault=exception_name(answer),
        why=answer.why if isinstance(answer, AnswerError) else None,
    )


def _answers(runner: Runner, texts: Sequence[str]) -> list[Answer]:
    """Ask for all at once; if that fails, one by one, so that one text fails alone."""
    try:
        answers = list[Answer](runner.predict(texts))
        if len(answers) == len(texts):
            return answers
        fault: BaseException = ValueError()
    except BaseException as error:  # noqa: BLE001 - native panics are no Exception
        fault = error
    if len(texts) == 1:
        return [fault]
    return [_answers(runner, [text])[0] for text in texts]


def _take_streams() -> _Wires:
    wires = _Wires(requests=os.dup(0), answers=os.dup(1), log=os.dup(2))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    return wires


def _silence(wires: _Wires) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    faulthandler.enable(file=wires.log)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _read(requests: int, lines: SimpleQueue[bytes]) -> None:
    try:
        with os.fdopen(requests, "rb") as file:
            for line in file:
                lines.put(line)
    finally:
        _end()


def _end() -> None:
    """End at once, and with it whatever the candidate started in the same group."""
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _send(wires: _Wires, answer: Json) -> None:
    rest = f"{json.dumps(answer)}\n".encode()
    try:
        while rest:
            rest = rest[os.write(wires.answers, rest) :]
    except BrokenPipeError:
        _end()
