"""Doing what the engine advises, exactly as it is printed, and looking whether anything is lost."""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from support import builders
from support.advice import clauses
from support.leaks.hearing import HEARING
from support.simulators.clones import git

from openmed.adapters import clock
from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.cli.main import run
from openmed.domain.digest import sha256_hex
from openmed.errors import OpenMedError
from openmed.exit_codes import EXIT_CODE_OF

PROGRAMS = ("openmed", "git", "chmod", "sudo", "ls", "rm", "cd", "make", "unset")
"""What begins a step that is a command; any other step is done by hand."""
_STEP = re.compile(r"; then |, then |; | && ")
_LEAD = re.compile(r"^[^`]*\brun (?=openmed )")
_KEY = re.compile(rb"-----BEGIN.*?-----END[^\n]*", re.DOTALL)


class Said(NamedTuple):
    """What a command printed.

    Attributes:
        code: its exit code.
        text: stdout, then stderr.
    """

    code: int
    text: str

    def advice(self) -> Iterator[str]:
        """Every clause that may be advice: after `next: `, a fix of doctor, the end of a line."""
        for line in self.text.splitlines():
            told = line.strip()
            yield told.partition("next: ")[2]
            yield from clauses(told)
            yield told
        with contextlib.suppress(ValueError):
            for check in json.loads(self.text)["data"]["checks"]:
                yield check.get("fix", "")


def told_by(error: OpenMedError) -> Said:
    """What the command prints of an error that was raised below it."""
    return Said(EXIT_CODE_OF[error.kind], f"openmed: {error.message}\nnext: {error.next_step}")


@dataclass(frozen=True)
class Desk:
    """One person in one release repository, who types what is advised.

    Attributes:
        root: the repository.
        home: their home folder.
        now: what their clock says.
        environment: variables they set besides.
    """

    root: Path
    home: Path
    now: str = builders.NOW
    environment: Mapping[str, str] = field(default_factory=dict)

    def openmed(self, *arguments: str) -> Said:
        """Run a command of ours, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with self._here(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
        said = out.getvalue() + err.getvalue()
        HEARING.hear(f"openmed {' '.join(arguments)}", said)
        return Said(code, said)

    def type(self, line: str) -> Said:
        """Run one command as it is printed."""
        words = shlex.split(line)
        words = [word.replace("~", str(self.home)) if word[0] == "~" else word for word in words]
        if words[0] == "sudo":  # Who runs the tests owns the files.
            words = words[1:]
        if words[0] == "openmed":
            return self.openmed(*words[1:])
        done = subprocess.run(
            words, cwd=self.root, env=self._variables(), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout + done.stderr)

    def doctor(self) -> Said:
        """What doctor finds, with its fixes."""
        return self.openmed("doctor", "--json")

    def _variables(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENMED")}
        own = {"HOME": str(self.home), "XDG_CONFIG_HOME": "", "COLUMNS": "1000"}
        person = {"GIT_AUTHOR_NAME": "P", "GIT_AUTHOR_EMAIL": "p@example.org"}
        committer = {"GIT_COMMITTER_NAME": "P", "GIT_COMMITTER_EMAIL": "p@example.org"}
        own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**kept, **own, **person, **committer, "GIT_PAGER": "cat", **self.environment}

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        before, ticking, variables = dict(os.environ), clock.now, self._variables()
        os.environ.clear()
        os.environ.update(variables)
        clock.now = lambda: self.now
        try:
            with contextlib.chdir(self.root):
                yield
        finally:
            clock.now = ticking
            os.environ.clear()
            os.environ.update(before)


class _Kept(NamedTuple):
    """What no advice may lose.

    Attributes:
        reached: entries that the pointer reaches or took in, by digest.
        files: whole entries and evidence, by content; waivers too.
        keys: public and private keys.
        branches: heads of the remote, by branch.
    """

    reached: frozenset[str]
    files: frozenset[str]
    keys: frozenset[bytes]
    branches: Mapping[str, str]


def follow(  # noqa: PLR0913 - each says something else of what is done
    desk: Desk,
    said: Said,
    template: str,
    *,
    by_hand: Mapping[str, Callable[[], object]] | None = None,
    words: Mapping[str, str] | None = None,
    way: int = 0,
    ends: tuple[int, ...] = (0,),
) -> tuple[Said, ...]:
    """Do exactly what was advised, and assert that no entry, waiver or key is lost by it.

    Args:
        desk: where, and who.
        said: what printed the advice.
        template: the advice as the table names it.
        by_hand: how a person does each step that is no command.
        words: what a person puts in for each word in capitals.
        way: which of the alternatives, where there are several.
        ends: exit codes that its commands may end with.

    Returns:
        What its commands said, in order.
    """
    pattern = re.escape(template).replace(r"\{\}", ".+?")
    told = [one for one in said.advice() if re.fullmatch(pattern, one)]
    assert told, f"{template!r} is not advised by {said.text!r}"
    before, answers = _kept(desk), []
    for step in _steps(told[0], way, words or {}):
        if step in (by_hand or {}):
            assert by_hand is not None
            by_hand[step]()
            continue
        assert step.split()[0] in PROGRAMS, f"nobody said how to do {step!r}"
        answers.append(desk.type(step))
        assert answers[-1].code in ends, (step, answers[-1])
    assert [] == list(_lost(before, _kept(desk), desk))
    return tuple(answers)


def _steps(advice: str, way: int, words: Mapping[str, str]) -> Iterator[str]:
    for step in _STEP.split(advice.split(", or ")[way]):
        command = _LEAD.sub("", step)
        for word, value in words.items():
            command = command.replace(word, shlex.quote(value))
        yield command


def _lost(before: _Kept, after: _Kept, desk: Desk) -> Iterator[str]:
    yield from (f"entry {name[:16]}" for name in before.reached - after.reached)
    yield from (f"file {name[:16]}" for name in before.files - after.files)
    yield from (f"key {key!r}" for key in before.keys - after.keys)
    for name, head in before.branches.items():
        now = after.branches.get(name)
        if now is None or git(desk.root, "merge-base", head, now) != head:
            yield f"branch {name}"


def _kept(desk: Desk) -> _Kept:
    gates, artifacts = desk.root / "gates", desk.root / "artifacts"
    named = [*gates.glob("ledger/*.json"), *gates.glob("evidence/*.json")]
    whole = {sha256_hex(path.read_bytes()): path.stem for path in named if os.access(path, os.R_OK)}
    aside = [*artifacts.glob("aside/*.json"), *gates.glob("waivers/*.json")]
    kept = {digest for digest, stem in whole.items() if digest == stem}
    keys = [*gates.glob("keys/*"), *artifacts.glob("keys/*"), *desk.home.rglob("*.pem*")]
    return _Kept(
        _reached(desk),
        frozenset(kept | {sha256_hex(path.read_bytes()) for path in aside}),
        frozenset(block for path in keys for block in _KEY.findall(path.read_bytes())),
        _branches(desk),
    )


def _reached(desk: Desk) -> frozenset[str]:
    try:
        state = FileReleaseStore(desk.root, lock_seconds=5).reached()
    except OpenMedError:
        return frozenset()
    return frozenset(entry.digest for entry in state.entries) | state.absorbed


def _branches(desk: Desk) -> dict[str, str]:
    """What the remote has now; what was fetched is not asked."""
    done = desk.type("git ls-remote --heads origin") if (desk.root / ".git").is_dir() else None
    if done is None or done.code:
        return {}
    rows = (line.split("\t") for line in done.text.splitlines() if "\t" in line)
    return {name: commit for commit, name in rows}
