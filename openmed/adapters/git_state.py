"""What git knows of a folder; every doubt is answered with None."""

import subprocess
from pathlib import Path


def last_commit(folder: Path) -> str | None:
    """The last commit that touched a folder; None if it is dirty, untracked or not in git."""
    if _git(folder, "status", "--porcelain", "--", ".") != "":
        return None
    return _git(folder, "log", "-1", "--format=%H", "--", ".") or None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ["git", *arguments],  # noqa: S607 - git is found on PATH like everywhere else
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
