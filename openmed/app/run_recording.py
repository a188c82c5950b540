"""The record of one run: a mark when it starts, one line when it has ended, pages that show it.

Around a command, not in it: whatever ends one, a record says so. It never fails a run and holds up
none: it is written when the answer was given. What cannot be written is one line on stderr, after
a run that ended well; after another one, what made it fail is what to look at.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openmed.context import Context
from openmed.domain.digest import Json
from openmed.domain.records.recording import (
    ONLY_IN_CI,
    RECORDED,
    TRIGGERS,
    leaves_record,
    next_by_of,
    trigger_of,
)
from openmed.domain.text.exception_names import exception_name
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode

if TYPE_CHECKING:
    from openmed.domain.records.run_note import RunNote
    from openmed.domain.records.run_record import RunRecord

LOST: Final = 137
"""128 + SIGKILL, as shells report it of a process that could say nothing any more."""
LOST_DETAIL: Final = "ended without a word"
_NOT_SHARED: Final = frozenset({"pull-request"})
"""Triggers whose checkout may not change what is shared."""


class RunRecording:
    """Records the run of one command."""

    def __init__(self, context: Context, command: str) -> None:
        """Nothing is written yet.

        Args:
            context: the release repository, as of the start.
            command: what runs.
        """
        self._context = context
        self._command = command
        self._trigger = trigger_of(context.ci.event, is_ci=context.ci.is_there)

    def begin(self) -> None:
        """Leave the mark; a disk that refuses leaves none."""
        with suppress(OSError):
            self._context.start_marks.begin(
                command=self._command, trigger=self._trigger, started=self._context.now
            )

    def end(self, code: int, *, note: "RunNote", is_understood: bool = True) -> None:
        """Leave the record, and show it; what goes wrong in that is one line after a good run.

        Args:
            code: what the run exits with.
            note: what the run said of itself.
            is_understood: whether its command line was one.
        """
        try:
            self._end(code, note, is_understood=is_understood)
        except Exception as error:  # noqa: BLE001 - a record fails no run, whatever is wrong with it
            reason = error.message if isinstance(error, OpenMedError) else exception_name(error)
            if code == ExitCode.DONE:  # Else what made the run fail is what to look at.
                self._context.terminal.line(f"the record of this run is not whole: {reason}")

    def _end(self, code: int, note: "RunNote", *, is_understood: bool) -> None:
        context = self._context
        context.start_marks.end()
        is_left = leaves_record(
            self._command,
            trigger=self._trigger,
            is_idle=note.is_idle,
            is_understood=is_understood,
        )
        rows = list(self._left())
        if is_left:
            rows.append(self._record(code, note))
        for row in rows:
            context.run_records.append(row)
        if rows and self._command not in ONLY_IN_CI:
            self._show()

    def _record(self, code: int, note: "RunNote") -> "RunRecord":
        from openmed.domain.records.run_record import RunRecord  # noqa: PLC0415 - heavy

        context = self._context
        undelivered = _undelivered(context)
        return RunRecord(
            command=self._command,
            trigger=self._trigger,
            started=context.now,
            ended=max(context.now, context.at_this_moment().now),
            exit_code=code,
            tag=note.tag,
            counts=(*note.counts, *((("undelivered", undelivered),) if undelivered else ())),
            detail=note.detail,
            times=note.times,
            next_by=self._next_by(),
        )

    def _next_by(self) -> str | None:
        said = self._context.next_by
        if not said:
            return None
        at = next_by_of(said, started=self._context.now)
        if at is None:
            self._context.terminal.line("OPENMED_NEXT_BY is neither a time in UTC nor hours")
        return at

    def _left(self) -> Iterator["RunRecord"]:
        """Records of runs that ended without a word, found by the marks they left."""
        for facts in self._context.start_marks.take_left():
            row = _lost(facts)
            if row is not None:
                yield row

    def _show(self) -> None:
        """Share the records and write the pages that show them."""
        from openmed.pipeline.publishing.record_sharing import share_records  # noqa: PLC0415 - heavy
        from openmed.pipeline.regeneration import regenerate_status  # noqa: PLC0415 - heavy

        context = self._context.at_this_moment()
        if self._trigger not in _NOT_SHARED:
            share_records(context)
        regenerate_status(context)


def _undelivered(context: Context) -> int:
    """How many messages some sink has not got; nobody is asked, and no sink loaded for none."""
    waiting = len(context.outbox.waiting())
    if not context.deliveries.months():
        return waiting
    from openmed.app.notify import undelivered  # noqa: PLC0415 - heavy

    try:
        return undelivered(context)
    except (OpenMedError, OSError):
        return max(waiting, 1)  # Nobody knows who was told: that is not nothing.


def _lost(facts: Json) -> "RunRecord | None":
    """The record of a run that left its mark only; None where the mark is not one of ours."""
    from openmed.domain.records.run_record import RunRecord  # noqa: PLC0415 - heavy

    found = facts if isinstance(facts, dict) else {}
    command, trigger, started = (found.get(name) for name in ("command", "trigger", "started"))
    if not (isinstance(command, str) and isinstance(trigger, str) and isinstance(started, str)):
        return None
    if command not in RECORDED or trigger not in TRIGGERS:
        return None
    with suppress(ValueError):
        return RunRecord.model_validate(
            {
                "command": command,
                "trigger": trigger,
                "started": started,
                # When it ended nobody knows; it ran at its start.
                "ended": started,
                "exit_code": LOST,
                "detail": LOST_DETAIL,
            }
        )
    return None
