"""Smoke: does what is served load and answer in a clean process; whose fault is it if not.

A model that fails twice is not yet a regression: a machine without a jail or with a broken library
fails every model. So the release before it is loaded in the same way: if that works, the machine
is fine and the model is not; if it fails too, going back would help nobody, and a person must look.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.monitor_check import (
    MonitorCheck,
    alarm_of,
    event_of,
    gathered,
    named_few,
)
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.text.span import Document

_TEXTS: Final = (
    "Patient Jordan Sample, born 04/12/1961, was seen on 3 March 2024 in Springfield.",
    "Call 555-0142 or write to j.sample@example.org; record number MRN 0000000, SSN 000-00-0000.",
    "No identifiers are mentioned in this sentence about rest, water and a follow-up.",
)
PROBE: Final = tuple(
    Document(
        id=f"probe-{number}",
        language="en",
        family="probe",
        slice="base",
        smoke=True,
        text=text,
        spans=(),
    )
    for number, text in enumerate(_TEXTS, start=1)
)
"""Written for this; nobody's data. What is found in it is not judged, only that it is answered."""


class TrialState(StrEnum):
    """What came of loading and running one release."""

    RAN = "ran"
    FAILED = "failed"
    """It was started as it must be, and did not load or answer."""
    NOT_TRIED = "not_tried"
    """It could not be started as it must be; nothing is known of it."""
    DAMAGED = "damaged"
    """What the registry gave was not what was released."""


class Trial(NamedTuple):
    """One try.

    Attributes:
        state: what came of it.
        reason: why it did not run; empty when it did.
    """

    state: TrialState
    reason: str = ""


class SmokeTrial(NamedTuple):
    """One live release that was tried.

    Attributes:
        live: the release.
        trial: what came of it.
        control: what came of the release before it, tried in the same way; None where the live
            one ran, or there is none.
    """

    live: LiveRelease
    trial: Trial
    control: Trial | None = None

    @property
    def is_regression(self) -> bool:
        """Whether the model failed, and not this machine."""
        if self.trial.state is not TrialState.FAILED:
            return False
        return self.control is None or self.control.state is not TrialState.FAILED


def answer_fault(answers: Sequence[DocumentPredictions]) -> str:
    """Why the answers to the probe are none; empty when every document was answered.

    Args:
        answers: one for each document of the probe, in order.
    """
    if [row.document for row in answers] != [row.id for row in PROBE]:
        return "it did not answer the documents it was asked"
    failed = [row for row in answers if row.status is not Status.OK]
    if failed:
        return f"{len(failed)} of {len(PROBE)} probe documents were not answered: {failed[0].fault}"
    lengths = {row.id: len(row.text) for row in PROBE}
    for row in answers:
        for span in row.spans:
            if not 0 <= span.start < span.end <= lengths[row.document]:
                return f"a span of {row.document} ends outside the document"
    return ""


def smoke_share(
    live: Sequence[LiveRelease], *, most: int, after: str, since: str
) -> tuple[LiveRelease, ...]:
    """The releases that are tried this time, so that every one has its turn.

    Those that became live since the last look come first, then the slots behind the last one that
    was tried, by name, from the start again when the end is reached.

    Args:
        live: everything that may be tried, by slot.
        most: how many.
        after: last slot that was tried; empty = none was.
        since: when the last look was; empty = never.
    """
    rows = sorted(live, key=lambda row: row.release.slot)
    behind = [row for row in rows if row.release.slot > after]
    turn = [*behind, *(row for row in rows if row.release.slot <= after)]
    new = [row for row in turn if since and row.time > since]
    rest = [row for row in turn if not (since and row.time > since)]
    return tuple((*new, *rest)[:most])


def last_of_turn(share: Iterable[LiveRelease], *, since: str, after: str) -> str:
    """The slot behind which the next look goes on.

    Args:
        share: what was tried this time, in its order.
        since: as for `smoke_share`.
        after: as for `smoke_share`; stays where only new releases were tried.
    """
    turn = [row.release.slot for row in share if not (since and row.time > since)]
    return turn[-1] if turn else after


def smoke_check(trials: Sequence[SmokeTrial], *, left_out: int, now: str) -> MonitorCheck:
    """Events for models that failed, alarms for what could not be tried.

    Args:
        trials: what was tried.
        left_out: live releases that were not tried this time.
        now: when.
    """
    failed = [row for row in trials if row.is_regression]
    damaged = [row for row in trials if row.trial.state is TrialState.DAMAGED]
    unknown = [
        row
        for row in trials
        if row.trial.state in (TrialState.NOT_TRIED, TrialState.FAILED) and not row.is_regression
    ]
    ran = sum(1 for row in trials if row.trial.state is TrialState.RAN)
    parts = [f"{ran} of {len(trials)} loaded and answered"]
    parts += [f"{len(failed)} failed: {_names(failed)}"] if failed else []
    parts += [f"{len(damaged)} damaged: {_names(damaged)}"] if damaged else []
    parts += [f"{len(unknown)} could not be tried here"] if unknown else []
    parts += [f"{left_out} not tried this time"] if left_out else []
    load, integrity = RegressionKind.LOAD_FAILURE, RegressionKind.INTEGRITY
    return MonitorCheck(
        name="smoke",
        looked_at=len(trials) - len(unknown),
        left_out=left_out + len(unknown),
        says="; ".join(parts),
        events=(
            *(event_of(row.live, load, row.trial.reason, now=now) for row in failed),
            *(event_of(row.live, integrity, row.trial.reason, now=now) for row in damaged),
        ),
        alarms=gathered(
            [
                alarm_of(
                    AlarmKind.NO_SIGNAL,
                    _why_unknown(row),
                    now=now,
                    slot=row.live.release.slot,
                    next_step="openmed doctor",
                )
                for row in unknown
            ]
        ),
    )


def _why_unknown(row: SmokeTrial) -> str:
    if row.trial.state is TrialState.NOT_TRIED:
        return f"it could not be tried here: {row.trial.reason}"
    return f"neither it nor the release before it runs here: {row.trial.reason}"


def _names(rows: Iterable[SmokeTrial]) -> str:
    return named_few(row.live.release.slot for row in rows)
