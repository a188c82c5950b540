"""What was measured in a fleet of one size, as JSON, as a picture and as a table for documents."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from large_fleet.changes import Change
from large_fleet.hot_spots import HotSpot
from large_fleet.picture import picture
from large_fleet.processes import Row
from openmed.adapters.host.host_info import read_host
from openmed.domain.wire import plain
from openmed.version import __version__

RUN: Final = "release run, nothing to do"
PLAN: Final = "release plan"
STATUS: Final = "release status"
VERIFY: Final = "release verify"
VERSION: Final = "openmed --version"
HELP: Final = "openmed --help"
NINJA: Final = "ninja"
STOCK_DOIT: Final = "doit, stock"
PYTHON: Final = "python -c pass"
_PLOTTED: Final = (RUN, PLAN, STATUS, VERIFY, NINJA, "make", STOCK_DOIT)


class Size(NamedTuple):
    """Everything measured in a fleet of one size.

    Attributes:
        slots: live slots.
        tasks: tasks of the pipeline's graph.
        made: seconds that growing to this size took; for the first, with measuring; 0 = not
            measured here.
        load: of the machine, over five minutes, when it was done.
        folders: bytes on disk by folder.
        rows: the programs.
        changes: what moved something.
        hot: where the time of a command goes, by name.
    """

    slots: int
    tasks: int
    made: float
    load: float
    folders: Mapping[str, int]
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    hot: Mapping[str, tuple[HotSpot, ...]]

    @property
    def all_rows(self) -> Mapping[str, Row]:
        """Programs and changes, by name."""
        return {row.name: row for row in (*self.rows, *(change.row for change in self.changes))}

    def change(self, name: str) -> Change | None:
        """What moved something, by name; None = not measured."""
        return next((change for change in self.changes if change.row.name == name), None)


def as_json(sizes: Sequence[Size]) -> str:
    """For programs."""
    content = {
        "schema": "openmed.fleet-benchmark/2",
        "engine": __version__,
        "host": plain(read_host()),
        "cores": os.cpu_count(),
        "sizes": [
            {
                **size._asdict(),
                "rows": [row._asdict() for row in size.rows],
                "changes": [
                    {**change._asdict(), "row": change.row._asdict()} for change in size.changes
                ],
                "hot": {
                    name: [spot._asdict() for spot in spots] for name, spots in size.hot.items()
                },
            }
            for size in sizes
        ],
    }
    return json.dumps(content, indent=1) + "\n"


def as_svg(sizes: Sequence[Size]) -> str:
    """The picture: seconds by slots."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        for name, row in size.all_rows.items():
            lines.setdefault(name, []).append((size.slots, row.seconds))
    moved = dict.fromkeys(change.row.name for size in sizes for change in size.changes)
    shown = {name: lines[name] for name in (*_PLOTTED, *moved) if name in lines}
    return picture(shown, title="Seconds of whole processes by slots")


def as_table(size: Size) -> str:
    """Table P: every program beside ninja and stock doit, in Markdown."""
    rows = size.all_rows
    ninja, doit = rows.get(NINJA), rows.get(STOCK_DOIT)
    lines = [
        f"| {size.slots:,} slots | runs | s | fastest | computing | to ninja | to doit | memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        ratios = " | ".join(_ratio(row, peer) for peer in (ninja, doit))
        lines.append(
            f"| {name} | {row.runs} | {_short(row.seconds)} | {_short(row.fastest)} | "
            f"{_short(row.computing)} | {ratios} | {row.memory / 1e6:,.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def _ratio(row: Row, peer: Row | None) -> str:
    return "" if peer is None else _short(row.seconds / peer.seconds)


def _short(value: float) -> str:
    """Two digits that count, and all before the point."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"  # noqa: PLR2004 - digits that are shown
