"""`openmed keys`: the developer's own signing key."""

from pathlib import Path

import click

from openmed.bootstrap import make_keys
from openmed.entrypoints.cli.output import answer, answers, say, shared_options


@click.group()
def keys() -> None:
    """Keys that sign verdicts."""


@keys.command()
@shared_options
@answers
def init(*, root: Path, as_json: bool) -> None:
    """Make your own signing key if there is none; safe to run again.

    The private key stays outside the repository. Its public half goes to artifacts/keys/,
    as the verifier `local`, which counts for the local registry only.
    """
    keyid, made, place = make_keys(root)
    if as_json:
        answer("keys init", {"keyid": keyid, "made": made, "private_key": place})
        return
    say(f"{'made' if made else 'found'} signing key {keyid[:16]} in {place}")
