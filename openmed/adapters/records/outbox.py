"""Messages that are still to be delivered: `artifacts/outbox/<fingerprint>.json`."""

import contextlib
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.notices.notice import Notice
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError


class Outbox:
    """Messages of one release repository; one a trouble, the newest."""

    def __init__(self, artifacts: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = artifacts / "outbox"

    def put(self, notice: Notice) -> Path:
        """Put a message in, in place of an earlier one about the same trouble; gives its file."""
        path = self._path(notice)
        atomic.write_if_different(path, dump(notice))
        return path

    def waiting(self) -> tuple[Notice, ...]:
        """Messages not yet taken out, by fingerprint; what cannot be read is left out."""
        found = []
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            with contextlib.suppress(EvidenceError, FileNotFoundError):
                data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
                found.append(parse(Notice, data, what=f"message {path.name}"))
        return tuple(found)

    def take(self, notice: Notice) -> None:
        """Take a message out: it was delivered everywhere. A newer one of its name stays."""
        path = self._path(notice)
        with contextlib.suppress(FileNotFoundError):  # Another process may have delivered it.
            if limited_read.read_bytes(path, most=limited_read.PRODUCT) == dump(notice):
                path.unlink()

    def _path(self, notice: Notice) -> Path:
        return self._folder / f"{notice.fingerprint}.json"
