"""What one shard of CI may bring: the files of the slots it holds, and nothing else.

A job that runs candidates is not trusted with more than its own slots. Whatever else lies in its
upload makes the whole upload an error, by name: a file too many is not an accident to be sorted
out.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

PRODUCTS, TREES, PREDICTIONS = "runs", "staged", "predictions"
"""Folders of an upload, as they are under `artifacts/`."""
_LOG = re.compile(r"runs/(?P<slug>[^/]+)/[^/]+\.log")


class UploadedFile(NamedTuple):
    """One thing in an upload.

    Attributes:
        path: in the upload, with `/`.
        is_plain: whether it is a file; a link or a pipe is not.
    """

    path: str
    is_plain: bool


class UploadRights(NamedTuple):
    """What a shard may bring.

    Attributes:
        upload: name of its folder.
        products: `runs/SLOT/NAME.json` of its slots.
        slugs: folders of its slots; logs there are passed over.
        trees: artifacts it measures.
        predictions: names of the chunks its reports are counted from.
    """

    upload: str
    products: frozenset[str]
    slugs: frozenset[str]
    trees: frozenset[str]
    predictions: frozenset[str]

    def fault_in(self, files: Collection[UploadedFile]) -> str:
        """What an upload holds that it may not hold; empty when nothing."""
        for file in sorted(files):
            if not file.is_plain:
                return f"{self.upload} holds {file.path[:200]!r}, which is not a plain file"
            if not self._may_hold(file.path):
                what = "which is of no slot that this shard holds"
                return f"{self.upload} holds {file.path[:200]!r}, {what}"
        return ""

    def _may_hold(self, path: str) -> bool:
        folder, _, rest = path.partition("/")
        if folder == TREES:
            return rest.partition("/")[0] in self.trees
        if folder == PREDICTIONS:
            return rest in self.predictions
        log = _LOG.fullmatch(path)
        return path in self.products or (log is not None and log["slug"] in self.slugs)
