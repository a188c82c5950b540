"""`openmed release verify`, `recover`: is it whole, and finishing what was interrupted."""

from pathlib import Path

import click

from openmed.domain.digest import Json
from openmed.domain.trust.status import sentence
from openmed.entrypoints.cli.output import answer, answers, leave, say, shared_options
from openmed.entrypoints.summary import table
from openmed.entrypoints.upkeep import Recovered, verify_releases
from openmed.entrypoints.upkeep import recover as run_recover
from openmed.errors import IntegrityError
from openmed.steps.recover import SetAside
from openmed.steps.verify import Check, Findings


@click.command()
@click.argument("tag", default="")
@shared_options
@click.option("--offline", is_flag=True, help="Only what is committed under gates/.")
@answers
def verify(*, tag: str, root: Path, as_json: bool, offline: bool) -> None:
    r"""Check ledger, evidence, signatures, served bytes and pages; exit 7 if one is wrong.

    With TAG: the fleet as it stood after that entry, without what is derived from the last one.

    \b
    Example: openmed release verify
    Example: openmed release verify 2026.11.24-1 --offline
    """
    found = verify_releases(root, tag=tag, is_offline=offline)
    if as_json:
        answer("release verify", _plain(found))
    else:
        say("\n".join(_lines(found)))
    leave(IntegrityError.exit_code if found.faults else 0)


@click.command()
@shared_options
@click.option("--drop", "dropped", default="", help="Give up this second head of the ledger.")
@answers
def recover(*, root: Path, as_json: bool, dropped: str) -> None:
    r"""Finish what was interrupted, and say what was done; a second call finds nothing to do.

    Entries that never took effect leave the ledger for artifacts/aside/; nothing is thrown away.

    \b
    Example: openmed release recover
    """
    done = run_recover(root, dropped=dropped)
    if as_json:
        answer(
            "release recover",
            {
                "aside": [{"entry": row.name, "place": row.place} for row in done.aside],
                "temporary": done.temporary,
                "derived": list(done.derived),
            },
        )
        return
    say("\n".join(_done(done)) or "nothing was interrupted")


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


def _word(check: Check) -> str:
    return f"{len(check.faults)} wrong" if check.faults else "whole"


def _done(done: Recovered) -> list[str]:
    lines = [f"set aside {_entry(row)}; it is in {row.place}" for row in done.aside]
    if done.temporary:
        lines.append(f"removed {done.temporary} temporary files")
    return [*lines, *(f"wrote {name}" for name in done.derived)]


def _entry(row: SetAside) -> str:
    if row.entry is None:
        return f"the damaged ledger file {row.name[:16]}"
    changes = "; ".join(sentence(change) for change in row.entry.changes)
    return f"entry {row.entry.tag}, which never took effect ({changes})"
