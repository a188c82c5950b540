"""Filling `{name}` in a text of a language's data. Names only: no attribute, no index, no format.

Python's own `str.format` would follow `{a.b[c]}` into the objects it is given; text from a folder
that somebody hands us may not.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from openmed.corpus.table import Table

_FIELD: Final = re.compile(r"\{(\w+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each `{name}` replaced by its value."""
    return _FIELD.sub(lambda found: values[found[1]], text)


def checked(table: Table, key: str, text: str, *, known: Collection[str]) -> str:
    """The text itself, when every field of it is known.

    Raises:
        UsageError: one is not, or a brace stands alone.
    """
    rest = _FIELD.sub("", text)
    unknown = [name for name in _FIELD.findall(text) if name not in known]
    if unknown or "{" in rest or "}" in rest:
        wrong = f"{{{unknown[0]}}}" if unknown else "a brace alone"
        table.refuse(key, f"has {wrong}; wanted {', '.join(f'{{{name}}}' for name in known)}")
    return text
