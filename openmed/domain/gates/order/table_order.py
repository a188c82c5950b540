"""What is weaker in one table than in another, key by key, by the marks of its keys.

A partial order: every key is compared by itself, so a table that is weaker in one key and stricter
in nine is weaker. What cannot be compared counts as weaker.
"""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast, get_args

from pydantic.fields import FieldInfo

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.strictness import MARKS, FewerNames, Ladder, Mark, NoneIs, Rows, Stricter
from openmed.domain.slot import parse_slot

Table = Mapping[str, Json]
NONE = "none"
_LONGEST = 200


class KeyChange(NamedTuple):
    """One key that got weaker, its values in words."""

    key: str
    old: str
    new: str


def mark_of(field: FieldInfo) -> Mark:
    """The direction a key declares; one that declares none may not change."""
    return next((one for one in field.metadata if isinstance(one, MARKS)), Stricter.SAME)


def is_marked(field: FieldInfo) -> bool:
    """Whether a key declares its direction."""
    return any(isinstance(one, MARKS) for one in field.metadata)


def row_kind(field: FieldInfo) -> type[Frozen]:
    """What a row of a list is."""
    kinds = (one for one in get_args(field.annotation) if isinstance(one, type))
    return next(kind for kind in kinds if issubclass(kind, Frozen))


def weaker_keys(
    kind: type[Frozen], old: Table, new: Table, *, slot: str = ""
) -> Iterator[KeyChange]:
    """Keys of a table that are weaker in `new` than in `old`.

    Args:
        kind: what the table holds.
        old: the table before, as plain values; of an earlier engine it may lack keys.
        new: the table now.
        slot: whose rows matter; empty: all.
    """
    before, now = _filled(kind, old), _filled(kind, new)
    for name, field in kind.model_fields.items():
        if name in before:
            yield from _weaker(field, name, before, now, slot=slot)
    for name in sorted(set(before) - set(kind.model_fields)):
        yield KeyChange(_key(name), _shown(before[name]), "no such key")


def _filled(kind: type[Frozen], table: Table) -> dict[str, Json]:
    """A table with the values that hold where a key is left out."""
    names = {field.alias or name: name for name, field in kind.model_fields.items()}
    given = {names.get(key, key): value for key, value in table.items()}
    defaults = {
        name: cast("Json", json.loads(json.dumps(field.default)))
        for name, field in kind.model_fields.items()
        if not field.is_required()
    }
    return {**defaults, **given}


def _weaker(
    field: FieldInfo, name: str, old: Table, new: Table, *, slot: str
) -> Iterator[KeyChange]:
    mark = mark_of(field)
    if isinstance(mark, Rows):
        yield from _weaker_rows(field, name, old, new, mark=mark, slot=slot)
        return
    if old.get(name) is None and new.get(name) is None:
        return  # Whatever holds instead has a name of its own.
    was, now = _held(field, name, old), _held(field, name, new)
    if _is_weaker(mark, was, now):
        yield KeyChange(_key(name), _shown(old.get(name)), _shown(new.get(name)))


def _held(field: FieldInfo, name: str, table: Table) -> Json:
    value = table.get(name)
    instead = next((one.key for one in field.metadata if isinstance(one, NoneIs)), "")
    return table.get(instead) if value is None and instead else value


def _is_weaker(mark: Mark, was: Json, now: Json) -> bool:
    if was == now and isinstance(was, bool) == isinstance(now, bool):
        return False
    match mark:
        case Stricter.WORDS:
            return False
        case Stricter.HIGHER | Stricter.LOWER:
            return was is not None and not _is_as_strict(mark, was, now)
        case Ladder(steps=steps):
            return not _is_up(steps, was, now)
        case Stricter.SAME | Rows():
            return True
        case _:
            return _are_weaker_names(mark, _names(was), _names(now))


def _are_weaker_names(
    mark: Stricter | FewerNames, was: frozenset[str], now: frozenset[str]
) -> bool:
    if mark is Stricter.MORE:
        return not was <= now
    if isinstance(mark, FewerNames) and mark.everyone in was:
        return False
    return not now <= was


def _is_as_strict(mark: Mark, was: Json, now: Json) -> bool:
    """Whether a number is no weaker; what is no number is none that anything reaches."""
    if not (_is_number(was) and _is_number(now)):
        return False
    old, new = cast("float", was), cast("float", now)
    return new >= old if mark is Stricter.HIGHER else new <= old


def _is_up(steps: tuple[str, ...], was: Json, now: Json) -> bool:
    known = was in steps and now in steps
    return known and steps.index(str(now)) <= steps.index(str(was))


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _names(value: Json) -> frozenset[str]:
    return frozenset(map(_shown, value)) if isinstance(value, list) else frozenset({_shown(value)})


def _weaker_rows(  # noqa: PLR0913 - two tables and what is known of the key
    field: FieldInfo, name: str, old: Table, new: Table, *, mark: Rows, slot: str
) -> Iterator[KeyChange]:
    inside = row_kind(field).model_fields
    words = {key for key, inner in inside.items() if mark_of(inner) is Stricter.WORDS}
    fields = {key: inner for key, inner in inside.items() if key not in {mark.key, *words}}
    was, now = _rows(old.get(name), mark, slot=slot), _rows(new.get(name), mark, slot=slot)
    if not fields:  # A row is an exception: there is one more.
        for row in sorted(now.keys() - was.keys()):
            yield KeyChange(f"{_key(name)}.{row}"[:_LONGEST], NONE, "listed")
    for row in sorted(was.keys() | now.keys()):
        for key, inner in fields.items():
            before = _of_row(was.get(row), key, old, mark.strictest)
            after = _of_row(now.get(row), key, new, mark.laxest or mark.strictest)
            if after is _NOT_JUDGED:
                continue
            if before is _NOT_JUDGED or _is_weaker(mark_of(inner), before.value, after.value):
                place = f"{_key(name)}.{row}" + (f".{_key(key)}" if len(fields) > 1 else "")
                was_words = mark.absent if before is _NOT_JUDGED else before.words
                yield KeyChange(place[:_LONGEST], was_words, after.words)


class _RowValue(NamedTuple):
    value: Json
    words: str


_NOT_JUDGED = _RowValue(None, "not judged")


def _of_row(row: Table | None, key: str, table: Table, default: str) -> _RowValue:
    """What holds for a name: its row's value, else the table's, else it cannot be judged."""
    if row is not None:
        return _RowValue(row.get(key), _shown(row.get(key)))
    if not default:
        return _NOT_JUDGED
    return _RowValue(table.get(default), f"{_shown(table.get(default))} ({default})")


def _rows(value: Json, mark: Rows, *, slot: str) -> dict[str, Table]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    wanted = getattr(parse_slot(slot), mark.of_slot) if slot and mark.of_slot else None
    return {_shown(row.get(mark.key)): row for row in rows if wanted in (None, row.get(mark.key))}


def _key(name: str) -> str:
    return name.rstrip("_") if name.isprintable() else "key"


def _shown(value: Json) -> str:
    """A value in words, in one printable line."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = ", ".join(sorted(map(_shown, value))) or NONE
    elif isinstance(value, str) and value.isprintable():
        text = value
    else:
        text = NONE if value is None else json.dumps(value, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
