"""The `openmed` command: arguments → one operation → exit code. No logic here."""

from openmed.entrypoints.cli.commands import cli

__all__ = ["cli"]
