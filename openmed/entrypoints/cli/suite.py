"""`openmed suite`: the documents candidates are measured on."""

from pathlib import Path

import click

from openmed.domain.suite_counts import SuiteCounts
from openmed.domain.wire import plain
from openmed.entrypoints.cli.output import answer, answers, say, shared_options
from openmed.entrypoints.suites import SUITES, build_suite, suite_stats
from openmed.entrypoints.summary import table


@click.group()
def suite() -> None:
    """The documents candidates are measured on."""


@suite.command()
@click.argument("name", type=click.Choice(sorted(SUITES)))
@shared_options
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed file differs.")
@answers
def build(*, name: str, root: Path, as_json: bool, check: bool) -> None:
    """Make a suite from its seed and print the digests to pin in gates/suites.toml."""
    facts = build_suite(root, name=name, is_check=check)
    if as_json:
        answer("suite build", facts)
        return
    for key, value in facts.items():
        rows = value.items() if isinstance(value, dict) else [("", value)]
        say("\n".join(f"{key} {name}".rstrip() + f" = {fact}" for name, fact in rows))


@suite.command()
@click.argument("name")
@shared_options
@click.option("--language", default="", help="Only documents in this language, e.g. en.")
@answers
def stats(*, name: str, root: Path, as_json: bool, language: str) -> None:
    r"""Documents, gold spans and families of a pinned suite, per label and per language.

    \b
    Example: openmed suite stats golden --language en
    """
    counts = suite_stats(root, name=name, language=language)
    if as_json:
        answer("suite stats", plain(counts))
        return
    say("\n".join(_stats_lines(counts)))


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
    headings = ("LANGUAGE", "DOCUMENTS", "WITHOUT GOLD", "SPANS", "FAMILIES", "LABELS")
    return [
        *table((("LABEL", "DOCUMENTS", "SPANS", "FAMILIES", "LANGUAGES"), *labels, total)),
        "",
        *table((headings, *languages)),
    ]
