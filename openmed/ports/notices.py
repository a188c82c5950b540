"""Who carries notices to people."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.notice import Notice


class SinkMessage(NamedTuple):
    """A notice on its way to one sink.

    Attributes:
        notice: what is told.
        key: equal for equal deliveries, so that a receiver can tell a repetition.
        has_ended: whether enough good runs found the trouble gone.
        ref: what the sink made of an earlier notice of this trouble; empty when nothing is known.
    """

    notice: Notice
    key: str
    has_ended: bool
    ref: str = ""


class Answer(NamedTuple):
    """What became of one message.

    Attributes:
        outcome: whether it arrived.
        says: why not; empty when it did.
        ref: what the sink made of it.
    """

    outcome: DeliveryOutcome
    says: str = ""
    ref: str = ""


class NoticeSink(Protocol):
    """One place in which people read.

    `repeats` is whether it is given what it was told before: true for a sink that compares with
    what stands there, false for one that shows every message it gets.
    """

    @property
    def where(self) -> str:
        """Where it is, for a person: an address without secrets."""

    @property
    def repeats(self) -> bool:
        """Whether equal messages are given again."""

    def fault(self) -> str:
        """What this process lacks to use it; empty when nothing. Asks nobody."""

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """Deliver, and say of each message what became of it, in their order.

        Args:
            messages: one a trouble.
            standing: every trouble that stands now, those of earlier runs too.
        """


class SinkPlace(NamedTuple):
    """What a sink is given beside its settings.

    Attributes:
        artifacts: folder of products.
        environ: variables of this process; may hold credentials.
        wait: waits so many seconds.
        seconds: seconds since 1970.
        patience: longest wait for a reply, in seconds.
    """

    artifacts: str
    environ: Mapping[str, str]
    wait: Callable[[float], None]
    seconds: Callable[[], float]
    patience: float
