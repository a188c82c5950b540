"""`openmed benchmark`: measure candidates without releasing anything."""

from pathlib import Path

import click

from openmed.domain.report import BenchmarkReport, Counts
from openmed.domain.scoring.statistics import proven_lower
from openmed.domain.wire import plain
from openmed.entrypoints.backstop import backstop_rows, backstop_table
from openmed.entrypoints.cli.output import answer, answers, say, shared_options
from openmed.entrypoints.operations import run_benchmark
from openmed.entrypoints.summary import table


@click.group()
def benchmark() -> None:
    """Measure candidates; judges and releases nothing."""


@benchmark.command()
@click.argument("slot", default="")
@shared_options
@click.option("--suite", default="", help="One suite of gates/suites.toml, e.g. smoke.")
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@answers
def run(*, slot: str, root: Path, as_json: bool, suite: str, retry: bool) -> None:
    r"""Stage and measure SLOT, or every candidate of the queue.

    \b
    Example: openmed benchmark run pii::tiny::onnx --suite smoke
    """
    measured = run_benchmark(root, slot=slot, suite=suite, retry=retry, quiet=as_json)
    if as_json:
        answer("benchmark run", [plain(one.report) for one in measured])
        return
    say("\n".join(_lines(one.slot, one.report) for one in measured))


@benchmark.command("table")
@click.argument("slot", default="")
@shared_options
@click.option("--suite", default="golden", show_default=True, help="A suite of gates/suites.toml.")
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@answers
def table_command(*, slot: str, root: Path, as_json: bool, suite: str, retry: bool) -> None:
    r"""Recall, leak and precision per label, with and without the profile's pattern rules.

    \b
    Example: openmed benchmark table --suite golden
    """
    measured = run_benchmark(
        root, slot=slot, suite=suite, retry=retry, quiet=as_json, wants_bare=True
    )
    if as_json:
        rows = [{"slot": m.slot, "rows": [r.plain for r in backstop_rows(m)]} for m in measured]
        answer("benchmark table", rows)
        return
    say("\n".join(backstop_table(one) for one in measured))


def _lines(slot: str, report: BenchmarkReport) -> str:
    headings = ("LABEL", "SPANS", "FAMILIES", "COVERED", "MISSED", "RECALL", "PROVEN", "EXPOSED")
    rows = (
        headings,
        *(_row(row.name, row.counts) for row in report.labels),
        _row("all", report.overall),
    )
    title = (
        f"{slot} on {report.suite.title}: {report.scored_documents} of "
        f"{report.suite.documents} documents, {report.suite.spans} gold spans"
    )
    return "\n".join([title, *table(rows), ""])


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    proven = proven_lower(counts)
    return (
        name,
        str(counts.support),
        str(counts.families),
        str(counts.covered),
        str(counts.missed),
        f"{counts.covered / counts.support:.4f}" if counts.support else "no data",
        "no data" if proven is None else f"{proven:.4f}",
        str(counts.exposed),
    )
