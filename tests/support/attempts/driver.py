"""Makes the text of a candidate that tries several attempts, each in a process of its own."""

import json
from collections.abc import Sequence
from pathlib import Path

_HERE = Path(__file__).parent
_TOPICS = ("files", "network", "processes", "privileges", "resources")
_DRIVER = """

import json as _json
import os as _os
import select as _select
import signal as _signal

VICTIM = _json.loads({victim})


def _told(name):
    return {{key: value.replace("@NAME@", name) for key, value in VICTIM.items()}}


def _tried(name):
    reading, writing = _os.pipe()
    pid = _os.fork()
    if pid == 0:
        _signal.alarm(6)
        try:
            said = globals()[name](_told(name))
        except BaseException as error:
            said = "!" + type(error).__name__ + " " + str(getattr(error, "errno", ""))
        said = " ".join(said.replace(chr(0), " ").split())
        at = said.find(VICTIM["half"])
        _os.write(writing, (said[at:] if at >= 0 else said)[:32].encode())
        _os._exit(0)
    _os.close(writing)
    ready, _, _ = _select.select([reading], [], [], 7)
    said = _os.read(reading, 99).decode("utf-8", "replace") if ready else "!hung"
    try:
        _os.kill(pid, _signal.SIGKILL)
    except OSError:
        pass
    _os.waitpid(pid, 0)
    _os.close(reading)
    return said or "!died"


def attack():
    return _json.dumps([_tried(name) for name in {names}])
"""
_ALONE = """

import json as _json

VICTIM = _json.loads({victim})


def attack():
    return {name}({{key: value.replace("@NAME@", "{name}") for key, value in VICTIM.items()}})
"""


def text_of(names: Sequence[str], victim: dict[str, str]) -> str:
    """A module whose `attack()` tries them one after the other: what each said, in order."""
    return _attempts() + _DRIVER.format(victim=repr(json.dumps(victim)), names=list(names))


def alone(name: str, victim: dict[str, str]) -> str:
    """A module whose `attack()` is one attempt, in the candidate's own process."""
    return _attempts() + _ALONE.format(victim=repr(json.dumps(victim)), name=name)


def _attempts() -> str:
    texts = ((_HERE / f"inside_{topic}.py").read_text(encoding="utf-8") for topic in _TOPICS)
    return "\n\n".join(texts)
