"""Writes the table of exit codes in README: `python tools/readme_tables.py [--check]`."""

import sys
from pathlib import Path
from typing import Final

from openmed.exit_codes import EXIT_CODES

PLACE: Final = Path(__file__).parents[1] / "README.md"
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


if __name__ == "__main__":
    found = PLACE.read_text(encoding="utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(0 if filled(found) == found else f"{PLACE} is out of date")
    PLACE.write_text(filled(found), encoding="utf-8")
    sys.stdout.write(f"wrote {PLACE}\n")
