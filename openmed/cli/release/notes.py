"""`openmed release notes`: the release notes of one tag."""

from pathlib import Path

import click

from openmed.app.release_notes import release_notes
from openmed.cli.output import emit_json, handle_errors, print_document, shared_options
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.pages.notes.notes_text import notes_markdown
from openmed.domain.wire import plain


@click.command(cls=Command)
@click.argument("tag")
@shared_options
@handle_errors
def notes(*, tag: str, root: Path, as_json: bool) -> None:
    """Write the release notes of TAG.

    Spans lost and gained, gates, waivers, files, who and why: Markdown, or one JSON document.

    Example: openmed release notes 2026.11.25-1
    """
    found = release_notes(open_context(root, quiet=True), tag)
    if as_json:
        emit_json("release notes", plain(found.notes))
        return
    trigger = found.record.trigger if found.record else ""
    print_document(notes_markdown(found.notes, trigger=trigger))
