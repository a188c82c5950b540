"""Files derived from the ledger under `gates/`: last-green metrics and quarantine files.

Nothing reads them to decide; any command writes them again.
"""

from openmed.domain.digest import Json
from openmed.domain.ledger.fleet_facts import QuarantineFact
from openmed.domain.pages.baseline import BASELINE, baseline_file
from openmed.domain.pages.fleet_row import FleetInputs
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.wire import plain, pretty

QUARANTINE = "quarantine"
"""Folder of the quarantine files."""


def render_records(inputs: FleetInputs) -> tuple[RenderedFile, ...]:
    """Every derived file, by its path under `gates/`."""
    if not inputs.state.entries:
        return ()
    lines = [row.baseline for row in inputs.rows]
    condemned = {row.fact.artifact: row for row in reversed(inputs.state.quarantines)}
    return (
        RenderedFile(path=BASELINE, content=baseline_file(lines)),
        *(
            RenderedFile(
                path=f"{QUARANTINE}/{artifact}.json", content=pretty(_quarantine(row)).decode()
            )
            for artifact, row in condemned.items()
        ),
    )


def _quarantine(row: QuarantineFact) -> Json:
    return {"since": row.time, "tag": row.tag, "fact": plain(row.fact)}
