"""What run records add up to: the last run of each command, the next ones, every rollback."""

from collections.abc import Iterable, Sequence

from openmed.domain.digest import sha256_hex
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import dump


def last_runs(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The newest run of each command, by command.

    Args:
        runs: oldest first.
    """
    found = {run.command: run for run in runs}
    return tuple(found[command] for command in sorted(found))


def expected_runs(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The newest run of each command that said when the next one is expected.

    A run started by hand in between says nothing of it, and changes nothing.
    """
    return last_runs(run for run in runs if run.next_by is not None)


def rollbacks(runs: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """Runs that went back and measured how long it took, newest first; drills too."""
    return tuple(run for run in reversed(runs) if run.times is not None and run.times.last)


def undelivered(runs: Sequence[RunRecord]) -> int:
    """Messages that were not delivered when the newest run ended."""
    return dict(runs[-1].counts).get("undelivered", 0) if runs else 0


def runs_material(runs: Sequence[RunRecord]) -> dict[str, str]:
    """What pages of runs are made from, as a material of theirs; nothing where there are none."""
    return {"runs": sha256_hex(b"\n".join(map(dump, runs)))} if runs else {}
