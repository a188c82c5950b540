"""`openmed release stage`, `gate`, `flip`, `regenerate`: one part of the chain each."""

from pathlib import Path

import click

from openmed.app.pipeline_stages import PartReport, run_flip, run_gate, run_regenerate, run_stage
from openmed.app.sync import shared
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.context import program_name
from openmed.domain.candidates.shard import parse_shard
from openmed.domain.gates.verdict import Decision
from openmed.domain.wire import plain
from openmed.pipeline.release_graph import EVERY
from openmed.pipeline.step_runner import StepState
from openmed.pipeline.summary import named, summary, table

_PATTERN = click.argument("pattern", metavar="[SLOTS]", default=EVERY)
_RETRY = click.option("--retry", is_flag=True, help="Try again what failed twice.")


@click.command()
@_PATTERN
@shared_options
@_RETRY
@handle_errors
def stage(*, pattern: str, root: Path, as_json: bool, retry: bool) -> None:
    r"""Freeze the bytes of candidates by content; measures and releases nothing.

    \b
    Example: openmed release stage "pii::*"
    """
    _tell(run_stage(root, pattern=pattern, retry=retry, quiet=as_json), as_json=as_json)


@click.command()
@_PATTERN
@shared_options
@_RETRY
@click.option("--shard", default="1/1", help="Only part K of N of the fleet, as K/N.")
@handle_errors
def gate(*, pattern: str, root: Path, as_json: bool, retry: bool, shard: str) -> None:
    r"""Stage and measure candidates and say what the gates say; signs and releases nothing.

    Needs no key. What it measures is kept, so `openmed release flip` measures nothing again.

    \b
    Example: openmed release gate pii::tiny::onnx
    """
    part = parse_shard(shard)
    report = run_gate(root, pattern=pattern, shard=part, retry=retry, quiet=as_json)
    _tell(report, as_json=as_json)


@click.command()
@shared_options
@handle_errors
def flip(*, root: Path, as_json: bool) -> None:
    r"""Judge, sign and flip what was measured already, then regenerate; runs no candidate.

    A candidate whose evidence is missing gets no verdict; the others are flipped.

    \b
    Example: openmed release flip
    """
    report = shared(root, lambda: run_flip(root, quiet=as_json), is_judging=True)
    if as_json:
        emit_json("release flip", plain(report))
    else:
        print_text(summary(report, program=program_name()))
    exit_with(report.exit_code)


@click.command()
@shared_options
@handle_errors
def regenerate(*, root: Path, as_json: bool) -> None:
    r"""Write records, cards, benchmark cards, leaderboard and status from the ledger.

    \b
    Example: openmed release regenerate
    """
    _tell(run_regenerate(root, quiet=as_json), as_json=as_json)


def _tell(report: PartReport, *, as_json: bool) -> None:
    if as_json:
        emit_json(report.command, plain(report))
    else:
        print_text(_text(report))
    exit_with(report.exit_code)


def _text(report: PartReport) -> str:
    done = sum(1 for step in report.steps if step.how is not StepState.REUSED)
    lines = [f"{done} steps computed, {len(report.steps) - done} up to date"]
    if report.judged:
        rows = (
            (row.slot, row.decision.value, named(row.gates) or "all passed")
            for row in report.judged
        )
        lines += ["", *table((("SLOT", "WOULD BE", "DECIDING GATES"), *rows))]
        lines += [
            f"  {row.slot}: {reason}"
            for row in report.judged
            if row.decision is not Decision.RELEASABLE
            for reason in row.reasons
        ]
    else:
        lines += [f"  {step.task}: {step.fault.message}" for step in report.steps if step.fault]
    return "\n".join(lines) + "\n"
