"""The name under which an older release repository's `dodo.py` imports the graph; nothing else."""

from openmed.pipeline.doit_tasks import dodo

__all__ = ["dodo"]
