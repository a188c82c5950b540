"""Looks of the status monitor, recorded as the command records them."""

from contextlib import suppress

from support.places import Place

from openmed.app.monitor_status import StatusLimits
from openmed.domain.monitoring.health.monitor_check import MonitorStatus
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.results.monitor_record import note_of_look
from openmed.errors import IntegrityError

DAY = 24
LIMITS = StatusLimits(
    smoke=0,
    evidence_hours=35 * DAY,
    nightly_hours=3 * DAY,
    status_hours=3 * DAY,
    message_hours=1,
    key_hours=2 * DAY,
)


def record_of_look(status: MonitorStatus) -> RunRecord:
    """The record of one look, which took no time."""
    note = note_of_look(status)
    return RunRecord(
        command="monitor status",
        trigger="schedule",
        started=status.time,
        ended=status.time,
        exit_code=status.exit_code,
        counts=note.counts,
        detail=note.detail,
    )


def recorded(place: Place, status: MonitorStatus) -> MonitorStatus:
    """A look, after its record was left and shown."""
    place.world.run_records.append(record_of_look(status))
    with suppress(IntegrityError):  # As the command: what cannot be shown fails no look.
        place.regenerate()
    return status
