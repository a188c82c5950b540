"""Writes generated files, or with `--check` names those that differ; every other tool here uses it.

A tool says what it generates as `files()`: content by path. With `--check` nothing is written and
the exit code is 1 if a file differs, is missing, or is no longer generated.
"""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A tool that is run as a program finds the helpers of the tests, as pytest and mypy do.
sys.path.append(str(ROOT / "tests"))


def differences(files: Mapping[Path, str], *, owned: Collection[Path] = ()) -> dict[Path, str]:
    """What is wrong with the files on disk, by path.

    Args:
        files: what is generated.
        owned: files on disk that only the tool writes; those it no longer generates are stale.
    """
    found: dict[Path, str] = {}
    for path, text in files.items():
        if not path.is_file():
            found[path] = "is missing"
        elif path.read_bytes() != text.encode():
            found[path] = "differs from what the code generates"
    return found | dict.fromkeys(set(owned) - set(files), "is no longer generated")


def write_or_check(
    description: str | None,
    files: Mapping[Path, str],
    *,
    owned: Collection[Path] = (),
    arguments: Sequence[str] | None = None,
) -> int:
    """Bring the files up to date, or with `--check` only say what is not; the exit code."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on differences")
    is_checking = parser.parse_args(arguments).check
    found = differences(files, owned=owned)
    for path, what in sorted(found.items()):
        if is_checking:
            sys.stdout.write(f"{path}: {what}\n")
        elif path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode())
            sys.stdout.write(f"wrote {path}\n")
        else:
            path.unlink()
            sys.stdout.write(f"removed {path}\n")
    if found and is_checking:
        sys.stdout.write(f"next: python {sys.argv[0]}\n")
    return int(bool(found and is_checking))
