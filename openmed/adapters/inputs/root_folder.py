"""The folder of a release repository, before anything in it is opened."""

import os
from pathlib import Path

from openmed.errors import UsageError


def root_folder(root: Path) -> Path:
    """The whole path of a release repository.

    Reports, pages and statements are UTF-8 and name files by their path. A name that is not
    would fail when the first of them is written: after a rollback has moved.

    Raises:
        UsageError: its path is not UTF-8; nothing was read.
    """
    whole = Path(os.path.realpath(root))  # `Path.resolve` raises for links in a circle.
    try:
        str(whole).encode()
    except UnicodeEncodeError:
        shown = str(whole).encode(errors="surrogateescape").decode(errors="replace")
        msg = f"the path of the release repository is not UTF-8: {shown}"
        raise UsageError(msg, next_step="rename the folder, or clone into another one") from None
    return whole
