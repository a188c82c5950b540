"""`openmed doctor`: one line for each thing a release needs, and its fix."""

from pathlib import Path

import click

from openmed.app.doctor import examine
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import aligned
from openmed.context import open_context
from openmed.domain.release.results.examination import Examination, Health, HealthCheck
from openmed.domain.wire import plain
from openmed.exit_codes import ExitCode

_WORDS = {Health.WELL: "ok", Health.OPTIONAL: "--", Health.BROKEN: "FIX"}


@click.command(cls=Command)
@shared_options
@handle_errors
def doctor(*, root: Path, as_json: bool) -> None:
    """Check that everything a release needs is there.

    Python, packages, keys, queue, policies, suites, ledger, clock, disk, targets, lock and
    plug-ins: one line each, with its fix. Exit code 2 when something needs one.

    Example: openmed doctor
    """
    found = examine(open_context(root, quiet=True))
    if as_json:
        emit_json("doctor", plain(found))
    else:
        print_text("\n".join(_lines(found)))
    exit_with(ExitCode.USAGE if found.broken else ExitCode.DONE)


def _lines(found: Examination) -> list[str]:
    cells = ((_WORDS[one.health], one.name, _said(one)) for one in found.checks)
    rows = aligned(cells, width=columns())
    if not found.broken:
        return [*rows, "Everything a release needs is there."]
    things = "1 thing needs" if found.broken == 1 else f"{found.broken} things need"
    return [*rows, f"{things} a fix."]


def _said(check: HealthCheck) -> str:
    return f"{check.says} → {check.fix}" if check.fix else check.says
