"""One table of a TOML file, read key by key: every fault is one sentence with file and line.

Strict: a key nobody asked for is a fault. Pure: text in, values out.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Final, NoReturn
from unicodedata import is_normalized

from openmed.errors import UsageError

_HEADER: Final = re.compile(r"\s*\[\[?([\w.-]+)\]\]?\s*(?:#.*)?$")
_MOST: Final = 1_000_000
_KEY: Final = re.compile(r"\s*([\w-]+)\s*=")


class Table:
    """A table, where it stands, and which of its keys were asked for."""

    def __init__(self, file: str, text: str, content: Mapping[str, object], *at: str) -> None:
        """Begin at a table of a file.

        Args:
            file: name of the file, for the sentence.
            text: its text, to find lines in.
            content: the table.
            at: keys that lead to it.
        """
        self._file = file
        self._text = text
        self._content = content
        self._at = at
        self._left = set(content)

    @classmethod
    def of(cls, file: str, text: str) -> "Table":
        """Read the whole file.

        Raises:
            UsageError: it is not TOML.
        """
        try:
            return cls(file, text, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = re.search(r" \(at line (\d+).*", str(error))
            line = found[1] if found else len(text.splitlines())
            reason = re.sub(r" \(at .*", "", str(error))
            raise UsageError(f"{file}:{line} is not TOML: {reason}") from None

    def __contains__(self, key: str) -> bool:
        """Whether the table has a key."""
        return key in self._content

    def is_table(self, key: str) -> bool:
        """Whether the value of a key is a table."""
        return isinstance(self._content.get(key), dict)

    def names(self) -> tuple[str, ...]:
        """Every key, in the file's order."""
        return tuple(self._content)

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Raise the sentence about a key.

        Raises:
            UsageError: always.
        """
        path = (*self._at, key) if key else self._at
        where = f"{self._file}:{_line(self._text, path)}"
        raise UsageError(f"{where}: {'.'.join(path) or 'the file'} {reason}")

    def close(self) -> None:
        """Refuse keys that nobody asked for.

        Raises:
            UsageError: there is one.
        """
        for key in self._content:
            if key in self._left:
                self.refuse(key, "is a key that is not known here")

    def table(self, key: str) -> "Table":
        """The table of a key; an empty one when it is not there.

        Raises:
            UsageError: it is something else.
        """
        value = self._take(key, {})
        if not isinstance(value, dict):
            self.refuse(key, "must be a table")
        return Table(self._file, self._text, value, *self._at, key)

    def tables(self, key: str) -> tuple["Table", ...]:
        """The tables of a list; none when it is not there.

        Raises:
            UsageError: it is something else.
        """
        value = self._take(key, [])
        if not isinstance(value, list):
            self.refuse(key, "must be a list of tables")
        if not all(isinstance(each, dict) for each in value):
            self.refuse(key, "must be a list of tables")
        return tuple(Table(self._file, self._text, each, *self._at, key) for each in value)

    def text(self, key: str, default: str | None = None) -> str:
        """A text in normal form (NFC).

        Raises:
            UsageError: missing without a default, or something else.
        """
        value = self._take(key, default)
        if not isinstance(value, str) or not is_normalized("NFC", value):
            self.refuse(key, "must be a text in Unicode form NFC")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of at least one text.

        Raises:
            UsageError: missing without a default, empty, or something else.
        """
        value = self._take(key, default)
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list) or not value:
            self.refuse(key, "must be a list of at least one text")
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) < len(value) or not all(is_normalized("NFC", each) for each in texts):
            self.refuse(key, "must hold texts in Unicode form NFC")
        return texts

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words: texts that are not empty and have no outer white space.

        Raises:
            UsageError: it is not such a list.
        """
        words = self.texts(key)
        for word in words:
            if not word or word != word.strip():
                self.refuse(key, f"holds {word!r}; wanted words without outer white space")
        return words

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers.

        Raises:
            UsageError: it is something else.
        """
        value = self._take(key, None)
        if not isinstance(value, list):
            self.refuse(key, "must be a list of whole numbers")
        numbers = tuple(each for each in value if type(each) is int)
        if len(numbers) < len(value) or not numbers:
            self.refuse(key, "must be a list of whole numbers")
        return numbers

    def integer(self, key: str) -> int:
        """A whole number from 1 to a million.

        Raises:
            UsageError: it is something else.
        """
        value = self._take(key, None)
        if type(value) is not int or not 1 <= value <= _MOST:
            self.refuse(key, f"must be a whole number from 1 to {_MOST}")
        return value

    def _take(self, key: str, default: object) -> object:
        self._left.discard(key)
        return self._content.get(key, default)


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line on which the longest beginning of a path stands; 1 when none does."""
    best, line, header = 0, 1, ()
    for number, written in enumerate(text.splitlines(), start=1):
        if found := _HEADER.match(written):
            header = key = tuple(found[1].split("."))
        elif found := _KEY.match(written):
            key = (*header, found[1])
        else:
            continue
        if len(key) > best and path[: len(key)] == key:
            best, line = len(key), number
    return line
