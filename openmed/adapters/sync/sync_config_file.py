"""`gates/shared.toml`: whether and how state is shared."""

import tomllib
from pathlib import Path

from openmed.domain.release.sync_config import FILE, SyncConfig
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, UsageError


def read_sharing(root: Path) -> SyncConfig | None:
    """How state is shared; None when it is not.

    Raises:
        UsageError: the file cannot be used.
    """
    try:
        return from_plain(SyncConfig, tomllib.loads((root / FILE).read_text("utf-8")), what=FILE)
    except FileNotFoundError:
        return None
    except EvidenceError as error:
        raise UsageError(error.message, next_step="see docs/concepts/flip.md") from None
    except (OSError, ValueError):
        msg = f"{FILE} cannot be read as TOML"
        raise UsageError(msg) from None
