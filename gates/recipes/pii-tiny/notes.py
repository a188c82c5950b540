"""Write the training notes of the largest build: `python notes.py --out FILE`.

One JSON string a line. `openmed suite lint` compares suites with them; training does not read it.
"""

import argparse
import json
import sys
from pathlib import Path

from data import build_sizes, corpus


def main(arguments: list[str]) -> None:
    """Write every note's text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    lines = (json.dumps(note.text) + "\n" for note in corpus(max(build_sizes().values())))
    options.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
