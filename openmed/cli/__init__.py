"""The `openmed` command: arguments → one operation → exit code. No logic here."""

from openmed.cli.command_tree import cli

__all__ = ["cli"]
