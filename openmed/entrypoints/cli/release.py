"""`openmed release`: run the chain, say what is live."""

from pathlib import Path

import click

from openmed.bootstrap import program_name
from openmed.domain.fleet import FleetState, LiveRelease
from openmed.domain.policy import Grade
from openmed.domain.wire import plain
from openmed.entrypoints.cli.explain import explain
from openmed.entrypoints.cli.output import answer, answers, leave, say, shared_options
from openmed.entrypoints.cli.past import history, list_command, show
from openmed.entrypoints.cli.power import power
from openmed.entrypoints.cli.undo import freeze, rollback, thaw
from openmed.entrypoints.cli.upkeep import gc, recover, verify
from openmed.entrypoints.cli.waive import lift, waive
from openmed.entrypoints.operations import read_status, run_release
from openmed.entrypoints.summary import summary, table


@click.group()
def release() -> None:
    """Release models, and say what is live."""


@release.command()
@shared_options
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@answers
def run(*, root: Path, as_json: bool, retry: bool) -> None:
    r"""Stage, benchmark, compare, flip and regenerate every candidate of the queue.

    \b
    Example: openmed release run
    """
    report = run_release(root, retry=retry, quiet=as_json)
    if as_json:
        answer("release run", plain(report))
    else:
        say(summary(report, program=program_name()))
    leave(report.exit_code)


for _command in (
    list_command,
    history,
    show,
    explain,
    rollback,
    freeze,
    thaw,
    waive,
    lift,
    verify,
    recover,
    gc,
    power,
):
    release.add_command(_command)


@release.command()
@shared_options
@answers
def status(*, root: Path, as_json: bool) -> None:
    r"""Say what is live in every slot, since when, and what is quarantined.

    \b
    Example: openmed release status --json
    """
    state = read_status(root)
    if as_json:
        answer(
            "release status",
            {
                "tag": state.entries[-1].tag if state.entries else None,
                "live": [plain(live) for live in state.live],
                "quarantines": [plain(row) for row in state.quarantines],
                "lifts": [plain(row) for row in state.lifts],
                "freezes": [plain(row) for row in state.freezes],
            },
        )
        return
    say(_status(state))


def _status(state: FleetState) -> str:
    if not state.entries:
        return "nothing is live: no release has been made here\nnext: openmed release run\n"
    headings = ("SLOT", "LIVE", "GENERATION", "SINCE", "TAG", "ARTIFACT")
    lines = table((headings, *(_row(live) for live in state.live)))
    if not state.live:
        lines = ["nothing is live"]
    lines += [
        f"quarantined: {row.fact.artifact[:16]} wanted {row.fact.slot}: "
        f"{', '.join(cause for cause, _ in row.causes)} ({row.tag})"
        for row in state.quarantines
    ]
    lines += [
        f"lifted: {row.fact.artifact[:16]} may be judged again until {row.fact.expires}: "
        f"{row.fact.reason} ({row.tag})"
        for row in state.lifts
    ]
    return "\n".join([*lines, f"ledger entry {state.entries[-1].tag}", ""])


def _row(live: LiveRelease) -> tuple[str, ...]:
    release_ = live.release
    is_preview = release_.policy.grade is Grade.PREVIEW
    return (
        release_.slot,
        f"{release_.candidate.repo_id}{' (preview)' if is_preview else ''}",
        str(live.generation),
        live.time,
        live.tag,
        release_.artifact[:16],
    )
