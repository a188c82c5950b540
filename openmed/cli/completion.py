"""`openmed completion`: what a shell reads to complete commands; loads nothing heavy."""

import click
from click.shell_completion import get_completion_class

from openmed.cli.output import emit_json, handle_errors, output_options, print_document
from openmed.cli.render.help_format import Command

SHELLS = ("bash", "zsh", "fish")
COMPLETE = "_OPENMED_COMPLETE"
"""What a shell sets when it asks; `openmed.cli.main` answers."""


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@output_options
@handle_errors
def completion(*, shell: str, as_json: bool) -> None:
    """Print the completion script for a shell.

    Example: openmed completion bash
    """
    script = _script(shell)
    if as_json:
        emit_json("completion", {"shell": shell, "script": script})
    else:
        print_document(script)


def _script(shell: str) -> str:
    """The script as click has it; click's own `source` would ask the shell for its version."""
    kind = get_completion_class(shell)
    if kind is None:
        msg = f"click has no completion for {shell}"
        raise LookupError(msg)
    made = kind(click.Group("openmed"), {}, "openmed", COMPLETE)
    return made.source_template % made.source_vars()
