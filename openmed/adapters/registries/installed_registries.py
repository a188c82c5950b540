"""The registry of a release repository: an entry point of the group `openmed.registries`.

`gates/registries.toml` names it and holds its settings; without the file it is `local`. One
registry a repository, because one entry of the ledger says what is served. The local registry is
loaded in the same way.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeVar, cast

from openmed.adapters.code import entry_points
from openmed.adapters.code.entry_points import Extension
from openmed.adapters.disk.disk import Disk
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.text.exception_names import exception_name
from openmed.errors import ExternalError, OpenMedError, UsageError
from openmed.ports.releasing import Registry
from openmed.ports.storage import ArtifactStore

FILE: Final = "gates/registries.toml"
LOCAL: Final = "local"
VARIABLE: Final = "OPENMED_REGISTRY"
_KEY: Final = "registry"
_FIX: Final = f"correct `name` in {FILE} or install the package that brings it"

Result = TypeVar("Result")


class RegistryPlace(NamedTuple):
    """What a registry is given beside its settings.

    Attributes:
        root: the release repository.
        folder: folder of this machine for what the registry keeps here.
        store: staged trees, from which it publishes.
        disk: makes the files that must last.
    """

    root: Path
    folder: Path
    store: ArtifactStore
    disk: Disk


RegistryType = Callable[[Mapping[str, Json], RegistryPlace], Registry]
"""Makes a registry from the settings of its table and its place; looks at nothing yet.

Raises:
    UsageError: a setting is unknown or not usable.
"""


def open_registry(place: RegistryPlace, *, environ: Mapping[str, str]) -> Registry:
    """The registry of a release repository.

    Args:
        place: what it is given.
        environ: may hold `$OPENMED_REGISTRY`, folder of the local registry.

    Raises:
        UsageError: the file cannot be used, its registry is not installed or cannot be loaded, or
            the variable is set for another registry than `local`.
    """
    named_folder = environ.get(VARIABLE, "")
    name, settings = _chosen(place.root / FILE)
    if named_folder and name != LOCAL:
        msg = f"{VARIABLE} is a folder of the registry {LOCAL}, and {FILE} names {name}"
        raise UsageError(msg, next_step=f"unset {VARIABLE}")
    if named_folder:
        settings = {}
        place = place._replace(folder=Path(named_folder).absolute())
    try:
        found = entry_points.load(entry_points.REGISTRIES, name, what="registry", fix=_FIX)
        make = cast("RegistryType", found.value)
        made = entry_points.guarded(
            lambda: make(settings, place), what=found.what, package=found.package
        )
    except UsageError as error:
        msg = f"{FILE}: {error.message}"
        raise UsageError(msg, next_step=error.next_step) from None
    return made if name == LOCAL else _Guarded(found, made)


def is_local(registry: Registry) -> bool:
    """Whether a registry is this machine's own: other machines see none of its trees."""
    return not isinstance(registry, _Guarded)


def _chosen(path: Path) -> tuple[str, Mapping[str, Json]]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return LOCAL, {}
    except (OSError, ValueError):
        msg = f"{FILE} cannot be read as TOML"
        raise UsageError(msg) from None
    rows = table.get(_KEY)
    if set(table) != {_KEY} or not isinstance(rows, list) or len(rows) != 1:
        msg = f"{FILE} holds something else than one [[{_KEY}]] table"
        raise UsageError(msg, next_step="keep one registry: a repository is published to one")
    settings = dict(rows[0])
    name = settings.pop("name", None)
    if not isinstance(name, str):
        msg = f"{FILE}: the registry has no name"
        raise UsageError(msg, next_step=f'write name = "{LOCAL}", or the name of another registry')
    return name, settings


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
