"""Candidates that speak: each way in which one can bring words of its own choice to people."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from support.repositories import Repository

MARK = "HOSTILE"
WORDS = (
    f"{MARK}\n::error title=x::{MARK}\r\n  ::stop-commands::{MARK} ::set-output name=a::{MARK} "
    f"##[error]{MARK}##vso[task.complete]{MARK}\x1b[2J\x1b]0;{MARK}\x07\x9b31m\u202e{MARK}\u2066"
    f"\u2028::add-mask::{MARK}\u2029\x85\x0b\x0c\x1c\x00\u200b<img src=x>`@{MARK} | {MARK}"
)
"""Line ends of every kind, commands of CIs, escape sequences, bidirectional controls, markup."""
NAME = WORDS.replace("\x00", "").replace("/", "")
"""What may be the name of a type or a file."""
LEAK = "LEAKED:"
"""Stands before document text that a candidate tries to bring out as words."""
_FIND = """
import re
def find(text):
    return [(m.start(), m.end(), "NAME") for m in re.finditer("[A-Z][a-z]+", text)]
"""
_IN_NATIVE_CODE = f"""
import faulthandler, signal, os, sys
WORDS = {WORDS!r}
def find(text):
    source = "def crash(): os.kill(os.getpid(), signal.SIGSEGV)"
    code = compile(source, {LEAK!r} + text[:40], "exec")
    space = {{"os": os, "signal": signal}}
    exec(code, space)
    crash = space["crash"]
    crash.__code__ = crash.__code__.replace(co_name={LEAK!r} + text[:40])
    if text:
        crash()
    return []
"""
_ON_EVERY_STREAM = f"""
import os, sys
WORDS = {WORDS!r}
print(WORDS); print(WORDS, file=sys.stderr); os.write(2, WORDS.encode())
os.write(2, b"\\xff\\xfe" + b"x" * 100000 + b"\\n::error::{MARK}")
def find(text):
    print({LEAK!r} + text); print({LEAK!r} + text, file=sys.stderr)
    for number in range(3, 30):
        try:
            link = os.readlink(f"/proc/self/fd/{{number}}")
            if link.startswith("pipe:") or "log" in link:
                os.set_blocking(number, False)
                os.write(number, (WORDS + {LEAK!r} + text + chr(10)).encode())
        except OSError:
            pass
    return []
"""
_ITS_OWN_FAULT = f"""
import json, os
for number in range(3, 30):
    try:
        os.set_blocking(number, False)
        os.write(number, json.dumps({{"fault": {WORDS!r}}}).encode() + b"\\n")
    except OSError:
        pass
def find(text):
    return []
"""
CODE: dict[str, str] = {
    "type-name": f"""
NAME = {NAME!r}
def find(text):
    raise type(NAME + {LEAK!r} + text, (ValueError,), {{}})(NAME + text)
""",
    "type-name-short": f"""
def find(text):
    raise type({LEAK!r} + text[:40], (BaseException,), {{}})(text)
""",
    "import-type-name": f"raise type({NAME!r}, (Exception,), {{}})({WORDS!r})\n",
    "import-our-error": f"""
from openmed.errors import UsageError
raise UsageError({WORDS!r}, next_step={WORDS!r})
""",
    "streams": _ON_EVERY_STREAM,
    "own-fault": _ITS_OWN_FAULT,
    "crash": _IN_NATIVE_CODE,
    "label": f"def find(text):\n    return [(0, 1, {WORDS!r})]\n",
}
"""Modules of candidates that the runner `callable` loads, by way."""
_PROGRAM = f"""
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print({WORDS!r} + request["text"], file=sys.stderr, flush=True)
    answer = {{"id": request["id"], "spans": []}}
    if request["text"]:
        answer = {{"id": request["id"], "error": {WORDS!r} + request["text"]}}
    print(json.dumps(answer), flush=True)
