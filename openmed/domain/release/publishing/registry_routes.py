"""`gates/registries.toml`: which registry each slot goes to; the local one where no table says so.

A table of a registry names its slots by patterns, as a shell's; one without `slots` is for every
slot that no other table names. The first table that names a slot has it.
"""

from fnmatch import fnmatchcase
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, UsageError

FILE: Final = "gates/registries.toml"
LOCAL: Final = "local"
_TABLES: Final = "registry"
_FIX: Final = f"correct {FILE}"
_MOST: Final = 50

SlotPattern = Annotated[
    str, Field(pattern=r"^[a-z0-9*?.-]+(::[a-z0-9*?.-]+){0,3}$", max_length=200)
]
"""A slot, or a pattern of slots with `*` and `?`."""


class _Slots(Frozen):
    """The keys of a table that are not the registry's own.

    Attributes:
        name: of the registry.
        slots: patterns of slots; None = all that no other table names.
    """

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    slots: Annotated[tuple[SlotPattern, ...], Field(min_length=1, max_length=_MOST)] | None = None


class RegistryRoute(NamedTuple):
    """One table of the file.

    Attributes:
        name: registry, as it is installed.
        slots: patterns of slots; empty = all that no other table names.
        settings: the registry's own keys.
    """

    name: str
    slots: tuple[str, ...]
    settings: dict[str, Json]

    def has(self, slot: str) -> bool:
        """Whether the table names a slot."""
        return any(fnmatchcase(slot, pattern) for pattern in self.slots)


class RegistryRoutes(NamedTuple):
    """The whole file.

    Attributes:
        rest: where slots go that no other table names.
        routes: the other tables, in the order of the file.
    """

    rest: RegistryRoute
    routes: tuple[RegistryRoute, ...] = ()

    def of(self, slot: str) -> RegistryRoute:
        """The table of a slot."""
        return next((route for route in self.routes if route.has(slot)), self.rest)


NO_FILE: Final = RegistryRoutes(RegistryRoute(LOCAL, (), {}))
"""Without the file every slot is local."""


def registry_routes(table: Json) -> RegistryRoutes:
    """Read the file's content.

    Raises:
        UsageError: it says something else than where slots go, or says it twice.
    """
    rows = table.get(_TABLES) if isinstance(table, dict) else None
    if not isinstance(table, dict) or set(table) != {_TABLES} or not isinstance(rows, list):
        msg = f"{FILE} holds something else than [[{_TABLES}]] tables"
        raise UsageError(msg, next_step=_FIX)
    found = tuple(_route(row) for row in rows)
    rest = [route for route in found if not route.slots]
    names = [route.name for route in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        msg = f"{FILE}: two tables for the registry {twice[:80]!r}"
        raise UsageError(msg, next_step=_FIX)
    if len(rest) > 1:
        msg = f"{FILE}: the tables of {rest[0].name[:80]!r} and {rest[1].name[:80]!r} have no slots"
        raise UsageError(msg, next_step=_FIX)
    others = tuple(route for route in found if route.slots)
    return RegistryRoutes(rest[0] if rest else NO_FILE.rest, others)


def _route(row: Json) -> RegistryRoute:
    if not isinstance(row, dict):
        msg = f"{FILE}: a [[{_TABLES}]] is no table"
        raise UsageError(msg, next_step=_FIX)
    name = row.get("name")
    if not isinstance(name, str):
        msg = f"{FILE}: the registry has no name"
        raise UsageError(msg, next_step=_FIX)
    ours = {key: value for key, value in row.items() if key in _Slots.model_fields}
    try:
        read = from_plain(_Slots, ours, what=f"{FILE}: the registry {name[:80]!r}")
    except EvidenceError as error:
        raise UsageError(error.message, next_step=_FIX) from None
    settings = {key: value for key, value in row.items() if key not in ours}
    return RegistryRoute(name, read.slots or (), settings)
