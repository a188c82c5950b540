"""Spoils a JSON document in every field, one fault at a time. Pure: values in, mutants out.

A mutant of a field is named by the field's path (`labels[].counts.covered`: of a list, the
first item stands for all) and by how it was spoilt.
"""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from openmed.domain.digest import digest_of

HUGE = 2**53 - 1
OTHERS_DIGEST = "0" * 63 + "1"


class Raw(NamedTuple):
    """JSON text as it stands, for what `json.dumps` would never write."""

    text: str


class Twins(NamedTuple):
    """An object in which a key is given twice; the last one is the one most parsers keep."""

    table: dict[str, Any]
    key: str
    first: Any


class Mutant(NamedTuple):
    """One spoilt file.

    Attributes:
        where: path of the field; `file` for the file as a whole.
        how: how it was spoilt.
        data: its bytes; None = the file is gone.
    """

    where: str
    how: str
    data: bytes | None


Write = Callable[[Any], bytes]
"""From a spoilt content to the bytes of the file that holds it."""


Way = tuple[str, Callable[[Any], Any]]


def text_of(value: Any) -> str:  # noqa: ANN401 - any JSON, and what is none
    """JSON text of a value with raw parts and twins in it."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Twins):
        pairs = [(value.key, value.first), *value.table.items()]
        return "{" + ",".join(f"{json.dumps(k)}:{text_of(v)}" for k, v in pairs) + "}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{text_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(text_of(item) for item in value) + "]"
    return json.dumps(value)


def sealed(materials: str, content: Any) -> bytes:  # noqa: ANN401 - as above
    """A product file over this content with a checksum that fits, if there can be one."""
    try:
        checksum = digest_of(json.loads(text_of(content)))
    except ValueError:
        checksum = OTHERS_DIGEST
    table = {
        "schema": "openmed.product/1",
        "materials": materials,
        "checksum": checksum,
        "content": content,
    }
    return text_of(table).encode()


def spoilt_files(data: bytes, *, other: bytes) -> Iterator[Mutant]:
    """A product file, spoilt as a whole.

    Args:
        data: the good file.
        other: a good file of another product.
    """
    table = json.loads(data)
    deep = b'{"content":' * 100_000
    for how, spoilt in (
        ("gone", None),
        ("empty", b""),
        ("half", data[: len(data) // 2]),
        ("without its last bracket", data.rstrip()[:-1]),
        ("not JSON", b"PASSED"),
        ("null bytes", bytes(1000)),
        ("UTF-16", data.decode().encode("utf-16")),
        ("nested too deeply", deep),
        ("another product", other),
        ("a list", b"[" + data + b"]"),
        ("twice", data + data),
        ("checksum of nothing", text_of({**table, "checksum": OTHERS_DIGEST}).encode()),
        ("another schema", text_of({**table, "schema": "openmed.product/2"}).encode()),
        ("materials are a number", text_of({**table, "materials": 1}).encode()),
        ("an unknown key", text_of({**table, "decision": "RELEASABLE"}).encode()),
        ("content twice", text_of(Twins(table, "content", {})).encode()),
        ("content of another", _with_content(table, other)),
        ("keys in another order", json.dumps(_reversed(table)).encode()),
    ):
        yield Mutant("file", how, spoilt)


def spoilt_fields(
    content: dict[str, Any], write: Write, *, wanted: Callable[[str, str], bool]
) -> Iterator[Mutant]:
    """A content, spoilt in every field; only what is wanted is made."""
    for path in _paths(content):
        for how, spoil in _ways(_at(content, path)):
            if wanted(named(path), how):
                yield Mutant(named(path), how, write(_changed(content, path, spoil)))


def named(path: Sequence[str | int]) -> str:
    """A path as text."""
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "content"


class Gone:
    """What stands in the place of a field that was dropped."""


_NEVER: tuple[tuple[str, Any], ...] = (
    ("null", None),
    ("text", "ok"),
    ("a list", []),
    ("an object", {}),
)
_NUMBERS: tuple[tuple[str, Any], ...] = (
    ("NaN", Raw("NaN")),
    ("Infinity", Raw("Infinity")),
    ("true", True),
    ("zero", 0),
    ("negative", -1),
    ("huge", HUGE),
    ("beyond float", Raw("1e999")),
    ("beyond integers", Raw("1" + "0" * 30)),
)
_TEXTS: tuple[tuple[str, Any], ...] = (
    ("empty", ""),
    ("a number", 1),
    ("markup", "<b>\n"),
    ("other digest", OTHERS_DIGEST),
    ("last year", "2025-11-24T12:00:00Z"),
    ("next year", "2027-11-24T12:00:00Z"),
)


def _ways(value: Any) -> Iterator[Way]:  # noqa: ANN401 - as above
    yield "dropped", lambda _: Gone
    number = isinstance(value, int | float) and not isinstance(value, bool)
    more = _NUMBERS if number else _TEXTS if isinstance(value, str) else ()
    for how, instead in (*_NEVER, *more):
        if instead != value or type(instead) is not type(value):
            yield how, partial(_instead, instead)
    if isinstance(value, dict):
        yield from _ways_of_tables(value)
    elif isinstance(value, list):
        yield from _ways_of_lists(value)
    elif isinstance(value, int) and number:
        yield "as a float", lambda number: Raw(f"{number}.0")
        yield "one more", lambda number: number + 1
        yield "one less", lambda number: number - 1
    elif isinstance(value, float):
        yield "half", lambda number: number / 2
    elif isinstance(value, str):
        yield "another word", lambda text: text + "x"


def _instead(instead: Any, _: object) -> Any:  # noqa: ANN401 - as above
    return instead


def _ways_of_tables(value: dict[str, Any]) -> Iterator[Way]:
    yield "an unknown key", lambda table: {**table, "passed": True}
    yield "a key twice", lambda table: Twins(table, next(iter(table)), None)
    if len(value) > 1:
        yield "keys in another order", _reversed


def _ways_of_lists(value: list[Any]) -> Iterator[Way]:
    if value:
        yield "an item twice", lambda items: [items[0], *items]
        yield "an item missing", lambda items: items[1:]
    if len(value) > 1:
        yield "in another order", lambda items: [*items[1:], items[0]]


def _paths(value: Any, start: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - as above
    yield start
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _paths(child, (*start, key))
    elif isinstance(value, list) and value:
        yield from _paths(value[0], (*start, 0))


def _at(value: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - as above
    for part in path:
        value = value[part]
    return value


def _changed(content: Any, path: Sequence[str | int], spoil: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as above
    if not path:
        result = spoil(content)
        return None if result is Gone else result
    changed = copy.deepcopy(content)
    parent = _at(changed, path[:-1])
    result = spoil(parent[path[-1]])
    if result is Gone:
        del parent[path[-1]]
    else:
        parent[path[-1]] = result
    return changed


def _reversed(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _with_content(table: dict[str, Any], other: bytes) -> bytes:
    theirs = json.loads(other)
    return text_of({**table, "content": theirs["content"], "checksum": theirs["checksum"]}).encode()
