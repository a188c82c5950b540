"""`openmed release verify`, `recover`, `gc`: is it whole, finish what was interrupted."""

from pathlib import Path

import click

from openmed.app.maintenance import Recovered, collect, verify_releases
from openmed.app.maintenance import recover as run_recover
from openmed.app.sync import shared, unshared_lines
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.domain.digest import Json
from openmed.domain.ledger.ancestry import did
from openmed.domain.pages.phrases import sentence
from openmed.errors import IntegrityError
from openmed.pipeline.summary import table
from openmed.steps.collect import CollectionResult
from openmed.steps.recover import SetAside
from openmed.steps.verify import Findings, VerifyCheck


@click.command()
@click.argument("tag", default="")
@shared_options
@click.option("--offline", is_flag=True, help="Only what is committed under gates/.")
@handle_errors
def verify(*, tag: str, root: Path, as_json: bool, offline: bool) -> None:
    r"""Check ledger, evidence, signatures, served bytes and pages; exit 7 if one is wrong.

    With TAG: the fleet as it stood after that entry, without what is derived from the last one.

    \b
    Example: openmed release verify
    Example: openmed release verify 2026.11.24-1 --offline
    """
    found = verify_releases(root, tag=tag, is_offline=offline)
    if as_json:
        emit_json("release verify", _plain(found))
    else:
        print_text("\n".join([*_lines(found), *unshared_lines(root)]))
    exit_with(IntegrityError.exit_code if found.faults else 0)


@click.command()
@shared_options
@click.option("--drop", "dropped", default="", help="Give up this second head of the ledger.")
@click.option(
    "--forward", is_flag=True, help="Put the pointer on the last entry this checkout has seen."
)
@handle_errors
def recover(*, root: Path, as_json: bool, dropped: str, forward: bool) -> None:
    r"""Finish what was interrupted, and say what was done; a second call finds nothing to do.

    Entries that never took effect leave the ledger for artifacts/aside/; nothing is thrown away.

    \b
    Example: openmed release recover
    Example: openmed release recover --forward
    """

    def act() -> Recovered:
        return run_recover(root, dropped=dropped, is_forward=forward)

    done = shared(root, act, is_repairing=True, is_repeatable=False) if forward else act()
    if as_json:
        emit_json(
            "release recover",
            {
                "aside": [{"entry": row.name, "place": row.place} for row in done.aside],
                "temporary": done.temporary,
                "derived": list(done.derived),
                "forward": [entry.tag for entry in done.forward],
            },
        )
        return
    print_text("\n".join(_done(done)) or "nothing was interrupted")


@click.command()
@shared_options
@click.option(
    "--older-than",
    "hours",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="Hours; what is younger stays, as a run may be at work with it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
@handle_errors
def gc(*, root: Path, as_json: bool, hours: float, dry_run: bool) -> None:
    r"""Remove staged trees, released trees and downloads that no slot may need again.

    What is live, what it was judged against, three rollback targets of each slot and what
    candidates are staged as stay. What goes is no rollback target from then on; the ledger says so.

    \b
    Example: openmed release gc --dry-run
    """

    def act() -> CollectionResult:
        return collect(root, hours=hours, is_dry_run=dry_run)

    done = act() if dry_run else shared(root, act)
    entry = done.plan.entry
    if as_json:
        emit_json(
            "release gc",
            {
                "dry_run": dry_run,
                "tag": entry.tag if entry else None,
                "artifacts": list(done.plan.artifacts),
                "downloads": list(done.downloads),
                "kept": list(done.plan.kept),
                "size": done.size,
            },
        )
        return
    word = "would go" if dry_run else "removed"
    lines = [f"{word}: artifact {name[:16]}" for name in done.plan.artifacts]
    lines += [f"{word}: download {name[:16]}" for name in done.downloads]
    if entry is not None:
        lines += [sentence(change) for change in entry.changes]
    kept = f"{len(done.plan.kept)} artifacts stay"
    print_text("\n".join([*lines, f"{word}: {done.size} bytes; {kept}"]))


def _plain(found: Findings) -> Json:
    return {
        "tag": found.tag or None,
        "checks": [
            {"check": row.name, "looked_at": row.looked_at, "faults": list(row.faults)}
            for row in found.checks
        ],
        "faults": list(found.faults),
    }


def _lines(found: Findings) -> list[str]:
    rows = table(tuple((row.name, str(row.looked_at), _word(row)) for row in found.checks))
    where = f"ledger entry {found.tag}" if found.tag else "an empty ledger"
    end = f"{len(found.faults)} wrong" if found.faults else "whole"
    return [*rows, *found.faults, f"{where}: {end}"]


def _word(check: VerifyCheck) -> str:
    return f"{len(check.faults)} wrong" if check.faults else "whole"


def _done(done: Recovered) -> list[str]:
    lines = [f"the pointer reaches {e.tag} again: {did(e)}" for e in done.forward]
    lines += [f"set aside {_entry(row)}; it is in {row.place}" for row in done.aside]
    if done.temporary:
        lines.append(f"removed {done.temporary} temporary files")
    return [*lines, *(f"wrote {name}" for name in done.derived)]


def _entry(row: SetAside) -> str:
    if row.entry is None:
        return f"the damaged ledger file {row.name[:16]}"
    changes = "; ".join(sentence(change) for change in row.entry.changes)
    return f"entry {row.entry.tag}, which never took effect ({changes})"