"""
_SCRIPT = f"""
import sys
print({WORDS!r}, flush=True)
print({WORDS!r}, file=sys.stderr, flush=True)
raise type({NAME!r}, (Exception,), {{}})({WORDS!r})
"""
_RECIPE = """schema = "openmed.recipe/1"
script = "train.py"
data_manifest = "data.toml"
base_model = "none"
timeout_seconds = 60
[builds.default]
"""


def _profile(folder: Path, *, runner: str = "callable", **spans: object) -> None:
    how = {"function": "detect:find"} if runner == "callable" else {}
    rules = [{"model": "NAME", "canonical": "PATIENT_NAME"}]
    table = {
        "schema": "openmed.runner-profile/1",
        "runner": runner,
        "deterministic": True,
        "spans": {"label_map": rules, **how, **spans},
    }
    (folder / "runner_profile.json").write_text(json.dumps(table))


def _model_label(folder: Path, tiny: Path) -> None:
    shutil.copytree(tiny, folder, dirs_exist_ok=True)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["id2label"]["1"] = f"B-{WORDS}"
    path.write_text(json.dumps(config))


def _file_name(folder: Path, tiny: Path) -> None:
    shutil.copytree(tiny, folder, dirs_exist_ok=True)
    (folder / NAME[:80]).write_text("x")


def _program(folder: Path, tiny: Path) -> None:
    assert tiny.is_dir()
    (folder / "detect.py").write_text(_PROGRAM)
    _profile(folder, runner="subprocess-jsonl", command=["python3", "detect.py"])


def _command(folder: Path, tiny: Path) -> None:
    assert tiny.is_dir()
    (folder / "detect.py").write_text(_PROGRAM)
    command = ["python3", NAME[:390]]
    _profile(folder, runner="subprocess-jsonl", command=command)


def _map_label(folder: Path, tiny: Path) -> None:
    assert tiny.is_dir()
    (folder / "detect.py").write_text(_FIND)
    twice = {"model": WORDS[:70], "canonical": WORDS}
    _profile(folder, label_map=[twice, twice])


def _json_key(folder: Path, tiny: Path) -> None:
    assert tiny.is_dir()
    (folder / "detect.py").write_text(_FIND)
    _profile(folder)
    path = folder / "runner_profile.json"
    table = json.loads(path.read_text())
    path.write_text(json.dumps({**table, WORDS: 1, "spans": {**table["spans"], WORDS: 1}}))


FILES: dict[str, Callable[[Path, Path], None]] = {
    "model-label": _model_label,
    "file-name": _file_name,
    "program": _program,
    "command": _command,
    "map-label": _map_label,
    "json-key": _json_key,
}
"""What else a folder of a candidate can say, by way."""


def plant(repository: Repository) -> tuple[str, ...]:
    """Add one slot for each way; gives the slots."""
    root, tiny = repository.root, repository.root / "models" / "tiny"
    slots = []
    for way in (*CODE, *FILES):
        folder = root / "models" / way
        folder.mkdir()
        if way in CODE:
            (folder / "detect.py").write_text(CODE[way])
            _profile(folder)
        else:
            FILES[way](folder, tiny)
        slots.append(f"pii::tiny::onnx::{way}")
        repository.add_slot(slots[-1], f"file:models/{way}")
    recipe = root / "gates" / "recipes" / "loud"
    recipe.mkdir(parents=True)
    (recipe / "recipe.toml").write_text(_RECIPE)
    (recipe / "train.py").write_text(_SCRIPT)
    (recipe / "data.toml").write_text("")
    odd = json.dumps("file:models/" + re.sub(r"[\s#]", "", NAME))[:200]
    for way, source in (("recipe", "recipe:gates/recipes/loud"), ("source", odd.strip('"'))):
        slots.append(f"pii::tiny::onnx::{way}")
        repository.add_slot(slots[-1], source)
    slots.append("pii::tiny::onnx::row")
    repository.add_slot(slots[-1], "file:models/tiny")
    queue = root / "gates" / "candidates.toml"
    head, _, _ = queue.read_text().rpartition("description = ")
    queue.write_text(f"{head}description = {json.dumps(WORDS)}\n")
    _catalogue(root / "models.jsonl")
    return tuple(slots)


def _catalogue(path: Path) -> None:
    """Let the row of our own model say something else in every field it may."""
    first, *others = path.read_text().splitlines()
    row = {**json.loads(first), "license": WORDS[:190], "languages": [WORDS[:190]]}
    path.write_text("\n".join([json.dumps(row), *others, ""]))


_COMMAND = re.compile(r"^\s*::|##\w*\[")
_ANNOTATION = re.compile(r"^::error title=[^:]*::")


_BREAK = re.compile(r"(?<=[@#:<wWgG\]])\u200b")


def acting(text: str, *, may_annotate: bool = False) -> Iterator[str]:
    """What in a text could act on a terminal or a CI, or holds a document's text."""
    for line in text.split("\n"):
        # Ours: what keeps the rest of a name, an address or a number from acting.
        odd = [one for one in _BREAK.sub("", line) if not one.isprintable()]
        if odd:
            yield f"{odd[0]!a} in {line[:200]!a}"
        ours = _ANNOTATION.match(line) if may_annotate else None
        if _COMMAND.search(line[ours.end() :] if ours else line):
            yield f"a command in {line[:200]!a}"
        if LEAK in line:
            yield f"document text in {line[:200]!a}"
