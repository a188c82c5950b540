"""The page of one tag, and the same as JSON: `notes/TAG/`. The newest tags have one.

Older notes are made by `openmed release notes TAG`: a page for each of thousands of tags would be
written again whenever an engine words them otherwise.
"""

from typing import Final

from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import RenderedFile, Template
from openmed.domain.pages.notes.release_notes import ReleaseNotes
from openmed.domain.wire import pretty

KIND: Final = "notes"
"""Kind of these pages, and their folder."""
NEWEST: Final = 30
"""Tags that have a page."""
MOST_SLOTS: Final = 20
"""Slots of one tag whose evidence its page shows."""


def noted(state: FleetState) -> tuple[Entry, ...]:
    """Entries that have a page, newest first."""
    return tuple(reversed(state.entries[-NEWEST:]))


def render_notes(notes: ReleaseNotes, templates: tuple[Template, ...]) -> tuple[RenderedFile, ...]:
    """Both files of one tag."""
    folder = f"{KIND}/{notes.tag}"
    return (
        render(templates, "notes.html.j2", f"{folder}/index.html", {"notes": notes}),
        RenderedFile(path=f"{folder}/notes.json", content=pretty(notes).decode()),
    )
