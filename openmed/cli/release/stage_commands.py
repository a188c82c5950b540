"""`openmed release stage`, `gate`, `flip`, `regenerate`: one part of the chain each."""

from pathlib import Path

import click

from openmed.app.pipeline_stages import (
    PartReport,
    run_flip,
    run_gate,
    run_generated,
    run_regenerate,
    run_stage,
)
from openmed.app.recheck import RecheckReport, run_recheck
from openmed.app.sync import require_shared
from openmed.cli.output import (
    columns,
    emit_json,
    executor_options,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted, folded, named, table
from openmed.cli.render.run_summary import run_summary, shown_causes
from openmed.cli.runs.run_boundary import exit_with_report
from openmed.context import new_seed, open_context, program_name
from openmed.domain.candidates.shard import MOST_SHARDS, WHOLE, parse_shard
from openmed.domain.evaluation.recheck import SEED
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.results.step_result import StepState
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY
from openmed.ports.chosen import Chosen

_PATTERN = click.argument("pattern", metavar="[SLOTS]", default=EVERY)
_SHARDS = click.option(
    "--shards", type=click.IntRange(1, MOST_SHARDS), help="Parts the plan divided the fleet into."
)
_RETRY = click.option("--retry", is_flag=True, help="Try again what failed twice.")


@click.command(cls=Command)
@_PATTERN
@shared_options
@_RETRY
@handle_errors
def stage(*, pattern: str, root: Path, as_json: bool, retry: bool) -> None:
    """Copy candidates' bytes and record their hashes.

    Example: openmed release stage "pii::*"
    """
    context = open_context(root, quiet=as_json)
    _tell(run_stage(context, pattern=pattern, retry=retry), as_json=as_json)


@click.command(cls=Command)
@_PATTERN
@shared_options
@_RETRY
@click.option("--shard", default="1/1", help="Only part K of N of the fleet, as K/N.")
@click.option(
    "--generated", is_flag=True, help="Measure on generated suites only; needs the suite secret."
)
@_SHARDS
@executor_options
@handle_errors
def gate(  # noqa: PLR0913 - one parameter an option
    *,
    pattern: str,
    root: Path,
    as_json: bool,
    retry: bool,
    shard: str,
    generated: bool,
    shards: int | None,
    processes: int | None,
    scheduler: str,
) -> None:
    """Measure and judge candidates without signing or releasing.

    Needs no key. What it measures is kept, so `openmed release flip` measures nothing again.
    Without the suite secret, generated suites and the gates that need one are left out.
    With --generated --shards N, what the shards brought to artifacts/shards is measured.

    Example: openmed release gate pii::tiny::onnx
    Example: openmed release gate --generated
    """
    part = parse_shard(shard)
    if generated and part != WHOLE:
        raise UsageError("--generated and --shard do not go together; one job holds the secret")
    if shards is not None and not generated:
        raise UsageError("--shards goes with --generated; one part is --shard K/N")
    context = open_context(root, quiet=as_json, chosen=Chosen(processes, scheduler))
    report = (
        run_generated(context, pattern=pattern, retry=retry, shards=shards)
        if generated
        else run_gate(context, pattern=pattern, shard=part, retry=retry)
    )
    _tell(report, as_json=as_json)


@click.command(cls=Command)
@shared_options
@click.option("--shared-only", is_flag=True, help="Refuse when the state is not shared: for CI.")
@_SHARDS
@handle_errors
def flip(*, root: Path, as_json: bool, shared_only: bool, shards: int | None) -> None:
    """Judge, sign and release what was already measured.

    A candidate whose evidence is missing gets no verdict; the others are flipped. A fresh
    checkout knows of earlier releases only what is shared, as gates/shared.toml says.
    With --shards, only what lies in artifacts/shards/evidence-K-of-N counts, for the slots that
    shard holds, once `openmed release recheck` ran a sample of it again.

    Example: openmed release flip
    """
    context = open_context(root, quiet=as_json)
    if shared_only:
        require_shared(context)
    report = run_flip(context, shards=shards)
    if as_json:
        emit_json("release flip", plain(report))
    else:
        print_text(run_summary(report, program=program_name(), width=columns()))
    exit_with_report(report)


@click.command(cls=Command)
@shared_options
@_SHARDS
@click.option("--seed", help="Draw the sample by these 16 to 64 hex digits; else by new ones.")
@handle_errors
def recheck(*, root: Path, as_json: bool, shards: int | None, seed: str | None) -> None:
    """Run a sample of what the shards of CI predicted again.

    Needs no key. It writes artifacts/recheck.json; where spans differ, a flip holds the slot.

    Example: openmed release recheck --shards 8
    """
    if shards is None:
        raise UsageError("nothing is said of the shards", next_step="--shards N, as in the plan")
    if seed is not None and not SEED.fullmatch(seed):
        raise UsageError(f"{seed[:80]!r} is not a seed of 16 to 64 hex digits")
    report = run_recheck(open_context(root, quiet=as_json), shards=shards, seed=seed or new_seed())
    if as_json:
        emit_json("release recheck", plain(report.recheck))
    else:
        print_text(_recheck_text(report, width=columns()))
    exit_with(ExitCode.NO_VERDICT if report.holds else ExitCode.DONE)


@click.command(cls=Command)
@shared_options
@handle_errors
def regenerate(*, root: Path, as_json: bool) -> None:
    """Write cards, leaderboard and status page again.

    Example: openmed release regenerate
    """
    _tell(run_regenerate(open_context(root, quiet=as_json)), as_json=as_json)


def _tell(report: PartReport, *, as_json: bool) -> None:
    if as_json:
        emit_json(report.command, plain(report))
    else:
        print_text(_text(report, width=columns()))
    exit_with(report.exit_code)


def _recheck_text(report: RecheckReport, *, width: int) -> str:
    rows = report.recheck.reports
    documents = sum(row.documents for row in rows)
    line = f"{counted(documents, 'document')} of {counted(len(rows), 'report')} were run again"
    lines = folded(f"{line}, drawn by seed {report.recheck.seed}.", width=width)
    for hold in report.holds:
        lines += folded(hold, width=width)
    return "\n".join(lines) + "\n"


def _text(report: PartReport, *, width: int) -> str:
    done = sum(1 for step in report.steps if step.how is not StepState.REUSED)
    lines = [f"{counted(done, 'step')} computed, {len(report.steps) - done} up to date"]
    if report.judged:
        rows = (
            (row.slot, row.decision.value, named(row.gates) or "all gates passed")
            for row in report.judged
        )
        lines += ["", *table(("SLOT", "WOULD BE", "WHY"), rows, width=width)]
    for row in report.judged:
        if row.decision is not Decision.RELEASABLE:
            lines += ["", *folded(f"{row.slot}: would be {row.decision.value}", width=width)]
            lines += shown_causes(
                row.reasons, rest=f"{program_name()} release gate {row.slot} --json", width=width
            )
    if not report.judged:
        for step in report.steps:
            lines += folded(f"{step.task}: {step.fault.message}", width=width) if step.fault else []
    return "\n".join(lines) + "\n"
