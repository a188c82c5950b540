"""Text appended to the queue and to the catalogue; what stands there stays byte for byte."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Final

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json
from openmed.domain.slot import parse_slot
from openmed.domain.wire import from_plain, plain
from openmed.errors import UsageError

QUEUE: Final = "gates/candidates.toml"
"""Where the queue stands in a release repository."""
_WIDTH: Final = 98
_TIERS: Final = {"none": None}


def queue_row(candidate: Candidate) -> str:
    """A `[[candidate]]` table, of the keys that say something."""
    table = plain(candidate)
    said = table if isinstance(table, dict) else {}
    kept = {key: value for key, value in said.items() if value not in (None, "", False)}
    if kept.get("timeout_seconds") == Candidate.model_fields["timeout_seconds"].default:
        del kept["timeout_seconds"]
    lines = [f"{key} = {_toml(value, key=key)}" for key, value in kept.items()]
    return "\n".join(["[[candidate]]", *lines, ""])


def catalogue_row(candidate: Candidate) -> str:
    """A line of `models.jsonl` that agrees with a candidate's row."""
    slot = parse_slot(candidate.slot)
    row: Mapping[str, Json] = {
        "repo_id": candidate.repo_id,
        "family": slot.family,
        "task": "token-classification",
        "languages": list(candidate.languages),
        "tier": _TIERS.get(slot.tier, slot.tier),
        "formats": [slot.format],
        "canonical_labels": list(candidate.labels),
        "license": candidate.licence,
        "released": None,
    }
    return json.dumps(row, separators=(",", ":"))


def appended(have: bytes, text: str, *, is_apart: bool) -> bytes:
    """A file with text after it, on a line of its own.

    Args:
        have: what there is.
        text: what comes after it.
        is_apart: whether an empty line stands between them.
    """
    end = b"" if not have or have.endswith(b"\n") else b"\n"
    gap = b"\n" if is_apart and have else b""
    return have + end + gap + text.encode()


def _toml(value: Json, *, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}"
    if isinstance(value, list):
        return _array([_text(str(one)) for one in value], room=_WIDTH - len(key))
    return _text(str(value))


def _array(items: Sequence[str], *, room: int) -> str:
    whole = f"[{', '.join(items)}]"
    if len(whole) <= room:
        return whole
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f" {item}," if lines[-1] else f"  {item},"
    return "[\n" + "\n".join(lines) + "\n]"


def _text(words: str) -> str:
    """A basic string: TOML escapes as JSON does, but for what lies beyond 16 bits."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def with_row(have: bytes, candidate: Candidate) -> bytes:
    """The queue with a row more, every byte of it kept.

    Raises:
        UsageError: it is not TOML, or no table can follow what it ends with.
    """
    return with_rows(have, (candidate,))


def with_rows(have: bytes, candidates: Sequence[Candidate]) -> bytes:
    """The queue with more rows; read as a whole once, however many they are.

    Raises:
        UsageError: it is not TOML, or no table can follow what it ends with.
    """
    made, before = have, rows_of(have)
    for candidate in candidates:
        made = appended(made, queue_row(candidate), is_apart=True)
    try:
        after = rows_of(made)
    except UsageError:
        after = []
    if after[: len(before)] != before or len(after) != len(before) + len(candidates):
        msg = f"{QUEUE} cannot take a [[candidate]] at its end; write its rows as such tables"
        raise UsageError(msg)
    read = [from_plain(Candidate, row, what="the new row") for row in after[len(before) :]]
    if read != [*candidates]:
        msg = "the new row does not read as what it was made of"
        raise UsageError(msg)
    return made


def rows_of(data: bytes) -> list[object]:
    """Rows of a queue as they are written.

    Raises:
        UsageError: it is not TOML.
    """
    try:
        table = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{QUEUE} is not valid TOML: {error}"
        raise UsageError(msg) from None
    rows = table.get("candidate", [])
    return rows if isinstance(rows, list) else []
