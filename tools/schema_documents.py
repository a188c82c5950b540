"""Writes `docs/reference/schemas/*.json`: `python tools/schema_documents.py`."""

import sys
from pathlib import Path

from openmed.cli.schemas import SCHEMAS
from openmed.domain.gates.rules import GATES
from openmed.domain.wire import pretty

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "schemas"


def documents() -> dict[str, str]:
    """Every file, by name; `policy` with the gates of this project only."""
    return {f"{name}.json": pretty(row.made(GATES)).decode() for name, row in SCHEMAS.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stale in set(FOLDER.glob("*.json")) - {FOLDER / name for name in documents()}:
        stale.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {len(SCHEMAS)} files in {FOLDER}\n")
