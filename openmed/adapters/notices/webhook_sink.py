"""The sink `webhook`: one POST a notice, signed with HMAC-SHA256, repeatable by its key.

`$OPENMED_WEBHOOK_URL` is the address, which is a secret at many services; `$OPENMED_WEBHOOK_SECRET`
signs `TIMESTAMP.BODY`. A receiver refuses an old timestamp, and drops a key that it has seen.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from openmed.adapters.notices.http import HttpClient, Sent, address_fault
from openmed.domain.digest import Json
from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.notice import Notice
from openmed.domain.notices.retrying import ReplyMeaning, meaning_of, sentence_of
from openmed.domain.notices.sinks_file import WebhookSettings
from openmed.domain.notices.webhook_body import webhook_body
from openmed.domain.wire import from_plain
from openmed.ports.notices import Answer, SinkMessage, SinkPlace

URL: Final = "OPENMED_WEBHOOK_URL"
SECRET: Final = "OPENMED_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
_ATTEMPTS: Final = 3
"""Posts of one message in one run."""
_MOST_LOST: Final = 2
"""Messages without an answer, in a row, after which the rest is left for the next run."""


class WebhookSink:
    """Posts to one address."""

    repeats = False

    def __init__(self, settings: Mapping[str, Json], place: SinkPlace) -> None:
        """Read the settings; nothing is sent yet."""
        self._shape = from_plain(WebhookSettings, settings, what="the sink webhook").shape
        environ = place.environ
        self._url = environ.get(URL, "")
        self._secret = environ.get(SECRET, "").encode()
        self._seconds = place.seconds
        self._http = HttpClient(wait=place.wait, seconds=place.seconds, patience=place.patience)

    @property
    def where(self) -> str:
        """The variable: the address itself may be a secret."""
        return f"the address in {URL}"

    def fault(self) -> str:
        """What is missing or may not be used."""
        if not self._url:
            return f"{URL} is not set"
        if not self._secret and self._shape == "generic":
            return f"{SECRET} is not set"
        wrong = address_fault(self._url)
        return f"{URL} {wrong}" if wrong else ""

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """One POST a message; what is refused holds up nothing else."""
        del standing
        answers: list[Answer] = []
        lost = 0
        for message in messages:
            if lost == _MOST_LOST:
                answers.append(Answer(DeliveryOutcome.LATER, answers[-1].says))
                continue
            answer = self._answer(message)
            answers.append(answer)
            lost = lost + 1 if answer.outcome is DeliveryOutcome.LATER else 0
        return answers

    def _answer(self, message: SinkMessage) -> Answer:
        body = webhook_body(message.notice, message.key, self._shape)
        # Slack shows every post, so there nothing is sent twice in one run.
        reply = self._http.repeated(
            lambda: self._post(body, message.key),
            is_safe=lost_may_repeat(self._shape),
            attempts=_ATTEMPTS,
        )
        match meaning_of(reply):
            case ReplyMeaning.DONE:
                return Answer(DeliveryOutcome.DELIVERED)
            case ReplyMeaning.REFUSED:
                return Answer(DeliveryOutcome.REFUSED, f"the webhook {sentence_of(reply)}")
            case _:
                return Answer(DeliveryOutcome.LATER, f"the webhook {sentence_of(reply)}")

    def _post(self, body: bytes, key: str) -> Sent:
        stamp = str(int(self._seconds()))
        headers = {
            "content-type": "application/json",
            "idempotency-key": key,
            "x-openmed-timestamp": stamp,
        }
        if self._secret:
            headers["x-openmed-signature"] = f"v1={signature(self._secret, stamp, body)}"
        return self._http.send("POST", self._url, headers, body)


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 of `TIMESTAMP.BODY`, in hexadecimal digits."""
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def lost_may_repeat(shape: str) -> bool:
    """Whether a receiver of a shape can tell a repetition by its key."""
    return shape == "generic"
