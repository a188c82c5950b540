"""Sinks of other packages, and records of two machines: nothing is lost, nobody is held up."""

from pathlib import Path
from typing import Any

import pytest
from support.github.nights import trouble

from openmed.adapters.code.entry_points import Extension
from openmed.adapters.notices.delivery_records import DeliveryRecords
from openmed.adapters.notices.installed_sinks import GuardedSink
from openmed.domain.notices.delivery import Deliveries, Delivery, DeliveryOutcome
from openmed.domain.notices.notice import Notice
from openmed.ports.notices import Answer, SinkMessage

PRIVATE = "Ann Quill 123-45-6789"
HELD = trouble("pii::tiny::onnx")
MESSAGES = (SinkMessage(HELD, "k", has_ended=False, ref="7"),)


class _Foreign:
    """A sink that does something wrong."""

    where = "somewhere"
    repeats = True

    def __init__(self, harm: Any) -> None:  # noqa: ANN401 - an exception or answers
        self._harm = harm

    def fault(self) -> str:
        """It lacks nothing."""
        return ""

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """Do it."""
        del messages, standing
        if isinstance(self._harm, BaseException):
            raise self._harm
        answers: list[Answer] = self._harm
        return answers


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (ValueError(PRIVATE), "the sink x of y failed: ValueError"),
        (
            type(PRIVATE, (Exception,), {})(PRIVATE),
            "the sink x of y failed: an exception of its own (Exception)",
        ),
        (OSError(5, "Input/output error", PRIVATE), "the sink x of y failed: Input/output error"),
        ([], "the sink x of y failed: 0 answers to 1 messages"),
    ],
)
def test_whatever_a_sink_does_its_messages_wait(harm: object, says: str) -> None:
    """And what it raises is told by its type only."""
    sink = GuardedSink(Extension("the sink x of y", "y", None), _Foreign(harm))
    (answer,) = sink.deliver(MESSAGES, ())
    assert (answer.outcome, answer.ref, answer.says) == (DeliveryOutcome.LATER, "7", says)


def _line(slot: str, outcome: DeliveryOutcome, at: str) -> Delivery:
    return Delivery(sink="github", outcome=outcome, at=at, notice=trouble(slot))


def test_two_machines_keep_the_lines_of_both(tmp_path: Path) -> None:
    """Each once; the newest of a trouble counts, wherever it was written."""
    here, there = DeliveryRecords(tmp_path / "a"), DeliveryRecords(tmp_path / "b")
    both = _line("pii::a::onnx", DeliveryOutcome.LATER, "2026-11-29T12:00:00Z")
    newer = _line("pii::a::onnx", DeliveryOutcome.DELIVERED, "2026-11-29T12:00:02Z")
    other = _line("pii::b::onnx", DeliveryOutcome.REFUSED, "2026-11-30T12:00:00Z")
    here.append([both, other])
    there.append([both, newer])
    for one, another in ((here, "b"), (there, "a")):
        one.unite("2026-11", (tmp_path / another / "notices" / "2026-11.jsonl").read_bytes())
    assert sorted(here.read(), key=str) == sorted(there.read(), key=str)
    assert len(here.read()) == 3
    assert [one.notice.slot for one in Deliveries(here.read()).undelivered(["github"])] == [
        "pii::b::onnx"
    ]
    assert Deliveries(here.read()).undelivered(["webhook"]) == ()


def test_a_torn_line_costs_that_line_only(tmp_path: Path) -> None:
    """What comes after it is on a line of its own; by month."""
    records = DeliveryRecords(tmp_path)
    records.append([_line("pii::a::onnx", DeliveryOutcome.LATER, "2026-11-29T12:00:00Z")])
    path = tmp_path / "notices" / "2026-11.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    records.append([_line("pii::b::onnx", DeliveryOutcome.LATER, "2026-11-29T12:00:00Z")])
    records.append([_line("pii::c::onnx", DeliveryOutcome.LATER, "2026-12-01T12:00:00Z")])
    assert ["pii::b::onnx", "pii::c::onnx"] == [one.notice.slot for one in records.read()]
    assert records.months() == ("2026-11", "2026-12")
