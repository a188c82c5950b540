"""Text that Markdown shows as it is."""

import re

from openmed.printable import printable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+!|&~-])")


def markdown_safe(value: object) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = printable(" ".join(str(value).split()))
    return _MARKDOWN.sub(r"\\\1", text).replace("\\<", "&lt;")
