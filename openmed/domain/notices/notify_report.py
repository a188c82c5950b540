"""The answer of `openmed notify`: what became of the messages that waited."""

from typing import Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Line
from openmed.domain.notices.delivery import DeliveryOutcome


class SinkReport(Frozen):
    """One sink.

    Attributes:
        name: as it is installed.
        where: where people read it.
        fault: what this process lacks to use it; empty when nothing.
        messages: how many it was to be given, or would be.
        delivered: how many arrived.
    """

    name: Line
    where: Line
    fault: Line
    messages: int
    delivered: int


class Undelivered(Frozen):
    """One message that did not reach one sink.

    Attributes:
        sink: which.
        slot: slot the message is about; empty = the fleet.
        title: its title.
        outcome: tried again, or refused.
        says: why.
    """

    sink: Line
    slot: Line
    title: Line
    outcome: DeliveryOutcome
    says: Line


class NotifyReport(Frozen):
    """Everything.

    Attributes:
        is_dry_run: whether nobody was told.
        sinks: each sink in use.
        undelivered: what did not arrive; it waits for the next run.
    """

    schema_: Literal["openmed.notify/1"] = Field(default="openmed.notify/1", alias="schema")
    is_dry_run: bool
    sinks: tuple[SinkReport, ...]
    undelivered: tuple[Undelivered, ...]
