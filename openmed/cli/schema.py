"""`openmed schema`: JSON Schemas of what people write and of what the engine answers."""

import click

from openmed.cli.output import (
    columns,
    emit_json,
    handle_errors,
    output_options,
    print_document,
    print_text,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import aligned
from openmed.cli.schemas.table import SCHEMAS
from openmed.context import known_gates
from openmed.domain.wire import pretty
from openmed.errors import UsageError


@click.command(cls=Command)
@click.argument("name", default="")
@output_options
@handle_errors
def schema(*, name: str, as_json: bool) -> None:
    """Print the JSON Schema of a file or an answer.

    Of every file people write, and of every answer. `policy` knows the gates installed here.

    Example: openmed schema
    Example: openmed schema policy
    """
    if name and name not in SCHEMAS:
        msg = f"no schema {name[:80]!r}; schemas: {', '.join(SCHEMAS)}"
        raise UsageError(msg, next_step="openmed schema")
    if not name and not as_json:
        cells = ((key, row.what) for key, row in SCHEMAS.items())
        print_text("\n".join(aligned(cells, width=columns())))
    elif not name:
        emit_json("schema", {key: row.what for key, row in SCHEMAS.items()})
    elif as_json:
        emit_json("schema", SCHEMAS[name].made(known_gates()))
    else:
        print_document(pretty(SCHEMAS[name].made(known_gates())).decode())
