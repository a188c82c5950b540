"""Runs git in a folder: its own environment, no prompt, no key, output that always decodes."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.process.secrets import without_secrets
from openmed.domain.text.exception_names import exception_name

SECONDS: Final = 120
_KEPT: Final = frozenset(
    {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND"}
)
_KEPT_PREFIXES: Final = ("GIT_CONFIG_", "GIT_TRACE", "GIT_SSL_", "GIT_HTTP_")


class GitAnswer(NamedTuple):
    """What git said.

    Attributes:
        code: its exit code; -1 when it could not be run or did not end.
        out: stdout, without the blanks around it.
        error: stderr, likewise.
    """

    code: int
    out: str
    error: str

    @property
    def reason(self) -> str:
        """The lines that say why it failed: those of the remote first, then git's last one."""
        lines = [line.strip() for line in (self.error or self.out).splitlines() if line.strip()]
        remote = [line for line in lines if line.startswith("remote:") and line != "remote:"]
        told = [*remote[:4], *(lines[-1:] if lines and lines[-1] not in remote[:4] else [])]
        return "; ".join(line[:200] for line in told) or f"exit {self.code}"


def run_git(
    folder: Path,
    *arguments: str,
    stdin: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> GitAnswer:
    """Run git in a folder.

    Args:
        folder: where.
        arguments: after `git`.
        stdin: what it reads; None = nothing.
        extra: variables to set.
        seconds: longest wait for it.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ["git", *arguments],  # noqa: S607 - git is found on PATH like everywhere else
            cwd=folder,
            env={**git_environment(os.environ), **(extra or {})},
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return GitAnswer(-1, "", f"no answer within {seconds:g} seconds")
    except (OSError, subprocess.SubprocessError) as error:
        return GitAnswer(-1, "", exception_name(error))
    out, error_text = (part.decode(errors="replace").strip() for part in (done.stdout, done.stderr))
    return GitAnswer(done.returncode, out, error_text)


def read_blob(folder: Path, name: str) -> bytes | None:
    """Bytes of `COMMIT:PATH` as git has them; None when there is no such thing."""
    try:
        done = subprocess.run(  # noqa: S603 - as above
            ["git", "cat-file", "blob", name],  # noqa: S607 - as above
            cwd=folder,
            env=git_environment(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def read_blobs(folder: Path, objects: Sequence[str]) -> dict[str, bytes]:
    """Bytes of several objects, by object, in one process; those that are not here are left out."""
    try:
        done = subprocess.run(
            ["git", "cat-file", "--batch"],  # noqa: S607 - as above
            cwd=folder,
            env=git_environment(os.environ),
            input="".join(f"{name}\n" for name in objects).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    found, place = {}, 0
    while place < len(done.stdout):
        end = done.stdout.index(b"\n", place)
        name, kind, *size = done.stdout[place:end].decode().split()
        place = end + 1
        if kind == "blob" and size:
            found[name] = done.stdout[place : place + int(size[0])]
            place += int(size[0]) + 1
    return found


def shallow_boundary(folder: Path) -> frozenset[str]:
    """Commits whose parents are not here; none in a whole clone, or without git."""
    place = run_git(folder, "rev-parse", "--git-path", "shallow")
    try:
        text = (folder / place.out).read_text(encoding="ascii") if place.code == 0 else ""
    except OSError:
        return frozenset()
    return frozenset(text.split())


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment git and its hooks see: this repository's, without keys, tokens, passwords.

    What a person gave to git itself stays; a hook could ask git for it anyway.
    """
    others = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    own = {
        name: value
        for name, value in environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    return {**without_secrets(others), **own, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
