"""The three forms of an answer: for a person, one JSON document, or a stream of JSON lines."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from openmed.domain.digest import Json
from openmed.printable import printable_json

SCHEMA = "openmed.cli/1"


class Form(StrEnum):
    """How answers are given."""

    HUMAN = "human"
    JSON = "json"
    JSONL = "jsonl"


def asked_form(arguments: Sequence[str]) -> Form:
    """The form a command line asks for, as far as it can be told before it is understood."""
    words = list(arguments)
    words = words[: words.index("--")] if "--" in words else words
    lines = [*pairwise(words), *(tuple(w.split("=", 1)) for w in words)]
    if ("--format", Form.JSONL.value) in lines and "run" in words:
        return Form.JSONL
    return Form.JSON if "--json" in words or ("--format", "json") in lines else Form.HUMAN


def write_document(document: dict[str, Json], *, form: Form) -> None:
    """Write an envelope on stdout: indented, or as the last line of a stream."""
    whole: dict[str, Json] = {"schema": SCHEMA, **document}
    if form is Form.JSONL:
        write_line({"type": "result", **whole})
        return
    text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False)
    sys.stdout.write(f"{printable_json(text)}\n")
    sys.stdout.flush()


def write_line(event: dict[str, Json]) -> None:
    """Write one line of a stream on stdout, at once."""
    sys.stdout.write(f"{printable_json(json.dumps(event, ensure_ascii=False))}\n")
    sys.stdout.flush()
