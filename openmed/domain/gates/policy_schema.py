"""The JSON Schema of policy files and of the floor, as people write them: for editors and review.

What it cannot say (a label that is not of the gate, a suite that is not pinned, rows given twice)
is said when the policy is read.
"""

from collections.abc import Mapping
from typing import cast

from pydantic.json_schema import models_json_schema

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import EXTENDS, GatePolicy, Policy

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMMON: Mapping[str, Json] = {
    "reason": {"type": "string", "minLength": 1, "description": "Why these numbers."},
    "blocking": {"type": "boolean", "description": "Whether it decides; false = it only reports."},
    "not_applicable": {"type": "string", "minLength": 1, "description": "Why it does not apply."},
}
_DERIVED = ("name", "gates")
"""Fields of a policy that are not keys of its file."""


def policy_schema(gates: tuple[Gate, ...]) -> Json:
    """The schema of a policy that names any of these gates.

    A file that extends another holds only what differs, so in it every key may be left out
    except the reasons.
    """
    found, names = _definitions(Policy, gates)
    policy = found[names[Policy]]
    keys = {k: v for k, v in _properties(policy).items() if k not in _DERIVED}
    tables = {gate.id: _gate(gate, found[names[gate.table]]) for gate in gates}
    needed = [name for name in keys if name in _required(policy)]
    whole: Json = {
        "required": [*needed, "schema", "gates"],
        "properties": {
            "gates": {"properties": {g.id: _whole(found[names[g.table]]) for g in gates}}
        },
    }
    return {
        "$schema": DIALECT,
        "title": "Policy of openmed-release (gates/policy/*.toml)",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **keys,
            EXTENDS: {"type": "string", "minLength": 1, "description": "Policy it differs from."},
            "gates": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": tables,
            },
        },
        "if": {"required": [EXTENDS]},
        "then": {"required": ["reason"]},
        "else": whole,
        "$defs": _shared(found, names),
    }


def floor_schema(gates: tuple[Gate, ...]) -> Json:
    """The schema of the floor, which names whole tables of any of these gates."""
    found, names = _definitions(Floor, gates)
    floor = found[names[Floor]]
    tables = {gate.id: _gate(gate, found[names[gate.table]]) for gate in gates}
    whole = {gate.id: _whole(found[names[gate.table]]) for gate in gates}
    return {
        "$schema": DIALECT,
        "title": "Floor of openmed-release (gates/policy/floor.toml)",
        "type": "object",
        "additionalProperties": False,
        "required": [*_required(floor), "schema"],
        "properties": {
            **_properties(floor),
            "gates": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {name: {"allOf": [tables[name], whole[name]]} for name in tables},
            },
        },
        "$defs": _shared(found, names),
    }


def _definitions(
    kind: type[Frozen], gates: tuple[Gate, ...]
) -> tuple[Mapping[str, Mapping[str, Json]], Mapping[type[Frozen], str]]:
    """Schemas of a file's model and of the tables of gates, and their names."""
    models: tuple[type[Frozen], ...] = (kind, *(gate.table for gate in gates))
    refs, definitions = models_json_schema([(model, "validation") for model in models])
    found = cast("dict[str, dict[str, Json]]", definitions["$defs"])
    return found, {model: _name(refs[model, "validation"]) for model in models}


def _shared(
    found: Mapping[str, Mapping[str, Json]], names: Mapping[type[Frozen], str]
) -> Mapping[str, Json]:
    """What the tables refer to, without what stands in them whole."""
    inlined = {*names.values(), GatePolicy.__name__}
    return {name: part for name, part in found.items() if name not in inlined}


def _gate(gate: Gate, table: Mapping[str, Json]) -> Json:
    """Every key a gate's table may have."""
    return {
        "type": "object",
        "title": gate.id,
        "description": str(table.get("description", "")),
        "additionalProperties": False,
        "required": ["reason"],
        "properties": {**_COMMON, **_properties(table)},
    }


def _whole(table: Mapping[str, Json]) -> Json:
    """What it must have where nothing is extended: its own keys, or why it does not apply."""
    return {"anyOf": [{"required": ["not_applicable"]}, {"required": list(_required(table))}]}


def _properties(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", schema.get("properties", {}))


def _required(schema: Mapping[str, Json]) -> tuple[str, ...]:
    return tuple(cast("list[str]", schema.get("required", [])))


def _name(reference: Mapping[str, Json]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
