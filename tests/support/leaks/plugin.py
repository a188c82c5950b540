"""Every test is heard: what it printed, logged, raised, wrote, and published on a Hub.

Standard output and error come with pytest's reports, or with what a test took of them itself; the
messages of our errors when they are made; what processes said when they have ended; files from
the test's folders; what a Hub was given from the Hub when it closes.
"""

import logging
import subprocess
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.leaks.hearing import HEARING

from openmed.errors import OpenMedError


class _Handler(logging.Handler):
    """Hears every record that is logged."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hear it with its traceback."""
        HEARING.hear(f"a log record of {record.name}", self.format(record))


def listen() -> None:
    """Hear what no report has: errors, logs, and what a test takes of its own output."""
    logging.getLogger().addHandler(_Handler(logging.NOTSET))
    _after(OpenMedError, "__init__", lambda error, _: [error.diagnostics()])
    _after(subprocess.CompletedProcess, "__init__", lambda done, _: [*_streams(done)])
    _after(pytest.CaptureFixture, "readouterr", lambda _, got: [*got])
    _after(pytest.RaisesExc, "__exit__", lambda raised, _: _trace(raised))


def _streams(done: subprocess.CompletedProcess[Any]) -> Iterator[str | bytes]:
    yield from (text for text in (done.stdout, done.stderr) if isinstance(text, str | bytes))


def _trace(raised: Any) -> list[str]:  # noqa: ANN401 - pytest's own, of any error
    found = getattr(raised, "excinfo", None)
    if found is None or not isinstance(found.value, OpenMedError):
        return []
    return traceback.format_exception(found.value)


def _after(kind: type, name: str, said: Any) -> None:  # noqa: ANN401 - any function
    act = getattr(kind, name)

    def heard(self: object, *arguments: object, **options: object) -> object:
        done = act(self, *arguments, **options)
        if HEARING.secrets:
            for text in said(self, done):
                HEARING.hear(f"{kind.__name__}.{name}", text)
        return done

    setattr(kind, name, heard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hear a part of a test; when it has ended, fail it if it put out what was planted."""
    report = yield
    HEARING.hear("its output", f"{report.capstdout}\n{report.capstderr}\n{report.caplog}")
    HEARING.hear("its failure", report.longreprtext)
    given = getattr(item, "funcargs", None) or {}
    HEARING.read(*(value for value in given.values() if isinstance(value, Path)))
    if call.when == "teardown":
        leaks = HEARING.leaks()
        HEARING.forget()
        if leaks:
            report.outcome = "failed"
            report.longrepr = "a token that was planted is in " + ", ".join(leaks[:9])
    return report
