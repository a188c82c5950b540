"""What a job of GitHub Actions reads back: outputs, the summary, annotations.

Off GitHub Actions nothing is written and nothing is printed.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from openmed.printable import printable

MOST_SUMMARY: Final = 900_000
"""Bytes of one summary; above 1,024 kB the whole of it is dropped."""
_CUT: Final = "\n\nThe summary was cut here; artifacts/run-report.json has everything.\n"


class GithubJob:
    """The files and the stream of one job."""

    def __init__(self, environ: Mapping[str, str], *, say: Callable[[str], None]) -> None:
        """Remember where they are; nothing is opened yet."""
        self._is_there = environ.get("GITHUB_ACTIONS") == "true"
        self._event = environ.get("GITHUB_EVENT_NAME", "")
        self._output = environ.get("GITHUB_OUTPUT", "")
        self._summary = environ.get("GITHUB_STEP_SUMMARY", "")
        self._say = say

    @property
    def is_there(self) -> bool:
        """Whether this is a job of GitHub Actions."""
        return self._is_there

    @property
    def event(self) -> str:
        """Name of the event that started the job; empty where none is named."""
        return self._event if self._is_there else ""

    def output(self, name: str, value: str) -> None:
        """Hand a value to the jobs that follow."""
        # The delimiter cannot be guessed, so no value can end itself and set another.
        mark = secrets.token_hex(16)
        self._append(self._output, f"{name}<<{mark}\n{value}\n{mark}\n")

    def summary(self, markdown: str) -> None:
        """Show Markdown on the page of the run."""
        data = markdown.encode()
        if len(data) > MOST_SUMMARY:
            markdown = data[:MOST_SUMMARY].decode(errors="ignore") + _CUT
        self._append(self._summary, f"{markdown}\n")

    def annotate(self, title: str, message: str) -> None:
        """Show an error beside the run."""
        if self._is_there:
            self._say(f"::error title={_property(title)}::{_data(message)}")

    def _append(self, name: str, text: str) -> None:
        if not (self._is_there and name):
            return
        descriptor = os.open(Path(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def _data(text: str) -> str:
    """Text of a workflow command, on one line; a line break would begin another one."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
