"""How a schema is drawn from a value: its fields, and what its docstring says of each."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, cast

from pydantic.json_schema import models_json_schema

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.policy_schema import DIALECT

Schema = Mapping[str, Json]
TEXT: Final[Schema] = {"type": "string"}
DIGEST: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SHA256: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sha256"],
    "properties": {"sha256": DIGEST},
}


class Named(NamedTuple):
    """One schema.

    Attributes:
        what: which file or answer follows it.
        made: draws it, for the gates that a policy may name.
    """

    what: str
    made: Callable[[tuple[Gate, ...]], Schema]


def of_value(kind: type[Frozen], what: str, *, written: bool = False) -> Named:
    """The schema of one value, as it is read where people write it."""
    return Named(
        what, lambda _: draw(kind, what, mode="validation" if written else "serialization")
    )


def of_rows(key: str, kind: type[Frozen], what: str) -> Named:
    """The schema of a file of rows."""
    return Named(what, lambda _: draw_table(key, kind, what))


def draw(kind: type[Frozen], title: str, *, mode: Literal["validation", "serialization"]) -> Schema:
    """Schema of one value, with what its docstring says of each field."""
    reference, definitions = definitions_of(kind, mode=mode)
    own = reference.rpartition("/")[2]
    return whole(title, definitions.pop(own), definitions)


def definitions_of(
    kind: type[Frozen], *, mode: Literal["validation", "serialization"]
) -> tuple[str, dict[str, Schema]]:
    """How a value is referred to, and every part that needs."""
    references, whole = models_json_schema([(kind, mode)], by_alias=True)
    found = cast("dict[str, dict[str, Json]]", whole["$defs"])
    return str(references[kind, mode]["$ref"]), {name: _told(part) for name, part in found.items()}


def whole(title: str, schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A schema that stands alone."""
    own = {"$defs": definitions} if definitions else {}
    return {"$schema": DIALECT, **schema, "title": title, **own}


def draw_table(key: str, kind: type[Frozen], title: str) -> Schema:
    """Schema of a file that holds rows of one value under one key."""
    reference, definitions = definitions_of(kind, mode="validation")
    rows: Schema = {"type": "array", "minItems": 1, "items": {"$ref": reference}}
    return whole(title, table_of({key: rows}), definitions)


def _told(part: Mapping[str, Json]) -> Schema:
    """Move what a docstring says of its fields to the fields."""
    text, _, fields = str(part.get("description", "")).partition("\n\nAttributes:\n")
    said = {
        name: re.sub(r"\s+", " ", meaning).strip()
        for name, meaning in re.findall(r"^    (\w+): (.+(?:\n     +.+)*)", fields, re.MULTILINE)
    }
    properties = cast("Mapping[str, Mapping[str, Json]]", part.get("properties", {}))
    told = {
        name: {**schema, **({"description": said[name]} if name in said else {})}
        for name, schema in properties.items()
    }
    described = {"description": re.sub(r"\s+", " ", text)} if text else {}
    return {**part, **described, **({"properties": told} if told else {})}


def table_of(properties: Mapping[str, Json], *, optional: tuple[str, ...] = ()) -> Schema:
    """Schema of a closed table."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def exactly(value: str) -> Schema:
    """Schema of one text."""
    return {"const": value}
