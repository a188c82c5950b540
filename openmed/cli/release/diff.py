"""`openmed release diff`: what differs between two tags."""

from collections.abc import Iterator
from pathlib import Path

import click

from openmed.app.history import read_difference
from openmed.cli.output import (
    columns,
    emit_json,
    handle_errors,
    print_document,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import table
from openmed.context import open_context
from openmed.domain.pages.fleet_difference import DifferenceKind, FleetDifference, SlotDifference
from openmed.domain.text.number_format import points, share_of_one
from openmed.domain.wire import plain

HEADINGS = ("SLOT", "CHANGE", "RECALL", "THEN", "DELTA", "ARTIFACT", "FILES")


@click.command(cls=Command)
@click.argument("before", metavar="TAG")
@click.argument("after", metavar="TAG")
@shared_options
@click.option("--md", "as_markdown", is_flag=True, help="As Markdown, for a pull request.")
@handle_errors
def diff(*, before: str, after: str, root: Path, as_json: bool, as_markdown: bool) -> None:
    """Compare the fleet at two tags.

    Example: openmed release diff 2026.11.24-1 2026.11.25-1 --md
    """
    found = read_difference(open_context(root, quiet=True), before, after)
    if as_json:
        emit_json("release diff", plain(found))
    elif as_markdown:
        print_document("\n".join(_markdown(found)))
    else:
        print_text("\n".join(_lines(found)))


def _lines(found: FleetDifference) -> Iterator[str]:
    if not found.slots:
        yield "Nothing was live at either tag."
        return
    yield from table(HEADINGS, map(_cells, found.slots), width=columns())
    for row in found.slots:
        for label in row.labels:
            delta = _delta(label.before, label.after)
            told = f"{share_of_one(label.before)} → {share_of_one(label.after)}"
            yield f"  {row.slot}: {label.label} {told} ({points(delta)})"


def _markdown(found: FleetDifference) -> Iterator[str]:
    yield f"### {found.before} → {found.after}\n"
    yield f"| {' | '.join(heading.lower() for heading in HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for row in found.slots:
        yield f"| {' | '.join(_cells(row))} |"
    for row in found.slots:
        if row.labels:
            yield f"\n<details><summary>{row.slot}: {len(row.labels)} labels differ</summary>\n"
            yield "| label | recall | then | delta |\n|---|---|---|---|"
            for label in row.labels:
                delta = points(_delta(label.before, label.after))
                told = f"{share_of_one(label.before)} | {share_of_one(label.after)}"
                yield f"| {label.label} | {told} | {delta} |"
            yield "\n</details>"


def _cells(row: SlotDifference) -> tuple[str, ...]:
    delta = _delta(row.recall_before, row.recall_after) if row.is_comparable else None
    files = len(row.files_added) + len(row.files_removed) + len(row.files_changed)
    return (
        row.slot,
        row.kind.value,
        share_of_one(row.recall_before) if row.before else "-",
        share_of_one(row.recall_after) if row.after else "-",
        points(delta),
        f"{(row.before or '-')[:12]} → {(row.after or '-')[:12]}",
        "-" if row.kind is DifferenceKind.SAME else str(files),
    )


def _delta(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
