"""Bytes to values and back: the only parser and the only printer of our own JSON.

Reading is strict: duplicate keys, NaN, infinity, numbers that JSON readers do not agree
about, unknown fields and a wrong type are all refused. `json.loads` alone would keep the
last of two equal keys, so that a report which says FAILED and then PASSED would read PASSED.
"""

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from openmed.domain.digest import Json, canonical_json, digest_of
from openmed.domain.frozen import Frozen
from openmed.domain.near_names import did_you_mean
from openmed.errors import EvidenceError
from openmed.printable import printable_json

Value = TypeVar("Value", bound=Frozen)

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Unknown keys that are quoted."""
_ENDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
"""Ends of a range, as annotations have them, in words."""
_OUT_OF_RANGE = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_LARGEST = 2**53 - 1
"""Integers beyond it have no canonical form (RFC 8785)."""


def read_json(data: bytes, *, what: str) -> Json:
    """Parse JSON bytes strictly.

    Args:
        data: UTF-8 bytes.
        what: what the bytes are, for the error sentence.

    Raises:
        EvidenceError: not UTF-8 JSON, a key given twice, NaN, infinity, a number beyond float,
            an integer beyond 2^53.
    """
    try:
        return cast(
            "Json",
            json.loads(
                # Decoded here: json.loads would guess UTF-16 and UTF-32 too.
                data.decode(),
                object_pairs_hook=_no_twins,
                parse_constant=_no_constant,
                parse_float=_finite,
                parse_int=_exact,
            ),
        )
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else _reason(error)
        msg = f"{what} is not valid JSON: {reason}"
        raise EvidenceError(msg) from None


def read_table(data: bytes, *, what: str) -> dict[str, Json]:
    """Parse JSON bytes strictly; they must hold one object.

    Raises:
        EvidenceError: not JSON, or not an object.
    """
    content = read_json(data, what=what)
    if not isinstance(content, dict):
        msg = f"{what} is not a JSON object"
        raise EvidenceError(msg)
    return content


def parse(kind: type[Value], data: bytes, *, what: str) -> Value:
    """Read one value from JSON bytes; a versioned value must state its schema.

    Raises:
        EvidenceError: the bytes are not JSON, or not exactly a `kind`.
    """
    content = read_json(data, what=what)
    if "schema_" in kind.model_fields and not (isinstance(content, dict) and "schema" in content):
        msg = f"{what} does not say which schema it follows"
        raise EvidenceError(msg)
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        msg = f"{what} is not valid: {explain(error, kind=kind)}"
        raise EvidenceError(msg) from None


def from_plain(kind: type[Value], plain: object, *, what: str) -> Value:
    """Build one value from plain lists and mappings (a TOML table).

    Strict mode refuses a list where a tuple is declared unless the input is JSON, so the
    table goes through JSON.

    Raises:
        EvidenceError: not exactly a `kind`.
    """
    try:
        data = json.dumps(plain, allow_nan=False).encode()
    except (TypeError, ValueError):
        msg = f"{what} holds a value that JSON cannot carry (a date, NaN or infinity)"
        raise EvidenceError(msg) from None
    return parse(kind, data, what=what)


def explain(error: ValidationError, *, kind: type[BaseModel]) -> str:
    """Say where and what in one line, without the input (it might be document text).

    Only a number that is out of its range is shown.
    """
    faults = [
        _out_of_range(fault["loc"], fault["input"], kind=kind)
        if fault["type"] in _OUT_OF_RANGE
        else _fault(fault["type"], fault["loc"], fault["msg"], kind=kind)
        for fault in error.errors(include_url=False, include_context=False)
    ]
    shown = "; ".join(faults[:3])
    return shown if len(faults) <= 3 else f"{shown}; and {len(faults) - 3} more"  # noqa: PLR2004 - as above


def plain(value: Frozen, *, but: Collection[str] = ()) -> Json:
    """The value as plain JSON types; fields may be left out."""
    return cast("Json", value.model_dump(mode="json", exclude=set(but) or None))


def dump(value: Frozen) -> bytes:
    """Canonical bytes (RFC 8785): for everything that is hashed or signed."""
    return canonical_json(plain(value))


def pretty(value: "Frozen | Json") -> bytes:
    """Indented, sorted bytes with a final newline: for files that people read, and terminals."""
    content = plain(value) if isinstance(value, Frozen) else value
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{printable_json(text)}\n".encode()


def digest_value(value: Frozen) -> str:
    """Digest of a value: sha256 over its canonical bytes."""
    return digest_of(plain(value))


def _fault(code: str, place: tuple[int | str, ...], message: str, *, kind: type[BaseModel]) -> str:
    match code:
        case "extra_forbidden":
            return _located(place[:-1], _unknown_key(place, kind=kind))
        case "missing":
            return _located(place[:-1], f"missing key `{place[-1]}`")
        case _:
            return _located(place, message.removeprefix("Value error, "))


def _out_of_range(place: tuple[int | str, ...], value: object, *, kind: type[BaseModel]) -> str:
    """What was given and the whole range, not only the end that was passed."""
    got = f"{value}" if isinstance(value, (int, float)) else "a number"
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    ranges = {range_of(field) for field in _fields_at(place[:-1], kind, key)} - {""}
    wanted = ranges.pop() if len(ranges) == 1 else "a number in its range"
    return _located(place, f"{got[:24]} is out of range; wanted {wanted}")


def range_of(field: FieldInfo) -> str:
    """Both ends that a number may have, in words; empty where there is none."""
    ends = {
        word: getattr(one, name)
        for one in _conditions(field)
        for name, word in _ENDS.items()
        if hasattr(one, name)
    }
    return " and ".join(f"{word} {value:,}" for word, value in ends.items())


def _conditions(field: FieldInfo) -> Iterator[object]:
    """What a value must be, also where the field may be None besides."""
    yield from field.metadata
    for part in get_args(field.annotation):
        for one in get_args(part):
            yield from one.metadata if isinstance(one, FieldInfo) else ()


def _fields_at(place: Sequence[int | str], kind: type[BaseModel], key: str) -> list[FieldInfo]:
    """Fields of one name in the tables that may stand at a place inside a value."""
    return [field for name, field in _named_fields_at(place, kind) if name == key]


def _unknown_key(place: tuple[int | str, ...], *, kind: type[BaseModel]) -> str:
    key = str(place[-1])
    if not _KEY.fullmatch(key):
        return "unknown key"  # Whatever it is, it is not a misspelt name of ours.
    near = did_you_mean(key, _keys_at(place[:-1], kind))
    return f"unknown key `{key}`" + (f"; {near}" if near else "")


def _keys_at(place: Sequence[int | str], kind: type[BaseModel]) -> set[str]:
    """Keys of the tables that may stand at a place inside a value."""
    return {name for name, _ in _named_fields_at(place, kind)}


def _named_fields_at(
    place: Sequence[int | str], kind: type[BaseModel]
) -> Iterator[tuple[str, FieldInfo]]:
    kinds = [kind]
    for part in place:
        fields = [one.model_fields[part] for one in kinds if part in one.model_fields]
        # A number is an element of a list; a name that is no field tells members of a union apart.
        kinds = [model for field in fields for model in _models_in(field.annotation)] or kinds
    for one in kinds:
        yield from ((field.alias or name, field) for name, field in one.model_fields.items())


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _located(place: tuple[int | str, ...], message: str) -> str:
    """A message with its place; a rule of our own about the whole value has none."""
    where = ".".join(str(part) for part in place)
    return f"{where}: {message}" if where else message


def _no_twins(pairs: Sequence[tuple[str, Json]]) -> Mapping[str, Json]:
    table = dict(pairs)
    if len(table) != len(pairs):
        msg = "a key is given twice in one object"
        raise ValueError(msg)
    return table


def _no_constant(name: str) -> Json:
    msg = f"{name} is not a number"
    raise ValueError(msg)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        msg = "a number is too large"
        raise ValueError(msg)
    return number


def _exact(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        msg = "an integer is too large"
        raise ValueError(msg)
    return number


def _reason(error: ValueError) -> str:
    # The decoder's own message quotes no input, only a position; UnicodeDecodeError's does.
    return "not UTF-8" if isinstance(error, UnicodeError) else str(error)
