"""Stands in for the artifacts of GitHub Actions: a folder; modes of files are lost."""

import os
import shutil
import sys
from pathlib import Path

KEPT = Path(os.environ["OPENMED_TEST_ARTIFACTS"])


def upload(name: str, paths: str, missing: str) -> None:
    """Keep files and folders under the folder that all of them begin with."""
    files = [
        file
        for line in paths.split()
        for file in ([Path(line)] if Path(line).is_file() else Path(line).rglob("*"))
        if file.is_file()
    ]
    if not files and missing == "error":
        sys.exit(f"no files to upload in {paths.split()}")
    lines = paths.split()
    top = Path(os.path.commonpath(lines) if len(lines) > 1 else lines[0])
    if top.is_file():
        top = top.parent
    for file in files:
        _copy(file, KEPT / name / file.relative_to(top))


def download(pattern: str, folder: str, merged: str) -> None:
    """Bring back what was kept under names like `pattern`, a folder each or all in one."""
    for place in sorted(KEPT.glob(pattern)):
        for file in place.rglob("*"):
            if file.is_file():
                top = Path(folder) if merged == "true" else Path(folder) / place.name
                _copy(file, top / file.relative_to(place))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    if sys.argv[1] == "upload":
        upload(*sys.argv[2:])
    else:
        download(*sys.argv[2:])
