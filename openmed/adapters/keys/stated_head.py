"""What `gates/head.json` says of itself: read without its signature, for pages that only show it.

Whoever decides by it verifies it (`head_file.py`); this loads nothing that can.
"""

import base64
from pathlib import Path

from openmed.adapters.disk import limited_read
from openmed.domain.attestation.head_statement import FIELD, HEAD_FILE, LedgerHead, StatedHead
from openmed.domain.digest import Json, sha256_hex
from openmed.domain.wire import from_plain, read_json
from openmed.errors import EvidenceError

_POINTER = "gates/pointer.json"


def stated_head(root: Path) -> StatedHead:
    """Read what is stated beside a release repository's pointer.

    Args:
        root: the release repository.
    """
    pointer = _bytes(root / _POINTER, most=limited_read.PRODUCT)
    said = _bytes(root / HEAD_FILE, most=limited_read.KEY)
    name = "" if pointer is None else sha256_hex(pointer)
    return StatedHead(
        None if said is None else _head(said), pointer=name, is_there=said is not None
    )


def _head(envelope: bytes) -> LedgerHead | None:
    """The head in an envelope; None where there is none."""
    try:
        payload = _table(read_json(envelope, what=HEAD_FILE)).get("payload")
        if not isinstance(payload, str):
            return None
        statement = _table(read_json(base64.b64decode(payload), what=HEAD_FILE))
        predicate = _table(statement.get("predicate"))
        return from_plain(LedgerHead, predicate.get(FIELD), what=HEAD_FILE)
    except (EvidenceError, ValueError):
        return None


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _bytes(path: Path, *, most: int) -> bytes | None:
    try:
        return limited_read.read_bytes(path, most=most)
    except OSError:
        return None
