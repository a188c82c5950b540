"""Commands that a page shows, run in the order written, and what the page says they print.

A block of kind `console` is run line by line, unless `<!-- not run: WHY -->` stands above it. A
block below `<!-- prints: COMMAND -->` is what that command printed last, word for word: numbers,
dates and digests may be others, lines may be broken elsewhere, `…` stands for any words.
"""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DIGEST_DIGITS = 16
_BLOCK = re.compile(
    r"(?:<!-- (not run|prints): (.+?) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMENT = re.compile(r"\s{2,}# .*$")
_TAG = re.compile(r"\b\d{4}\.\d\d\.\d\d-(?=\d)")
_VARYING = re.compile(r"[0-9a-f]{16}|\d+|…")
_ANY_WORDS = r"(?:\S+\s+)*?"
_DAY = (
    """day() { sed -n 's/.*"tag": *"\\([0-9.]*\\)-.*/\\1/p' gates/pointer.json | head -n 1; }\n"""
)


class Step(NamedTuple):
    """One command, as it is written; what the page says it prints."""

    command: str
    prints: str | None


class Ran(NamedTuple):
    """One command that was run: how it ended, what it said."""

    step: Step
    code: int
    stdout: str
    stderr: str


def steps_of(text: str) -> list[Step]:
    """Commands of a page in order; an expectation of no command is an error."""
    steps: list[Step] = []
    for mark, words, kind, body in _BLOCK.findall(text):
        if mark == "prints":
            named = [at for at, step in enumerate(steps) if step.command == words]
            if not named:
                msg = f"no command {words!r} stands before what it is said to print"
                raise AssertionError(msg)
            steps[named[-1]] = Step(words, body)
        elif kind == "console" and mark != "not run":
            steps += [Step(command, None) for command in _commands(body)]
    return steps


def steps_left_out(text: str, *, why: str) -> list[list[Step]]:
    """Commands of the blocks that a page leaves out for one reason, block by block."""
    return [
        [Step(command, None) for command in _commands(body)]
        for mark, words, kind, body in _BLOCK.findall(text)
        if kind == "console" and (mark, words) == ("not run", why)
    ]


def _commands(body: str) -> list[str]:
    commands: list[str] = []
    until = ""
    for line in body.splitlines():
        if until:
            commands[-1] += f"\n{line}"
            until = "" if line == until else until
        elif line:
            commands.append(_COMMENT.sub("", line))
            until = "".join(re.findall(r"<<'(\w+)'", line))
    return commands


def run(
    steps: list[Step], *, folder: Path, scratch: Path, env: Mapping[str, str], seconds: float = 800
) -> list[Ran]:
    """Run every step in one shell; tags are given the day of the first release."""
    lines = [_DAY]
    for at, step in enumerate(steps):
        command = _TAG.sub("$(day)-", step.command)
        place = scratch / str(at)
        lines.append(f"{{\n{command}\n}} >{place}.out 2>{place}.err </dev/null")
        lines.append(f"echo $? >{place}.code")
    subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=folder, env=env, timeout=seconds, check=True,
    )  # fmt: skip
    return [
        Ran(step, int((scratch / f"{at}.code").read_text()), *_said(scratch, at))
        for at, step in enumerate(steps)
    ]


def _said(scratch: Path, at: int) -> tuple[str, str]:
    stdout, stderr = (
        (scratch / f"{at}.{kind}").read_text(encoding="utf-8") for kind in ("out", "err")
    )
    return stdout, stderr


def is_as_said(said: str, printed: str) -> bool:
    """Whether what was printed is what the page says, from the first word to the last."""
    words = "".join(_ANY_WORDS if word == "…" else rf"{_word(word)}\s+" for word in said.split())
    return re.fullmatch(words, f"{printed.strip()}\n") is not None


def _word(word: str) -> str:
    made, last = "", 0
    for found in _VARYING.finditer(word):
        made += re.escape(word[last : found.start()]) + _varying(found[0])
        last = found.end()
    return made + re.escape(word[last:])


def _varying(part: str) -> str:
    if part == "…":
        return r"\S*"
    return rf"[0-9a-f]{{{DIGEST_DIGITS}}}" if len(part) == DIGEST_DIGITS else r"\d+"
