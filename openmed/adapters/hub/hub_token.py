"""A token of the Hub, and texts from which tokens were taken out."""

import re
from typing import Final

from openmed.errors import UsageError

HIDDEN: Final = "***"
_TOKENS: Final = re.compile(r"\bhf_[A-Za-z0-9_.\-]{4,}|(?i:\bbearer\s+)[^\s'\",}]+")
_FORM: Final = re.compile(r"[!-~]+")
_QUERY: Final = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]+")
_OPAQUE: Final = re.compile(r"[A-Za-z0-9+/=_%~.\\-]{16,}")
"""What may be a token in another form: encoded, cut off, or one that we do not know."""
_MOST: Final = 300
"""Characters of what a server says that are shown."""


class HubToken:
    """A token that no text shows: not a message, a representation, a format or a traceback."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Keep it.

        Raises:
            UsageError: it is no token; sent in a header, it would be shown by who refuses it.
        """
        if not _FORM.fullmatch(secret):
            msg = "the token for the Hub is empty or holds a space, a line end or another sign"
            raise UsageError(msg, next_step="set HF_TOKEN to the token alone")
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
    """A text of the other side without tokens and without signatures of addresses.

    A long word of letters and digits is hidden too, whatever it is: a commit or a repository, which
    our own sentence names, or a token that was encoded or is not known here.
    """
    for token in tokens:
        if token is not None:
            text = text.replace(token.reveal(), HIDDEN)
    plain = _QUERY.sub(r"\1", _TOKENS.sub(HIDDEN, text))
    return _OPAQUE.sub(_word, plain)[:_MOST]


def _word(found: re.Match[str]) -> str:
    word = found[0]
    is_mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return HIDDEN if is_mixed or (word != word.lower() and "/" not in word) else word
