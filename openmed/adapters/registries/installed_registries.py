"""The registries of a release repository: entry points of the group `openmed.registries`.

`gates/registries.toml` names them, their slots and their settings; a slot that no table names is
local, and so is all without the file. The local registry is loaded in the same way.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar, cast, runtime_checkable

from openmed.adapters.code import entry_points
from openmed.adapters.code.entry_points import Extension
from openmed.adapters.disk.disk import Disk
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json
from openmed.domain.ledger.changes import Measured
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.registry_routes import (
    FILE,
    LOCAL,
    NO_FILE,
    RegistryRoute,
    RegistryRoutes,
    registry_routes,
)
from openmed.domain.text.exception_names import exception_name
from openmed.errors import ExternalError, OpenMedError, UsageError
from openmed.ports.publishing import PublicRegistry, StagingRegistry
from openmed.ports.releasing import Registry
from openmed.ports.storage import ArtifactStore

VARIABLE: Final = "OPENMED_REGISTRY"
_FIX: Final = f"correct `name` in {FILE} or install the package that brings it"

Result = TypeVar("Result")


class RegistryPlace(NamedTuple):
    """What a registry is given beside its settings.

    Attributes:
        root: the release repository.
        folder: folder of this machine for what the registry keeps here.
        store: staged trees, from which it publishes.
        disk: makes the files that must last.
        work: folder of this machine for what may be lost.
        environ: variables of this process; may hold credentials.
        wait: waits so many seconds before something is asked again.
    """

    root: Path
    folder: Path
    store: ArtifactStore
    disk: Disk
    work: Path
    environ: Mapping[str, str]
    wait: Callable[[float], None]


RegistryType = Callable[[Mapping[str, Json], RegistryPlace], "Registry | RegistryBySlot"]
"""Makes a registry from the settings of its table and its place; looks at nothing yet.

Raises:
    UsageError: a setting is unknown or not usable.
"""


@runtime_checkable
class RegistryBySlot(Protocol):
    """A registry that has a place of its own for each slot."""

    @property
    def where(self) -> str:
        """Where it is, for a person: an address without secrets."""

    def is_writable(self) -> bool:
        """Whether it can be written, as far as a look can tell; asks nobody."""

    def of(self, release: Measured) -> PublicRegistry:
        """The place of a release's slot."""


class SlotRegistries:
    """The registry of each slot; as a registry itself, the one for slots without a place.

    Attributes:
        default: has every tree that no other registry has a place for.
        by_slot: the registries that are not the default one, by name.
    """

    def __init__(
        self,
        default: Registry,
        routes: RegistryRoutes,
        by_slot: Mapping[str, Registry | RegistryBySlot],
    ) -> None:
        """Remember who has what; nothing is asked."""
        self.default = default
        self.by_slot = by_slot
        self._routes = routes

    def with_default(self, default: Registry) -> "SlotRegistries":
        """The same with another registry for what is left."""
        return SlotRegistries(default, self._routes, self.by_slot)

    @property
    def is_local(self) -> bool:
        """Whether every slot is this machine's own."""
        return not self.by_slot and self.is_default_local

    @property
    def is_default_local(self) -> bool:
        """Whether the default one is this machine's own: other machines see none of its trees."""
        return not isinstance(self.default, _Guarded)

    @property
    def has_public(self) -> bool:
        """Whether a registry has a place of its own for each slot."""
        return any(isinstance(one, RegistryBySlot) for one in self.by_slot.values())

    def of(self, release: Measured) -> Registry:
        """The registry of a release's slot."""
        found = self.by_slot.get(self._routes.of(release.slot).name, self.default)
        return found.of(release) if isinstance(found, RegistryBySlot) else found

    def clear_staged(
        self, may_leave: Callable[[str], bool], known: tuple[tuple[str, str], ...]
    ) -> tuple[str, ...]:
        """Have each registry that stages in private clear what nothing needs."""
        return tuple(
            said
            for name, registry in self.by_slot.items()
            if isinstance(registry, StagingRegistry)
            for said in registry.clear_staged(
                may_leave, tuple(repo for slot, repo in known if self._routes.of(slot).name == name)
            )
        )

    @property
    def where(self) -> str:
        """Where the default one is."""
        return self.default.where

    def is_writable(self) -> bool:
        """Whether trees can be put there now."""
        return self.default.is_writable()

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Put a tree into the default one."""
        self.default.put(artifact, files)

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Verify a tree of the default one."""
        self.default.verify(artifact, files)

    def fetch(self, artifact: str, folder: str) -> None:
        """Fetch a tree of the default one."""
        self.default.fetch(artifact, folder)

    def things(self) -> tuple[StoredBlob, ...]:
        """Every tree of the default one."""
        return self.default.things()

    def remove(self, name: str) -> None:
        """Remove a tree of the default one."""
        self.default.remove(name)

    def sweep(self) -> int:
        """Remove what a killed run left unfinished in the default one."""
        return self.default.sweep()


