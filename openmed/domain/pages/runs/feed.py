"""The Atom feed: every ledger entry and every run that did not end well, the newest.

Well formed, and the same for the same state; ids stay, so that a reader shows a thing once.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import escape

from openmed.domain.digest import digest_of
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.fleet_row import FleetInputs
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.phrases import sentence
from openmed.domain.pages.runs.run_view import meaning
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import digest_value
from openmed.exit_codes import ExitCode
from openmed.printable import printable

PATH: Final = "feed.atom"
MOST: Final = 50
"""Things in a feed."""
_LINES: Final = 20
"""Changes named of one entry."""
_NEVER: Final = "1970-01-01T00:00:00Z"
"""When a feed changed to which nothing happened."""


class FeedItem(NamedTuple):
    """One thing in the feed.

    Attributes:
        at: when it happened.
        id: its name for ever.
        title: one line.
        text: what happened.
    """

    at: str
    id: str
    title: str
    text: str


def render_feed(inputs: FleetInputs) -> RenderedFile:
    """The feed."""
    found = (*_of_ledger(inputs.state), *_of_runs(inputs.runs))
    items = sorted(found, reverse=True)[:MOST]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_id('feed')}</id>",
        "<title>OpenMed releases</title>",
        f"<updated>{items[0].at if items else _NEVER}</updated>",
        "<author><name>openmed</name></author>",
        *(line for item in items for line in _entry(item)),
        "</feed>",
    ]
    return RenderedFile(path=PATH, content="\n".join(lines) + "\n")


def _of_ledger(state: FleetState) -> Iterator[FeedItem]:
    for entry in state.entries[-MOST:]:
        said = [sentence(change) for change in entry.changes[:_LINES]]
        count = len(entry.changes)
        title = f"{entry.tag}: {said[0] if count == 1 else f'{count} changes'}"
        said += [f"and {count - _LINES} more"] if count > _LINES else []
        yield FeedItem(entry.time, _id(entry.digest), title, "\n".join(said))


def _of_runs(runs: Sequence[RunRecord]) -> Iterator[FeedItem]:
    bad = [run for run in runs if run.exit_code != ExitCode.DONE]
    for run in bad[-MOST:]:
        title = f"{run.command}: exit {run.exit_code} ({meaning(run)})"
        yield FeedItem(run.ended, _id(digest_value(run)), title, run.detail or title)


def _entry(item: FeedItem) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{item.id}</id>"
    yield f"<title>{_text(item.title)}</title>"
    yield f"<updated>{item.at}</updated>"
    yield f'<content type="text">{_text(item.text)}</content>'
    yield "</entry>"


def _text(text: str) -> str:
    return "\n".join(str(escape(printable(line))) for line in text.split("\n"))


def _id(name: str) -> str:
    """A UUID (version 8: of our own making) from a name, so that nothing is drawn by chance."""
    digits = digest_of(["openmed.feed/1", name])
    parts = (digits[:8], digits[8:12], f"8{digits[13:16]}", f"8{digits[17:20]}", digits[20:32])
    return f"urn:uuid:{'-'.join(parts)}"
