"""`openmed schema`: JSON Schemas of what people write and of what the engine answers."""

import click

from openmed.cli.output import emit_json, handle_errors, output_options, print_text
from openmed.cli.schemas import SCHEMAS
from openmed.context import known_gates
from openmed.domain.wire import pretty
from openmed.errors import UsageError
from openmed.pipeline.summary import table


@click.command()
@click.argument("name", default="")
@output_options
@handle_errors
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
        print_text("\n".join(table(tuple((key, row.what) for key, row in SCHEMAS.items()))))
    elif not name:
        emit_json("schema", {key: row.what for key, row in SCHEMAS.items()})
    elif as_json:
        emit_json("schema", SCHEMAS[name].made(known_gates()))
    else:
        print_text(pretty(SCHEMAS[name].made(known_gates())).decode())
