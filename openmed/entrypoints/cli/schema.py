"""`openmed schema`: JSON Schemas of what people write and of what the engine answers."""

import click

from openmed.bootstrap import known_gates
from openmed.domain.wire import pretty
from openmed.entrypoints.cli.output import answer, answers, output_options, say
from openmed.entrypoints.cli.schemas import SCHEMAS
from openmed.entrypoints.summary import table
from openmed.errors import UsageError


@click.command()
@click.argument("name", default="")
@output_options
@answers
def schema(*, name: str, as_json: bool) -> None:
    r"""Print the JSON Schema NAME, or the names there are.

    Of every file people write, and of every answer. `policy` knows the gates installed here.

    \b
    Example: openmed schema
    Example: openmed schema policy
    """
    if name and name not in SCHEMAS:
        msg = f"there is no schema {name[:80]!r}; there are {', '.join(SCHEMAS)}"
        raise UsageError(msg, next_step="openmed schema")
    if not name and not as_json:
        say("\n".join(table(tuple((key, row.what) for key, row in SCHEMAS.items()))))
    elif not name:
        answer("schema", {key: row.what for key, row in SCHEMAS.items()})
    elif as_json:
        answer("schema", SCHEMAS[name].made(known_gates()))
    else:
        say(pretty(SCHEMAS[name].made(known_gates())).decode())
