"""Writes what every gate finds in its cases, `findings.json`: `python tools/gate_cases.py`."""

import json
import sys
from pathlib import Path

from generated_files import write_or_check
from support.gate_cases import FOLDER, cases, findings_file

from openmed.domain.digest import Json
from openmed.domain.gates.rules import GATES


def files() -> dict[Path, str]:
    """Every file, by path."""
    found: dict[str, dict[str, Json]] = {gate.id: {} for gate in GATES}
    for case in cases():
        found[case.gate][case.name] = case.finding
    return {findings_file(gate): _text(findings) for gate, findings in found.items()}


def owned() -> set[Path]:
    """The files that are there."""
    return set(FOLDER.glob("*/findings.json"))


def _text(findings: dict[str, Json]) -> str:
    return json.dumps(findings, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files(), owned=owned()))
