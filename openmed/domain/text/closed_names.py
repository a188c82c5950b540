"""Names of types that may be shown: a closed list, for code chooses the names of its types."""

from typing import NamedTuple


class ClosedNames(NamedTuple):
    """A closed list of names.

    Attributes:
        own: what is said of a type that is not listed.
        listed: names that may be shown.
    """

    own: str
    listed: frozenset[str]

    def of(self, kind: type) -> str:
        """Name a type, or what it is made from."""
        first, *others = (one.__name__ for one in kind.__mro__)
        if first in self.listed:
            return first
        base = next((name for name in others if name in self.listed), "")
        return f"{self.own} ({base})" if base else self.own

    def has(self, said: str) -> bool:
        """Whether `of` can have said it."""
        base = said.removeprefix(f"{self.own} (").removesuffix(")")
        is_derived = base in self.listed and said == f"{self.own} ({base})"
        return said in self.listed or said == self.own or is_derived
