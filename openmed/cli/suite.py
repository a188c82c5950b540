"""`openmed suite`: the documents candidates are measured on."""

from collections.abc import Mapping
from pathlib import Path

import click

from openmed.app.suites import (
    SUITES,
    build_suite,
    lint_suite,
    sample_suite,
    suite_facts,
    suite_stats,
)
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted, table
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.domain.suites.lint import LintReport
from openmed.domain.suites.lint.leakage import WORDS
from openmed.domain.suites.suite_counts import SuiteCounts
from openmed.domain.wire import plain
from openmed.exit_codes import ExitCode


@click.command(cls=Command)
@click.argument("name", type=click.Choice(sorted(SUITES)))
@shared_options
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed file differs.")
@handle_errors
def build(*, name: str, root: Path, as_json: bool, check: bool) -> None:
    """Generate a suite from its seed and print its digests.

    Example: openmed suite build golden --check
    """
    facts = build_suite(open_context(root), name=name, is_check=check)
    if as_json:
        emit_json("suite build", facts)
        return
    _say_facts(facts)


@click.command(cls=Command)
@click.argument("name")
@shared_options
@handle_errors
def lint(*, name: str, root: Path, as_json: bool) -> None:
    """Check a pinned suite for defects.

    Example: openmed suite lint golden
    """
    report = lint_suite(open_context(root), name=name)
    if as_json:
        emit_json("suite lint", report.plain)
    else:
        print_text("\n".join([*(finding.line for finding in report.findings), *_summary(report)]))
    if report.findings:
        exit_with(ExitCode.NO_VERDICT)


@click.command(cls=Command)
@click.argument("name")
@shared_options
@handle_errors
def digest(*, name: str, root: Path, as_json: bool) -> None:
    """Show a suite's contents and current digests.

    Example: openmed suite digest shield-synthetic
    """
    facts = suite_facts(open_context(root), name=name)
    if as_json:
        emit_json("suite digest", facts)
        return
    _say_facts(facts)


@click.command(cls=Command)
@click.argument("name")
@shared_options
@click.option(
    "-n", "count", default=3, show_default=True, type=click.IntRange(1, 1000), help="How many."
)
@click.option("--text", is_flag=True, help="Show the texts; only of suites pinned as synthetic.")
@handle_errors
def sample(*, name: str, root: Path, as_json: bool, count: int, text: bool) -> None:
    """Show some documents: counts and offsets.

    Example: openmed suite sample golden -n 2 --text
    """
    rows = sample_suite(open_context(root), name=name, count=count, wants_text=text)
    if as_json:
        emit_json("suite sample", list[Json](rows))
        return
    for row in rows:
        spans = row["spans"] if isinstance(row["spans"], list) else []
        print_text(
            f"{row['id']}: {row['language']}, {row['slice']}, {row['characters']} characters, "
            f"{len(spans)} spans"
        )
        for span in spans:
            if isinstance(span, dict):
                print_text(f"  {span['start']}-{span['end']} {span['label']}")
        if "text" in row:
            print_text(f"{row['text']}\n")


def _summary(report: LintReport) -> list[str]:
    shared = report.overlap
    found = len(report.findings)
    where = f"{counted(report.documents, 'document')}, {counted(report.spans, 'gold span')}"
    lines = [f"{counted(found, 'defect')} in {where}"]
    if shared is not None:
        lines.append(
            f"{shared.shared} of {shared.suite} runs of {WORDS} words are also in the "
            f"training notes ({shared.training} runs)"
        )
    return lines


def _say_facts(facts: Mapping[str, Json]) -> None:
    for key, value in facts.items():
        rows = value.items() if isinstance(value, dict) else [("", value)]
        print_text("\n".join(f"{key} {name}".rstrip() + f" = {fact}" for name, fact in rows))


@click.command(cls=Command)
@click.argument("name")
@shared_options
@click.option("--language", default="", help="Only documents in this language, e.g. en.")
@handle_errors
def stats(*, name: str, root: Path, as_json: bool, language: str) -> None:
    """Count documents, spans and families by label and language.

    Example: openmed suite stats golden --language en
    """
    counts = suite_stats(open_context(root), name=name, language=language)
    if as_json:
        emit_json("suite stats", plain(counts))
        return
    print_text("\n".join(_stats_lines(counts)))


def _stats_lines(counts: SuiteCounts) -> list[str]:
    labels = [
        (row.label, str(row.documents), str(row.spans), str(row.families), str(len(row.languages)))
        for row in counts.labels
    ]
    total = (
        "all",
        str(counts.documents),
        str(counts.spans),
        str(counts.families),
        str(len(counts.languages)),
    )
    languages = [
        (
            row.language,
            str(row.documents),
            str(row.without_gold),
            str(row.spans),
            str(row.families),
            str(row.labels),
        )
        for row in counts.languages
    ]
    by_label = ("LABEL", "DOCUMENTS", "SPANS", "FAMILIES", "LANGUAGES")
    by_language = ("LANGUAGE", "DOCUMENTS", "WITHOUT GOLD", "SPANS", "FAMILIES", "LABELS")
    width = columns()
    return [
        *table(by_label, [*labels, total], width=width),
        "",
        *table(by_language, languages, width=width),
    ]
