"""Writes the table of exit codes in README: `python tools/readme_tables.py`."""

import sys
from pathlib import Path
from typing import Final

from generated_files import ROOT, write_or_check

from openmed.exit_codes import EXIT_CODES

PLACE: Final = ROOT / "README.md"
BEGIN: Final = "<!-- exit codes: written by tools/readme_tables.py -->\n"
END: Final = "<!-- end of exit codes -->"


def filled(text: str) -> str:
    """The page with what stands between the two marks made again."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        msg = f"{PLACE} lacks the mark {(END if begin else BEGIN).strip()}"
        raise SystemExit(msg)
    rows = [f"| {int(code)} | {row.means} | {row.then} |" for code, row in EXIT_CODES.items()]
    table = "\n".join(["| code | meaning | next |", "|---|---|---|", *rows, ""])
    return f"{head}{begin}{table}\n{end}{tail}"


def files() -> dict[Path, str]:
    """The page, by path."""
    return {PLACE: filled(PLACE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
