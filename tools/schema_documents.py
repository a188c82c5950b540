"""Writes `docs/reference/schemas/*.json`: `python tools/schema_documents.py`."""

import sys
from pathlib import Path

from generated_files import ROOT, write_or_check

from openmed.cli.schemas.table import SCHEMAS
from openmed.domain.gates.rules import GATES
from openmed.domain.wire import pretty

FOLDER = ROOT / "docs" / "reference" / "schemas"


def files() -> dict[Path, str]:
    """Every file, by path; `policy` with the gates of this project only."""
    return {
        FOLDER / f"{name}.json": pretty(row.made(GATES)).decode() for name, row in SCHEMAS.items()
    }


def owned() -> set[Path]:
    """The files that are there."""
    return set(FOLDER.glob("*.json"))


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files(), owned=owned()))
