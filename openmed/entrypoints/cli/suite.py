"""`openmed suite`: the documents candidates are measured on."""

from pathlib import Path

import click

from openmed.entrypoints.cli.output import answer, answers, say, shared_options
from openmed.entrypoints.operations import build_suite


@click.group()
def suite() -> None:
    """The documents candidates are measured on."""


@suite.command()
@click.argument("name", type=click.Choice(["golden"]))
@shared_options
@click.option("--check", is_flag=True, help="Write nothing; fail if the committed file differs.")
@answers
def build(*, name: str, root: Path, as_json: bool, check: bool) -> None:
    """Make a suite from its seed and print the digests to pin in gates/suites.toml."""
    built = build_suite(root, name=name, is_check=check)
    if as_json:
        answer("suite build", built.facts)
        return
    say("\n".join(f"{key} = {value}" for key, value in built.facts.items()))
