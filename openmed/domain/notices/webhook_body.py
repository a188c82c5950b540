"""What a webhook gets: a document of our own, or a message as Slack takes it."""

import json
from typing import Final

from openmed.domain.notices.inert import MOST_LINES, plain
from openmed.domain.notices.issues.texts import WORDS
from openmed.domain.notices.notice import Notice
from openmed.domain.notices.sinks_file import Shape

SCHEMA: Final = "openmed.webhook/1"


def webhook_body(notice: Notice, key: str, shape: Shape) -> bytes:
    """The bytes that are signed and sent.

    Args:
        notice: what is told.
        key: the delivery; equal for a repetition.
        shape: layout.
    """
    lines = [plain(line) for line in notice.lines[:MOST_LINES]]
    slot, next_step = plain(notice.slot), plain(notice.next_step)
    if shape == "slack":
        text = [f"{WORDS[notice.kind]}: {plain(notice.title)}", *lines, next_step]
        # Without its markup, and with the three characters that can begin a mention or a link.
        said = "\n".join(filter(None, text))
        said = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return json.dumps({"text": said, "mrkdwn": False}).encode()
    table = {
        "schema": SCHEMA,
        "id": key,
        "fingerprint": notice.fingerprint,
        "kind": notice.kind.value,
        "slot": slot,
        "about": [plain(one, 100) for one in notice.about[:MOST_LINES]],
        "title": plain(notice.title),
        "lines": lines,
        "next_step": next_step,
        "evidence": list(notice.evidence[:MOST_LINES]),
        "created": notice.created,
    }
    return json.dumps(table).encode()
