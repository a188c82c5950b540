"""Posts over real sockets: signed, repeatable by key, one for each change."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.github.nights import WEBHOOK, Nights, trouble, use_receiver
from support.github.receiver import Receiver, receiving

from openmed.app.notify import undelivered

SLOT = "pii::tiny::onnx"
HELD = trouble(SLOT)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiving() as receiver:
        use_receiver(monkeypatch, receiver)
        yield receiver


@pytest.fixture
def nights(tmp_path: Path, receiver: Receiver) -> Nights:
    """A repository that tells the webhook only."""
    assert receiver.url
    return Nights(tmp_path, WEBHOOK)


def test_what_changed_is_posted_once(nights: Nights, receiver: Receiver) -> None:
    """Not every night again; the end of it once; its return again; each signed."""
    for notices, ended in (
        ([HELD], []), ([HELD], []), ([trouble(SLOT, reason="fewer")], []), ([], [HELD]),
        ([], [HELD]), ([HELD], []),
    ):  # fmt: skip
        assert nights.run(notices, ended=ended).undelivered == ()
    kinds = [json.loads(body)["kind"] for _, body in receiver.posts]
    assert kinds == ["held", "held", "recovered", "held"]
    assert (receiver.unsigned, len(receiver.seen)) == (0, 4)


def test_the_end_of_what_was_never_told_is_not_told(nights: Nights, receiver: Receiver) -> None:
    """There is nothing to take back."""
    nights.run(ended=[HELD])
    assert receiver.posts == []


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503])
def test_a_lost_post_is_repeated_with_its_key(
    nights: Nights, receiver: Receiver, status: int
) -> None:
    """A receiver that drops keys it has seen gets one message."""
    receiver.statuses = [status]
    assert nights.run([HELD]).undelivered == ()
    assert (len(receiver.posts), len(receiver.seen)) == (2, 1)
    assert nights.waits == [3.0 if status == 429 else 1.0]


def test_a_receiver_that_is_down(nights: Nights, receiver: Receiver) -> None:
    """Tried for two messages, not for all; counted; and delivered by the next run, elsewhere."""
    held = [trouble(f"pii::t{number}::onnx") for number in range(9)]
    receiver.statuses = [503] * 100
    assert len(nights.run(held).undelivered) == 9
    assert (len(receiver.posts), undelivered(nights.context())) == (6, 9)
    receiver.statuses = []
    receiver.posts.clear()
    assert nights.run().undelivered == ()
    assert (len(receiver.posts), undelivered(nights.context())) == (9, 0)


def test_the_newest_is_delivered(nights: Nights, receiver: Receiver) -> None:
    """What it replaced is not."""
    receiver.statuses = [503] * 100
    nights.run([HELD])
    receiver.statuses = []
    receiver.posts.clear()
    nights.run([trouble(SLOT, reason="newer")])
    assert [json.loads(body)["lines"] for _, body in receiver.posts] == [["newer"]]


def test_what_is_refused_holds_up_nothing_else(nights: Nights, receiver: Receiver) -> None:
    """It is asked once a run, and said."""
    receiver.refused.add(b"t1")
    held = [trouble(f"pii::t{number}::onnx") for number in range(3)]
    (one,) = nights.run(held).undelivered
    assert (one.slot, one.outcome.value) == ("pii::t1::onnx", "refused")
    assert one.says == "the webhook replied HTTP 400"
    nights.run()
    assert (len(receiver.posts), undelivered(nights.context())) == (4, 1)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("OPENMED_WEBHOOK_URL", "", "OPENMED_WEBHOOK_URL is not set"),
        ("OPENMED_WEBHOOK_SECRET", "", "OPENMED_WEBHOOK_SECRET is not set"),
        ("OPENMED_WEBHOOK_URL", "http://hook.example/secret", "OPENMED_WEBHOOK_URL is not https"),
    ],
)
def test_what_is_missing_is_said(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """The message waits; the address, which may be a secret, is in no answer."""
    monkeypatch.setenv(name, value)
    (one,) = nights.run([HELD]).undelivered
    assert (one.outcome.value, one.says) == ("later", says)


def test_the_shape_of_slack(nights: Nights, receiver: Receiver) -> None:
    """Text without markup; a lost reply is not repeated in the same run, since it would show."""
    nights.settings(WEBHOOK + 'shape = "slack"\n')
    receiver.statuses = [0]
    assert len(nights.run([trouble(SLOT, reason="<!channel> & <@U1>")]).undelivered) == 1
    assert len(receiver.posts) == 1
    table = json.loads(receiver.posts[0][1])
    assert table.keys() == {"text", "mrkdwn"}
    assert table["mrkdwn"] is False
    assert "<" not in table["text"]
    assert "&lt;" in table["text"]
