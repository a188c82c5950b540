"""`openmed adopt`: from a catalogue of published models to rows of the queue."""

from pathlib import Path

import click

from openmed.app.adopt import AdoptionReport, AdoptionRequest, adopt
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.adoption_text import adoption_text
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode

_MOST_CALLS = 10_000


@click.command("adopt", cls=Command)
@click.argument("catalogue", type=click.Path(path_type=Path, dir_okay=False))
@shared_options
@click.option("--family", "families", multiple=True, help="Only this family; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="Most rows that are added.")
@click.option(
    "--calls",
    type=click.IntRange(min=1),
    default=_MOST_CALLS,
    show_default=True,
    help="Most questions to the Hub.",
)
@click.option("--rows", "shows_rows", is_flag=True, help="Say of every row what became of it.")
@click.option("--dry-run", is_flag=True, help="Look, and write nothing.")
@handle_errors
def adopt_command(  # noqa: PLR0913 - each is an option of the command
    *,
    catalogue: Path,
    root: Path,
    as_json: bool,
    families: tuple[str, ...],
    limit: int | None,
    calls: int,
    shows_rows: bool,
    dry_run: bool,
) -> None:
    """Add published models of a catalogue to the queue, to be measured as they are.

    Reads CATALOGUE (`models.jsonl`) and asks the Hub where each repository stands now. A model that
    can be judged here gets a row with `adopted = true`, pinned to that commit; of every other the
    reason is given. Interrupted, or run again, it goes on and adds nothing twice. Exit code 5 when
    a row could not be read or looked at.

    Example: openmed adopt models.jsonl --family PII --limit 20
    """
    context = open_context(root, quiet=as_json)
    wanted = AdoptionRequest(
        catalogue=_content(catalogue),
        name=catalogue.name,
        families=frozenset(parse_slot(f"{name}::none::none").family for name in families),
        limit=limit,
    )
    begin = context.timer()
    hub = context.published_models(most_calls=calls)
    report = adopt(context, wanted, hub=hub, is_dry_run=dry_run)
    if as_json:
        emit_json("adopt", plain(report))
    else:
        seconds = context.timer() - begin
        width = columns()
        print_text(adoption_text(report, seconds=seconds, shows_rows=shows_rows, width=width))
    exit_with(_code(report))


def _content(catalogue: Path) -> bytes:
    try:
        return catalogue.read_bytes()
    except OSError as error:
        msg = f"cannot read {catalogue}: {error.strerror}"
        raise UsageError(msg) from None


def _code(report: AdoptionReport) -> ExitCode:
    return ExitCode.DONE if report.is_whole else ExitCode.NO_VERDICT
