"""`gates/shared.toml`: whether and how state is shared."""

import tomllib
from pathlib import Path

from openmed.domain.release.sync_config import FILE, EndedSharing, SharingFile, SyncConfig
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, UsageError


def read_sharing(root: Path) -> SyncConfig | None:
    """How state is shared; None when it is not.

    Raises:
        UsageError: the file cannot be used.
    """
    found = read_sharing_file(root)
    return found if isinstance(found, SyncConfig) else None


def read_sharing_file(root: Path) -> SharingFile | None:
    """What the file says; None when there is none.

    Raises:
        UsageError: the file cannot be used.
    """
    try:
        return parse_sharing((root / FILE).read_bytes())
    except FileNotFoundError:
        return None
    except EvidenceError as error:
        raise UsageError(error.message, next_step="see docs/concepts/flip.md") from None
    except (OSError, ValueError):
        msg = f"{FILE} cannot be read as TOML"
        raise UsageError(msg) from None


def parse_sharing(data: bytes) -> SharingFile:
    """What bytes of the file say.

    Raises:
        EvidenceError: it is not what such a file says.
        ValueError: it is no TOML.
    """
    table = tomllib.loads(data.decode("utf-8"))
    if "ended" in table:
        return from_plain(EndedSharing, table, what=FILE)
    return from_plain(SyncConfig, table, what=FILE)
