"""What was found out of a new candidate, and what was written, as text."""

from openmed.app.add_candidate import Addition
from openmed.cli.render.layout import folded, table
from openmed.domain.candidates.queue_file import queue_row


def added_text(made: Addition, *, is_dry_run: bool, width: int) -> str:
    """The answer of `openmed candidate add`.

    Args:
        made: what was added.
        is_dry_run: whether nothing was written.
        width: columns there are.
    """
    slot = made.candidate.slot
    rows = [(one.what, one.value, one.place) for one in made.found]
    lines = [f"{slot} {'can be added' if is_dry_run else 'is in the queue'}.", ""]
    lines += table(("WHAT", "IS", "FOUND IN"), rows, width=width)
    said = [f"It answered {made.tried} documents, alone and together, with the same spans."]
    if made.unjudged:
        names = ", ".join(made.unjudged)
        said.append(f"Not declared, because no suite here has gold enough of them: {names}.")
    if made.unfound:
        names = ", ".join(f"{one.label} ({one.found} of {one.gold})" for one in made.unfound)
        is_declared = made.unfound[0].label in made.candidate.labels
        what = "It finds none of them here" if is_declared else "Not declared, because not found"
        said.append(f"{what}: {names}.")
    word = "would be written" if is_dry_run else "written"
    said.append(f"{word}: {', '.join(made.files)}")
    lines += ["", *(line for one in said for line in folded(one, width=width))]
    if is_dry_run:
        lines += ["", *queue_row(made.candidate).splitlines()]
    lines.append(f"next: openmed policy suggest {slot}")
    return "\n".join(lines)
