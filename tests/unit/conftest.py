"""Unit tests of the core and the corpus touch nothing: an audit hook watches while a test runs.

The hook cannot be removed once it is set, so it is armed only during the call of a test
in this folder. What a test looks at (templates, the golden corpus) is read before, when its
module is loaded. It cannot see the clock; a lint rule bans that.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import scipy.special  # noqa: F401 - loaded by the core when it is first needed; here, before a test
from hypothesis import settings

settings.register_profile("pure", database=None, deadline=None)
settings.load_profile("pure")

HERE = Path(__file__).parent
FORBIDDEN = frozenset(
    {"open", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "subprocess.Popen", "os.system",
     "socket.connect", "socket.bind", "shutil.rmtree"}
)  # fmt: skip
LOADED = (".py", ".pyc", ".so", ".pth")
_armed = [False]


class TouchedOutside(BaseException):
    """A test of the core did I/O; not an Exception, so that no test can swallow it."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _armed[0] or event not in FORBIDDEN:
        return
    if event == "open" and isinstance(arguments[0], int):
        return  # A descriptor: the file behind it was looked at when it was opened.
    target = str(arguments[0]) if arguments else ""
    # Modules and their sources may still be loaded, and Hypothesis keeps its tables.
    if ".hypothesis" in target or (event == "open" and target.endswith(LOADED)):
        return
    _armed[0] = False
    message = f"{event} {target}"
    raise TouchedOutside(message)


sys.addaudithook(_watch)


@contextmanager
def watched() -> Iterator[None]:
    """Arm the hook for a block."""
    _armed[0] = True
    try:
        yield
    finally:
        _armed[0] = False


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Arm the hook while a test of this folder runs."""
    if HERE in item.path.parents:
        with watched():
            yield
    else:
        yield
