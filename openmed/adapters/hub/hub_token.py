"""A token of the Hub, and texts from which tokens were taken out."""

import re
from typing import Final

HIDDEN: Final = "***"
_TOKENS: Final = re.compile(r"\bhf_[A-Za-z0-9_.\-]{4,}|(?i:\bbearer\s+)[^\s'\",}]+")
_QUERY: Final = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]+")
_MOST: Final = 300
"""Characters of what a server says that are shown."""


class HubToken:
    """A token that no text shows: not a message, a representation, a format or a traceback."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Keep it."""
        self._secret = secret

    def reveal(self) -> str:
        """The token itself, to be sent and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return HIDDEN

    def __reduce__(self) -> str:
        raise TypeError("a token is not written down")


def redacted(text: str, *tokens: HubToken | None) -> str:
    """A text of the other side without tokens and without signatures of addresses."""
    for token in tokens:
        if token is not None and token.reveal():
            text = text.replace(token.reveal(), HIDDEN)
    return _QUERY.sub(r"\1", _TOKENS.sub(HIDDEN, text))[:_MOST]
