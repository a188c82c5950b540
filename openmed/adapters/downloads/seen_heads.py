"""The greatest head of each source, in the user's own state folder: what makes going back seen."""

from collections.abc import Mapping
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.digest import sha256_hex
from openmed.domain.downloads.record import SeenHead
from openmed.domain.wire import parse, pretty
from openmed.errors import EvidenceError, ExternalError, UsageError


def state_folder(environment: Mapping[str, str]) -> Path:
    """`$XDG_STATE_HOME/openmed`, else `~/.local/state/openmed`."""
    home = Path(environment.get("HOME") or Path.home())
    return Path(environment.get("XDG_STATE_HOME") or home / ".local/state") / "openmed"


class FileSeenHeads:
    """One small file a source."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder / "heads"

    def greatest(self, source: str) -> SeenHead | None:
        """What was seen; None when nothing was."""
        path = self._path(source)
        try:
            data = limited_read.read_bytes(path, most=limited_read.KEY)
            seen = parse(SeenHead, data, what=str(path))
        except FileNotFoundError:
            return None
        except (OSError, EvidenceError) as error:
            said = error.strerror if isinstance(error, OSError) else "it is damaged"
            msg = f"{path}, the greatest head seen of {source}, cannot be read: {said}"
            raise UsageError(msg, next_step="find out who changed it, then remove it") from None
        return seen

    def keep(self, seen: SeenHead) -> None:
        """Remember it, unless a greater one is kept."""
        known = self.greatest(seen.source)
        if known is not None and known.size >= seen.size:
            return
        path = self._path(seen.source)
        try:
            atomic.write(path, pretty(seen))
        except OSError as error:
            msg = f"the head that was seen cannot be kept in {path.parent}: {error.strerror}"
            raise ExternalError(msg, next_step="make the folder writable") from None

    def _path(self, source: str) -> Path:
        return self._folder / f"{sha256_hex(source.encode())}.json"