def open_registries(place: RegistryPlace) -> SlotRegistries:
    """The registries of a release repository.

    Args:
        place: what they are given; its environment may hold `$OPENMED_REGISTRY`, folder of the
            local registry.

    Raises:
        UsageError: the file cannot be used, one of its registries is not installed or cannot be
            loaded, or the variable is set where nothing goes to `local`.
    """
    named_folder = place.environ.get(VARIABLE, "")
    routes = _routes(place.root / FILE)
    if named_folder and routes.rest.name != LOCAL:
        msg = f"{VARIABLE} is a folder of the registry {LOCAL}, and {FILE} names {routes.rest.name}"
        raise UsageError(msg, next_step=f"unset {VARIABLE}")
    rest = routes.rest
    if named_folder:
        rest = rest._replace(settings={})
        place = place._replace(folder=Path(named_folder).absolute())
    made = {route.name: _open(route, place) for route in (rest, *routes.routes)}
    default = made.pop(rest.name)
    if isinstance(default, RegistryBySlot):
        made[rest.name] = default
        default = _open(NO_FILE.rest, place)
    if isinstance(default, RegistryBySlot):
        raise UsageError(f"{FILE}: the registry {LOCAL} is no registry of trees")
    return SlotRegistries(default, routes, made)


def _open(route: RegistryRoute, place: RegistryPlace) -> Registry | RegistryBySlot:
    name = route.name
    try:
        found = entry_points.load(entry_points.REGISTRIES, name, what="registry", fix=_FIX)
        make = cast("RegistryType", found.value)
        made = entry_points.guarded(
            lambda: make(route.settings, place), what=found.what, package=found.package
        )
    except UsageError as error:
        msg = f"{FILE}: {error.message}"
        raise UsageError(msg, next_step=error.next_step) from None
    is_ours = name == LOCAL or isinstance(made, RegistryBySlot)
    return made if is_ours else _Guarded(found, cast("Registry", made))


def _routes(path: Path) -> RegistryRoutes:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return NO_FILE
    except (OSError, ValueError):
        msg = f"{FILE} cannot be read as TOML"
        raise UsageError(msg) from None
    return registry_routes(cast("Json", table))


class _Guarded:
    """A registry of another package: whatever it raises, a step can hold the slot back."""

    def __init__(self, found: Extension, made: Registry) -> None:
        self._what = found.what
        self._made = made

    @property
    def where(self) -> str:
        return self._told(lambda: self._made.where)

    def is_writable(self) -> bool:
        return self._told(self._made.is_writable)

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        self._told(lambda: self._made.put(artifact, files))

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        self._told(lambda: self._made.verify(artifact, files))

    def fetch(self, artifact: str, folder: str) -> None:
        self._told(lambda: self._made.fetch(artifact, folder))

    def things(self) -> tuple[StoredBlob, ...]:
        return self._told(self._made.things)

    def remove(self, name: str) -> None:
        self._told(lambda: self._made.remove(name))

    def sweep(self) -> int:
        return self._told(self._made.sweep)

    def _told(self, call: Callable[[], Result]) -> Result:
        try:
            return call()
        except (OpenMedError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a package raises
            msg = f"{self._what} failed: {exception_name(error)}"
            raise ExternalError(msg) from None
