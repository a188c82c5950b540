"""What an adoption has found out so far, row by row: an interrupted one goes on from it.

One line of JSON a row, in the order in which rows were looked at, behind a line that says for what
catalogue. The journal of an adoption that came to its end is begun anew: the Hub may say something
else by then. What is in the queue is seen there, not here.
"""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from openmed.context import Context
from openmed.domain.digest import sha256_hex
from openmed.domain.inference.proposal.adoptable_row import Obstacle
from openmed.domain.wire import from_plain, plain, read_table
from openmed.errors import EvidenceError

FILE: Final = "adoption.jsonl"
"""Its name under `artifacts/`."""
_SCHEMA: Final = "openmed.adoption-journal/1"
_DONE: Final = b'{"done": true}'


class AdoptionJournal(NamedTuple):
    """Obstacles that were found, and lines not written yet.

    Attributes:
        name: path in the release repository.
        lines: what the file holds.
        known: obstacles, by repository.
    """

    name: str
    lines: list[bytes]
    known: dict[str, Obstacle]

    def add(self, repo_id: str, obstacle: Obstacle) -> None:
        """Note one more; `write` makes it last."""
        row = {"repo_id": repo_id, "obstacle": plain(obstacle)}
        self.lines.append(json.dumps(row).encode())
        self.known[repo_id] = obstacle

    def write(self, context: Context, *, is_done: bool = False) -> None:
        """Write what was noted."""
        lines = [*self.lines, *([_DONE] if is_done else [])]
        context.write_file(self.name, b"".join(line + b"\n" for line in lines))


def open_journal(context: Context, *, catalogue: bytes) -> AdoptionJournal:
    """The journal of this catalogue, as an interrupted adoption left it.

    Args:
        context: release repository.
        catalogue: the file that is adopted.
    """
    name = context.shown(context.artifacts / FILE)
    head = json.dumps({"schema": _SCHEMA, "catalogue": sha256_hex(catalogue)}).encode()
    lines = [line for line in (context.read_file(name) or b"").split(b"\n") if line]
    if lines[:1] != [head] or lines[-1] == _DONE:
        return AdoptionJournal(name, [head], {})
    found = [(line, _row(line)) for line in lines[1:]]
    good = [(line, row) for line, row in found if row is not None]
    return AdoptionJournal(name, [head, *(line for line, _ in good)], dict(row for _, row in good))


def _row(line: bytes) -> tuple[str, Obstacle] | None:
    """One row; None where the line is torn or was edited: the row is looked at again."""
    try:
        table: Mapping[str, object] = read_table(line, what="a line of the journal")
        obstacle = from_plain(Obstacle, table["obstacle"], what="a line of the journal")
    except (EvidenceError, KeyError):
        return None
    return str(table["repo_id"]), obstacle
