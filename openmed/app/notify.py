"""Deliver what waits: from the outbox, and what earlier runs here or elsewhere could not.

A message leaves the outbox when every sink has it. What a sink did not take has a record in
`gates/notices/`, with the message in it, so that a run in a fresh checkout goes on.
"""

from collections.abc import Mapping

from openmed.context import Context
from openmed.domain.digest import digest_of
from openmed.domain.notices.delivery import (
    Deliveries,
    Delivery,
    DeliveryOutcome,
    ToldTrouble,
    content_digest,
    is_newer,
    needs_record,
)
from openmed.domain.notices.inert import line
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.notices.notify_report import NotifyReport, SinkReport, Undelivered
from openmed.domain.wire import digest_value
from openmed.ports.notices import Answer, NoticeSink, SinkMessage

_MOST_SAYS = 300


def deliver(context: Context, *, is_dry_run: bool = False) -> NotifyReport:
    """Deliver every message that waits to every sink that has not got it.

    Args:
        context: the release repository.
        is_dry_run: only find out what would be delivered; nobody is asked, nothing is written.

    Raises:
        UsageError: `gates/notices.toml` cannot be used.
    """
    installed = context.sinks
    known = Deliveries(context.deliveries.read())
    posted = context.outbox.waiting()
    troubles = known.troubles(posted)
    waiting = _waiting(posted, known, installed.sinks)
    standing = tuple(
        trouble.cause for trouble in troubles.values() if trouble.good_runs < installed.good_runs
    )
    sinks, lines = [], []
    for name, sink in installed.sinks.items():
        messages = tuple(
            SinkMessage(
                notice,
                digest_of([name, digest_value(notice)]),
                has_ended=_has_ended(troubles.get(notice.fingerprint), installed.good_runs),
                ref=known.ref(notice, name),
            )
            for notice in waiting
            if _is_told(notice, name, sink, known)
        )
        fault = sink.fault()
        answers = [] if is_dry_run else _answers(sink, fault, messages, standing)
        told = [
            Delivery(
                sink=name, outcome=answer.outcome, says=line(answer.says, _MOST_SAYS),
                ref=answer.ref, at=context.now, notice=message.notice,
            )
            for message, answer in zip(messages, answers, strict=not is_dry_run)
        ]  # fmt: skip
        lines += told
        arrived = sum(one.outcome is DeliveryOutcome.DELIVERED for one in told)
        sinks.append(
            SinkReport(
                name=name, where=line(sink.where), fault=line(fault),
                messages=len(messages), delivered=arrived,
            )
        )  # fmt: skip
    if not is_dry_run:
        _keep(context, known, waiting, lines)
    return NotifyReport(
        is_dry_run=is_dry_run,
        sinks=tuple(sinks),
        undelivered=tuple(
            Undelivered(
                sink=one.sink, slot=line(one.notice.slot), title=line(one.notice.title),
                outcome=one.outcome, says=one.says,
            )
            for one in lines
            if one.outcome is not DeliveryOutcome.DELIVERED
        ),
    )  # fmt: skip


def delivered(context: Context) -> int:
    """Deliver what waits; gives how many messages some sink did not take.

    Raises:
        UsageError: `gates/notices.toml` cannot be used.
    """
    return len({(one.slot, one.title) for one in deliver(context).undelivered})


def undelivered(context: Context) -> int:
    """How many messages wait that some sink in use has not got; asks nobody.

    What is in the outbox counts, whether or not it was tried.

    Raises:
        UsageError: `gates/notices.toml` cannot be used.
    """
    known = Deliveries(context.deliveries.read())
    left = {one.notice.fingerprint for one in known.undelivered(context.sinks.sinks)}
    return len(left | {notice.fingerprint for notice in context.outbox.waiting()})


def standing_troubles(context: Context) -> tuple[ToldTrouble, ...]:
    """Troubles that people were, or are to be, told of, and that too few good runs found gone."""
    known = Deliveries(context.deliveries.read())
    most = context.sinks.good_runs
    found = known.troubles(context.outbox.waiting()).values()
    return tuple(trouble for trouble in found if trouble.good_runs < most)


def _waiting(
    posted: tuple[Notice, ...], known: Deliveries, sinks: Mapping[str, NoticeSink]
) -> tuple[Notice, ...]:
    """One notice a trouble, the newest, by fingerprint."""
    newest: dict[str, Notice] = {}
    for notice in (*(one.notice for one in known.undelivered(sinks)), *posted):
        if is_newer(notice, newest.get(notice.fingerprint)):
            newest[notice.fingerprint] = notice
    return tuple(newest[name] for name in sorted(newest))


def _is_told(notice: Notice, name: str, sink: NoticeSink, known: Deliveries) -> bool:
    """Whether a sink is given a notice: nothing twice, and no end of what it never heard of."""
    before = known.last_delivered(notice, name)
    if before == notice:
        return False
    if sink.repeats:
        return True
    if before is None:
        return notice.kind is not NoticeKind.RECOVERED
    return content_digest(before) != content_digest(notice)


def _has_ended(trouble: ToldTrouble | None, good_runs: int) -> bool:
    return trouble is not None and trouble.good_runs >= good_runs


def _answers(
    sink: NoticeSink, fault: str, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
) -> list[Answer]:
    if not messages:
        return []
    if fault:
        return [Answer(DeliveryOutcome.LATER, fault, message.ref) for message in messages]
    return sink.deliver(messages, standing)


def _keep(
    context: Context, known: Deliveries, waiting: tuple[Notice, ...], lines: list[Delivery]
) -> None:
    """Records first: a message that is in neither place would be lost."""
    new = [one for one in lines if needs_record(one, known.last(one.notice, one.sink))]
    context.deliveries.append(new)
    left = {one.notice.fingerprint for one in lines if one.outcome is not DeliveryOutcome.DELIVERED}
    for notice in waiting:
        if notice.fingerprint not in left:
            context.outbox.take(notice)
