"""Which modules of the package, and which of its data files, are used while something runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_FOLDER = __import__("openmed").__path__[0]
_opened: list[set[str]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _opened and event == "open":
        path = str(arguments[0])
        if path.startswith(_FOLDER) and not path.endswith((".py", ".pyc")):
            _opened[-1].add(path.removeprefix(f"{_FOLDER}/"))


sys.addaudithook(_audit)


@contextmanager
def traced() -> Iterator[tuple[set[str], set[str]]]:
    """Collect the names of modules whose code is executed, and of data files that are opened."""
    modules: set[str] = set()
    files: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG001 - as called
        name = frame.f_globals.get("__name__", "")
        if event == "call" and isinstance(name, str) and name.partition(".")[0] == "openmed":
            modules.add(name)

    before = sys.getprofile()
    _opened.append(files)
    sys.setprofile(note)
    try:
        yield modules, files
    finally:
        sys.setprofile(before)
        _opened.pop()
