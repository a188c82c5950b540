"""`openmed release verify`, `recover`, `regenerate`, `gc`, `sign-head`: whole, finished, shown."""

from pathlib import Path

import click

from openmed.app.head import sign_head as run_sign_head
from openmed.app.maintenance import Recovered, collect, evict, verify_releases
from openmed.app.maintenance import recover as run_recover
from openmed.app.regeneration import run_regenerate
from openmed.app.sync import horizon_lines, unshared_lines
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.publishing.publish import (
    published_advice,
    published_code,
    published_lines,
    published_table,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import aligned, counted
from openmed.cli.render.run_summary import computed_text
from openmed.context import open_context, program_name
from openmed.domain.digest import Json
from openmed.domain.ledger.ancestry import did
from openmed.domain.ledger.prediction_budget import PredictionPlan
from openmed.domain.pages.phrases import sentence
from openmed.domain.release.publishing.eviction import Eviction
from openmed.domain.text.number_format import count, short_digest, size
from openmed.domain.wire import plain
from openmed.exit_codes import ExitCode
from openmed.steps.recover import SetAside
from openmed.steps.verify import Findings, VerifyCheck


@click.command(cls=Command)
@click.argument("tag", default="")
@shared_options
@click.option("--since", default="", metavar="TAG", help="Only what later entries recorded.")
@click.option("--offline", is_flag=True, help="Only what is committed under gates/.")
@handle_errors
def verify(*, tag: str, root: Path, as_json: bool, since: str, offline: bool) -> None:
    """Check ledger, evidence, signatures, served bytes and pages.

    With TAG: the fleet as it stood after that entry, without what is derived from the last one.
    With --since: the whole chain, but evidence, signatures and bytes of later entries only.

    Example: openmed release verify
    Example: openmed release verify 2026.11.24-1 --offline
    """
    context = open_context(root, quiet=True)
    found = verify_releases(context, tag=tag, since=since, is_offline=offline)
    horizon = horizon_lines(context)
    if as_json:
        emit_json("release verify", {**_plain(found), "horizon": list(horizon)})
    else:
        print_text("\n".join([*_lines(found), *unshared_lines(context), *horizon]))
    exit_with(ExitCode.INTEGRITY if found.faults else ExitCode.DONE)


@click.command(cls=Command)
@shared_options
@click.option("--drop", "dropped", default="", help="Give up this second head of the ledger.")
@click.option(
    "--forward", is_flag=True, help="Put the pointer on the last entry this checkout has seen."
)
@handle_errors
def recover(*, root: Path, as_json: bool, dropped: str, forward: bool) -> None:
    """Finish what an interrupted command left undone.

    Entries that never took effect leave the ledger for artifacts/aside/; nothing is thrown away.

    Example: openmed release recover
    Example: openmed release recover --forward
    """
    done = run_recover(open_context(root, quiet=True), dropped=dropped, is_forward=forward)
    if as_json:
        emit_json(
            "release recover",
            {
                "aside": [{"entry": row.name, "place": row.place} for row in done.aside],
                "temporary": done.temporary,
                "derived": list(done.derived),
                "forward": [entry.tag for entry in done.forward],
                "ahead": [{"tag": entry.tag, "time": entry.time} for entry in done.ahead],
                "published": published_table(done.published),
            },
        )
    else:
        print_text("\n".join(_done(done)) or "Nothing was interrupted.")
    exit_with(published_code(done.published))


@click.command(cls=Command)
@shared_options
@handle_errors
def sign_head(*, root: Path, as_json: bool) -> None:
    """Sign how far the ledger is, for who downloads.

    Each release and rollback does so by itself, where the key is. A statement expires (96 hours,
    or `hours` in gates/head.toml), and `openmed fetch` refuses what nobody has vouched for since:
    run this every night.

    Example: openmed release sign-head
    """
    head = run_sign_head(open_context(root, quiet=True))
    if as_json:
        emit_json("release sign-head", plain(head))
        return
    print_text(f"Signed: {head.size} entries up to {head.tag}. Good until {head.expires}.")


@click.command(cls=Command)
@shared_options
@click.option(
    "--older-than",
    "hours",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="Hours; what is younger stays, as a run may be at work with it.",
)
@click.option(
    "--predictions-budget",
    "mebibytes",
    type=click.IntRange(min=0),
    help="MiB that cached predictions may take; by default they all stay.",
)
@click.option(
    "--staged-budget",
    "staged",
    type=click.IntRange(min=0),
    help="MiB that staged artifacts may take; those in public repositories leave.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
@handle_errors
def gc(  # noqa: PLR0913 - an argument for each option
    *,
    root: Path,
    as_json: bool,
    hours: float,
    mebibytes: int | None,
    staged: int | None,
    dry_run: bool,
) -> None:
    """Delete artifacts, downloads and pinned packages that no slot needs.

    What is live, what it was judged against, three rollback targets of each slot and what
    candidates are staged as stay. What goes is no rollback target from then on; the ledger says so.
    Predictions of what stays are never deleted; of the others the oldest go, down to the budget.
    A staged artifact that a public repository serves too leaves only after all of that copy was
    hashed, and comes back from there. Exit code 7: a public copy is not what was released.

    Example: openmed release gc --dry-run
    Example: openmed release gc --predictions-budget 2048
    """
    budget = None if mebibytes is None else mebibytes * 2**20
    context = open_context(root, quiet=True)
    done = collect(context, hours=hours, budget=budget, is_dry_run=dry_run)
    evicted = None
    if staged is not None:
        evicted = evict(context, hours=hours, budget=staged * 2**20, is_dry_run=dry_run)
    entry = done.plan.entry
    if as_json:
        emit_json(
            "release gc",
            {
                "dry_run": dry_run,
                "tag": entry.tag if entry else None,
                "artifacts": list(done.plan.artifacts),
                "downloads": list(done.downloads),
                "packages": list(done.packages),
                "kept": list(done.plan.kept),
                "predictions": _predictions(done.predictions),
                "evicted": _eviction(evicted),
                "size": done.size,
            },
        )
        exit_with(_evicted_code(evicted))
    word = "would remove" if dry_run else "removed"
    lines = [f"{word}: artifact {short_digest(name)}" for name in done.plan.artifacts]
    lines += [f"{word}: download {name[:16]}" for name in done.downloads]
    lines += [f"{word}: packages {name[:16]}" for name in done.packages]
    if entry is not None:
        lines += [sentence(change) for change in entry.changes]
    lines += _prediction_lines(done.predictions, word)
    lines += _eviction_lines(evicted, word)
    kept = f"{counted(len(done.plan.kept), 'artifact')} kept"
    print_text("\n".join([*lines, f"{word}: {size(done.size)}; {kept}"]))
    exit_with(_evicted_code(evicted))


def _evicted_code(found: Eviction | None) -> ExitCode:
    return ExitCode.INTEGRITY if found and found.unproven else ExitCode.DONE


def _eviction(found: Eviction | None) -> Json:
    if found is None:
        return None
    unproven: list[Json] = [dict(row._asdict()) for row in found.unproven]
    return {**found._asdict(), "names": list(found.names), "unproven": unproven}


def _eviction_lines(found: Eviction | None, word: str) -> list[str]:
    if found is None:
        return []
    trees = counted(len(found.names), "staged artifact")
    lines = [f"{word}: {trees} served in public, {size(found.size)}; {size(found.kept)} kept"]
    lines += [
        f"kept: {short_digest(row.artifact)}, as {row.repo_id} does not have it: {row.reason}"
        for row in found.unproven
    ]
    if found.over:
        lines.append(
            f"{size(found.over)} of staged artifacts are above the budget and stay: candidates are "
            "staged as them, they are served from here, or they are too young"
        )
    return lines


def _predictions(plan: PredictionPlan | None) -> Json:
    return None if plan is None else {**plan._asdict(), "names": list(plan.names)}


def _prediction_lines(plan: PredictionPlan | None, word: str) -> list[str]:
    if plan is None:
        return []
    files = counted(len(plan.names), "file")
    lines = [f"{word}: {files} of predictions, {size(plan.size)}; {size(plan.kept)} kept"]
    if plan.over:
        lines.append(
            f"{size(plan.over)} of predictions are above the budget and stay: what is live, what "
            "can be rolled back to or is staged is counted from them, or they are too young"
        )
    return lines


def _plain(found: Findings) -> dict[str, Json]:
    return {
        "tag": found.tag or None,
        "checks": [
            {
                "check": row.name,
                "looked_at": row.looked_at,
                "faults": list(row.faults),
                "notes": list(row.notes),
            }
            for row in found.checks
        ],
        "faults": list(found.faults),
        "notes": list(found.notes),
        "left_out": list(found.left_out),
    }


def _lines(found: Findings) -> list[str]:
    rows = aligned(
        ((row.name, count(row.looked_at), _word(row)) for row in found.checks), width=columns()
    )
    where = f"ledger entry {found.tag}" if found.tag else "an empty ledger"
    wrong = counted(len(found.faults), "fault")
    end = f"{wrong}\nnext: {program_name()} release recover" if found.faults else "verified"
    return [*rows, *found.faults, *found.notes, *found.left_out, f"{where}: {end}"]


def _word(check: VerifyCheck) -> str:
    return counted(len(check.faults), "fault") if check.faults else "ok"


def _done(done: Recovered) -> list[str]:
    lines = [f"the pointer reaches {e.tag} again: {did(e)}" for e in done.forward]
    lines += [f"set aside {_entry(row)}; it is in {row.place}" for row in done.aside]
    if done.temporary:
        lines.append(f"removed {counted(done.temporary, 'temporary file')}")
    lines += [f"wrote {name}" for name in done.derived]
    lines += [
        f"entry {e.tag} is from the future: {e.time} ({did(e)}); releases wait until the clock "
        "has passed it, rollback, freeze and thaw do not"
        for e in done.ahead
    ]
    return [*lines, *published_lines(done.published), *published_advice(done.published)]


def _entry(row: SetAside) -> str:
    if row.entry is None:
        return f"the damaged ledger file {row.name[:16]}"
    changes = "; ".join(sentence(change) for change in row.entry.changes)
    return f"entry {row.entry.tag}, which never took effect ({changes})"


@click.command(cls=Command)
@shared_options
@handle_errors
def regenerate(*, root: Path, as_json: bool) -> None:
    """Write cards, leaderboard and status page again.

    Example: openmed release regenerate
    """
    report = run_regenerate(open_context(root, quiet=as_json))
    if as_json:
        emit_json(report.command, plain(report))
    else:
        print_text(f"{computed_text(report.steps)}\n")
    exit_with(report.exit_code)
