"""`openmed benchmark`: measure candidates without releasing anything."""

from collections.abc import Sequence
from pathlib import Path

import click

from openmed.app.adhoc_benchmark import measure_model
from openmed.app.backstop import backstop_rows
from openmed.app.benchmark import CandidateMeasurement, run_benchmark
from openmed.app.benchmark import attest as attest_report
from openmed.cli.models import Claims, model_of, model_options
from openmed.cli.output import (
    columns,
    emit_json,
    event_sink,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
    stream_option,
    warn,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.report_table import backstop_table, report_table
from openmed.context import open_context
from openmed.domain.evaluation.unanswered import faults
from openmed.domain.wire import plain, pretty
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--suite", default="", help="One suite of gates/suites.toml, e.g. smoke.")
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@click.option("--model", "source", default="", help="Anyone's model, e.g. file:PATH; no slot.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write its report here."
)
@model_options
@stream_option
@handle_errors
def run(  # noqa: PLR0913 - each is an option of the command
    *,
    slot: str,
    root: Path,
    as_json: bool,
    suite: str,
    retry: bool,
    source: str,
    out: Path | None,
    labels: tuple[str, ...],
    languages: tuple[str, ...],
    profile: Path | None,
    sha256: str | None,
    timeout: int,
) -> None:
    """Measure SLOT, the whole queue, or any --model.

    Example: openmed benchmark run pii::tiny::onnx --suite smoke
    Example: openmed benchmark run --model file:models/mine --suite golden --out mine.json
    """
    context = open_context(root, quiet=as_json, tell=event_sink())
    if source:
        _require_bare(slot=slot, retry=retry)
        claims = Claims(labels, languages, profile, sha256, timeout)
        report = measure_model(context, model_of(source, claims), suite=suite or "golden")
        if out is not None:
            out.write_bytes(pretty(report))
        measured = [CandidateMeasurement(source, report)]
    elif out or labels or languages or profile or sha256:
        raise UsageError("--out, --label, --language, --profile and --sha256 belong to --model")
    else:
        measured = run_benchmark(context, slot=slot, suite=suite, retry=retry)
    if as_json:
        emit_json("benchmark run", [plain(one.report) for one in measured])
    else:
        width = columns()
        print_text(
            "\n".join(report_table(one.report, of=one.slot, width=width) for one in measured)
        )
    _exit_if_incomplete(measured, as_json=as_json)


def _exit_if_incomplete(measured: Sequence[CandidateMeasurement], *, as_json: bool) -> None:
    """End with another code than 0 where a number is no evidence; tell programs' logs why."""
    told = [f"{one.slot}: {fault}" for one in measured for fault in faults(one.report)]
    if as_json:
        for line in told:
            warn(line)
    if told:
        exit_with(ExitCode.NO_VERDICT)


def _require_bare(*, slot: str, retry: bool) -> None:
    if slot or retry:
        raise UsageError("--model stands alone: no SLOT and no --retry")


@click.command(cls=Command)
@click.argument("slot")
@shared_options
@click.option("--suite", required=True, help="A suite of the slot's policy; its text is here.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="Your private key file, listed with the role measure.",
)  # fmt: skip
@handle_errors
def attest(*, slot: str, root: Path, as_json: bool, suite: str, key: Path) -> None:
    """Count SLOT's report again and sign it, for where the suite's text is missing.

    The policy of the slot must name the key under measured_by. It holds for exactly these bytes,
    this suite, these predictions and this scoring code.

    Example: openmed benchmark attest pii::tiny::onnx --suite shield --key lab.pem
    """
    context = open_context(root, quiet=True)
    done = attest_report(context, context.signer_of(key), slot=slot, suite=suite)
    if as_json:
        emit_json("benchmark attest", {"file": done.file, "measurement": plain(done.said)})
        return
    print_text(f"signed: gates/measurements/{done.file}\nnext: openmed release flip")


@click.command("table", cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--suite", default="golden", show_default=True, help="A suite of gates/suites.toml.")
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@handle_errors
def table_command(*, slot: str, root: Path, as_json: bool, suite: str, retry: bool) -> None:
    """Measure with and without the profile's pattern rules.

    Example: openmed benchmark table --suite golden
    """
    context = open_context(root, quiet=as_json)
    measured = run_benchmark(context, slot=slot, suite=suite, retry=retry, wants_bare=True)
    if as_json:
        rows = [{"slot": m.slot, "rows": [r.plain for r in backstop_rows(m)]} for m in measured]
        emit_json("benchmark table", rows)
    else:
        width = columns()
        print_text(
            "\n".join(
                backstop_table(one.report, backstop_rows(one), of=one.slot, width=width)
                for one in measured
            )
        )
    _exit_if_incomplete(measured, as_json=as_json)
