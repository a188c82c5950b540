"""`openmed schema`: JSON Schemas of the files that people write."""

import json

import click

from openmed.bootstrap import known_gates
from openmed.domain.policy_schema import policy_schema
from openmed.entrypoints.cli.output import answers, say


@click.group()
def schema() -> None:
    """JSON Schemas of the files that people write."""


@schema.command()
@answers
def policy() -> None:
    """Print the JSON Schema of gates/policy/*.toml, with the gates that are installed here."""
    say(json.dumps(policy_schema(known_gates()), indent=2, sort_keys=True))
