"""Requests and replies held against GitHub's published description of the operations."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

FILE = Path(__file__).parents[2] / "cases" / "github" / "operations.json"
Table = dict[str, Any]


class Operation(NamedTuple):
    """One operation that a request asks for."""

    path: str
    method: str
    values: dict[str, str]
    query: dict[str, str]

    @property
    def name(self) -> str:
        """For counting: `POST issues`, `PATCH issues/N`."""
        short = self.path.removeprefix("/repos/{owner}/{repo}/")
        return f"{self.method.upper()} {re.sub(r'{[a-z_]+}', 'N', short)}"


@lru_cache
def described() -> Table:
    """The description, with `nullable` of OpenAPI 3.0 as JSON Schema says it."""
    return cast("Table", _nullable(json.loads(FILE.read_text("utf-8"))))


def operation_of(method: str, target: str) -> Operation | None:
    """The operation that a request is for."""
    parts = urlsplit(target)
    for path, methods in described()["paths"].items():
        pattern = re.sub(r"\\{([a-z_]+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        found = re.fullmatch(pattern, parts.path)
        if found and method.lower() in methods:
            values = {name: unquote(value) for name, value in found.groupdict().items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
            return Operation(path, method.lower(), values, query)
    return None


def request_faults(operation: Operation, headers: Mapping[str, str], body: bytes) -> list[str]:
    """What a request does that the description does not know."""
    table = _table(operation)
    known = {row["name"]: row for row in map(_resolved, table["parameters"])}
    found = [f"{name} is no parameter" for name in operation.query if name not in known]
    for name, value in {**operation.values, **operation.query}.items():
        if name in known:
            found += _faults(_typed(value, known[name]["schema"]), known[name]["schema"])
    if not headers.get("authorization", "").startswith("Bearer "):
        found.append("no token")
    if headers.get("accept") != "application/vnd.github+json":
        found.append("another media type is accepted")
    if headers.get("x-github-api-version") != "2022-11-28":
        found.append("no version of the API")
    if "requestBody" not in table:
        return [*found, *(["a body is sent"] if body else [])]
    schema = table["requestBody"]["content"]["application/json"]["schema"]
    sent = json.loads(body)
    unknown = set(sent) - set(schema["properties"])
    return [*found, *(f"{name} is no field" for name in unknown), *_faults(sent, schema)]


def reply_faults(operation: Operation, status: int, body: object) -> list[str]:
    """What a reply of ours does that GitHub's would not."""
    responses = _table(operation)["responses"]
    if str(status) not in responses:
        return [f"{operation.name} never replies {status}"]
    content = _resolved(responses[str(status)]).get("content", {})
    media = content.get("application/json")
    return _faults(body, media["schema"]) if media else []


def _table(operation: Operation) -> Table:
    table: Table = described()["paths"][operation.path][operation.method]
    return table


def _resolved(table: Table) -> Table:
    if "$ref" not in table:
        return table
    found: Any = described()
    for part in table["$ref"][2:].split("/"):
        found = found[part]
    resolved: Table = found
    return resolved


def _faults(value: object, schema: Table) -> list[str]:
    whole = {**schema, "components": described()["components"]}
    checker = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in checker.iter_errors(value)]


def _typed(value: str, schema: Table) -> object:
    is_number = schema.get("type") == "integer" and value.isdecimal()
    return int(value) if is_number else value


def _nullable(node: object) -> object:
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable(value) for key, value in node.items()}
    if made.pop("nullable", False) is True:
        return {"anyOf": [{"type": "null"}, made]}
    return made
