"""What `dodo.py` imports: the release graph of a repository for doit."""

from pathlib import Path

from openmed.context import open_context
from openmed.pipeline import doit_tasks


def dodo(root: Path) -> dict[str, object]:
    """Tasks of a release repository, and what doit must know besides them."""
    return doit_tasks.dodo(open_context(root))
