"""`openmed suite`: the documents candidates are measured on."""

from pathlib import Path

import click

from openmed.entrypoints.cli.output import answer, answers, say, shared_options
from openmed.entrypoints.suites import SUITES, build_suite


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
