"""The schemas in docs/reference/schemas are what the code says, and name what they hold."""

import json

import pytest
from generated_files import differences
from schema_documents import FOLDER, files, owned

from openmed.cli.schemas.table import DATA, SCHEMAS
from openmed.domain.digest import Json


def test_the_files_are_what_the_code_says() -> None:
    """If not: python tools/schema_documents.py."""
    assert {} == differences(files(), owned=owned())


def _references(part: Json) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["$ref"])} if "$ref" in part else set()
        return own.union(*(_references(value) for value in part.values()))
    return set().union(*map(_references, part)) if isinstance(part, list) else set()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_refers_only_to_what_it_holds(name: str) -> None:
    """Each file stands alone."""
    schema = json.loads(files()[FOLDER / f"{name}.json"])
    assert {f"#/$defs/{part}" for part in schema.get("$defs", {})} == _references(schema)


def test_answers_name_schemas_that_are_there() -> None:
    """What a command's data follows."""
    assert set(DATA.values()) <= set(SCHEMAS)
