"""The name under which an older release repository's `dodo.py` imports the graph; nothing else."""

from openmed.cli.release.dodo import dodo

__all__ = ["dodo"]
