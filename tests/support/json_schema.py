"""A small checker of JSON Schema 2020-12: the keywords our schemas use, and a refusal of any other.

A keyword it does not know would check nothing, so it raises.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from openmed.domain.digest import Json

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
_SILENT = {
    "$schema", "$defs", "title", "description", "default", "examples", "contentEncoding",
    "then", "else", "format", "discriminator",
}  # fmt: skip
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_SIZES = {"minLength", "maxLength", "minItems", "maxItems", "minProperties"}


def faults(value: Json, schema: Json, *, root: Mapping[str, Json] | None = None) -> list[str]:
    """What is wrong with a value, as `path: reason`; empty when it follows the schema."""
    whole = root if root is not None else cast("Mapping[str, Json]", schema)
    return list(_faults(value, schema, whole, "$"))


def _faults(value: Json, schema: Json, root: Mapping[str, Json], at: str) -> Iterator[str]:
    if isinstance(schema, bool):
        if not schema:
            yield f"{at}: nothing is allowed here"
        return
    assert isinstance(schema, dict), schema
    for keyword, wanted in schema.items():
        if keyword in _SILENT:
            continue
        yield from _one(keyword, wanted, schema, value, root, at)


def _one(  # noqa: C901, PLR0912, PLR0913, PLR0917 - one branch a keyword
    keyword: str,
    wanted: Json,
    schema: Mapping[str, Json],
    value: Json,
    root: Mapping[str, Json],
    at: str,
) -> Iterator[str]:
    if keyword == "$ref":
        yield from _faults(value, _resolved(str(wanted), root), root, at)
    elif keyword == "type":
        kinds = [wanted] if isinstance(wanted, str) else cast("list[str]", wanted)
        if not any(_is(value, str(kind)) for kind in kinds):
            yield f"{at}: {type(value).__name__} is not {wanted}"
    elif keyword == "const":
        if value != wanted:
            yield f"{at}: {value!r} is not {wanted!r}"
    elif keyword == "enum":
        if value not in cast("list[Json]", wanted):
            yield f"{at}: {value!r} is not one of {wanted!r}"
    elif keyword == "pattern":
        if isinstance(value, str) and not re.search(str(wanted), value):
            yield f"{at}: {value!r} does not match {wanted}"
    elif keyword in _BOUNDS:
        if _is(value, "number") and not _within(
            keyword, cast("float", value), cast("float", wanted)
        ):
            yield f"{at}: {value!r} breaks {keyword} {wanted}"
    elif keyword in _SIZES:
        yield from _size(keyword, cast("int", wanted), value, at)
    elif keyword == "uniqueItems":
        if wanted and isinstance(value, list) and len({str(v) for v in value}) < len(value):
            yield f"{at}: holds something twice"
    elif keyword in {"anyOf", "oneOf", "allOf"}:
        yield from _choice(keyword, cast("Sequence[Json]", wanted), value, root, at)
    elif keyword == "if":
        branch = "then" if not list(_faults(value, wanted, root, at)) else "else"
        yield from _faults(value, schema.get(branch, True), root, at)
    elif keyword in {"properties", "required", "additionalProperties"}:
        yield from _object(keyword, wanted, schema, value, root, at)
    elif keyword in {"items", "prefixItems"}:
        yield from _items(keyword, wanted, value, root, at)
    else:
        msg = f"the checker does not know {keyword}"
        raise NotImplementedError(msg)


def _object(  # noqa: PLR0913, PLR0917 - as above
    keyword: str,
    wanted: Json,
    schema: Mapping[str, Json],
    value: Json,
    root: Mapping[str, Json],
    at: str,
) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    known = cast("Mapping[str, Json]", schema.get("properties", {}))
    if keyword == "required":
        yield from (f"{at}: lacks {k}" for k in cast("list[str]", wanted) if k not in value)
    elif keyword == "properties":
        for key, part in cast("Mapping[str, Json]", wanted).items():
            if key in value:
                yield from _faults(value[key], part, root, f"{at}.{key}")
    else:
        for key in value.keys() - known.keys():
            yield from _faults(value[key], wanted, root, f"{at}.{key}")


def _items(
    keyword: str, wanted: Json, value: Json, root: Mapping[str, Json], at: str
) -> Iterator[str]:
    if not isinstance(value, list):
        return
    if keyword == "prefixItems":
        for number, (item, part) in enumerate(zip(value, cast("list[Json]", wanted), strict=False)):
            yield from _faults(item, part, root, f"{at}[{number}]")
        return
    for number, item in enumerate(value):
        yield from _faults(item, wanted, root, f"{at}[{number}]")


def _choice(
    keyword: str, wanted: Sequence[Json], value: Json, root: Mapping[str, Json], at: str
) -> Iterator[str]:
    found = [list(_faults(value, part, root, at)) for part in wanted]
    fitting = sum(1 for part in found if not part)
    if keyword == "allOf":
        yield from (fault for part in found for fault in part)
    elif fitting == 0:
        yield f"{at}: fits none of {keyword}: {min(found, key=len)}"
    elif keyword == "oneOf" and fitting > 1:
        yield f"{at}: fits {fitting} of oneOf"


def _size(keyword: str, wanted: int, value: Json, at: str) -> Iterator[str]:
    kind = {"L": "str", "I": "list", "P": "dict"}[keyword[3]]
    if isinstance(value, str | list | dict) and type(value).__name__ == kind:
        is_low = len(value) < wanted if keyword.startswith("min") else len(value) > wanted
        if is_low:
            yield f"{at}: breaks {keyword} {wanted}"


def _within(keyword: str, value: float, limit: float) -> bool:
    return {
        "minimum": value >= limit,
        "maximum": value <= limit,
        "exclusiveMinimum": value > limit,
        "exclusiveMaximum": value < limit,
    }[keyword]


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS[kind])


def _resolved(reference: str, root: Mapping[str, Json]) -> Json:
    place: Json = root
    for part in reference.removeprefix("#/").split("/"):
        place = cast("Mapping[str, Json]", place)[part]
    return place
