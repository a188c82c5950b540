"""Refuses imports of code that is neither the candidate's nor pinned, in the child that runs it.

Allowed are modules of the artifact, of the standard library, of the packages that the profile pins
and of what these need, and what the engine itself has loaded already, whose versions the runtime
records. This says what is missing in one sentence; that nothing else can be read is for the jail.
"""

import re
import sys
import sysconfig
from collections.abc import Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from types import ModuleType

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEPARATORS = re.compile(r"[-_.]+")
_SITE = ("site-packages", "dist-packages")


class OutsideImportError(ImportError):
    """A module was imported that is neither the candidate's nor pinned."""


class _Refusal(Loader):
    """Loads nothing."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Refuse it.

        Raises:
            OutsideImportError: always.
        """
        raise OutsideImportError(name=spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is none."""


class ImportGuard(MetaPathFinder):
    """The first finder: finds nothing itself, and refuses what may not be found."""

    def __init__(
        self, folder: Path, packages: Sequence[str], *, offered: Sequence[Path] = ()
    ) -> None:
        """Look up what may be imported.

        Args:
            folder: the artifact.
            packages: `name==version` of what the profile pins.
            offered: folders of packages that were installed for it.
        """
        self._own = tuple(one.resolve() for one in (folder, *offered))
        names = {"stdlib", "platstdlib"}
        self._standard = tuple(Path(sysconfig.get_path(name)).resolve() for name in names)
        pinned = _with_needs({_normal(pin.partition("==")[0]) for pin in packages})
        self._modules = {
            module
            for module, owners in packages_distributions().items()
            if pinned & {_normal(owner) for owner in owners}
        } | {name.partition(".")[0] for name in sys.modules}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take a module of elsewhere, to refuse it; leave all others to the finders that follow.

        Who only asks whether there is such a module is not refused: libraries ask for what is
        optional, and do not expect an error.
        """
        if fullname.partition(".")[0] in self._modules:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and not self._is_allowed(found):
            return ModuleSpec(fullname, _Refusal(), origin=found.origin)
        return None

    def _is_allowed(self, found: ModuleSpec) -> bool:
        places = [found.origin] if found.has_location else found.submodule_search_locations or ()
        return all(self._is_inside(Path(place or "/").resolve()) for place in places)

    def _is_inside(self, place: Path) -> bool:
        if any(place.is_relative_to(folder) for folder in self._own):
            return True
        is_standard = any(place.is_relative_to(folder) for folder in self._standard)
        return is_standard and not any(part in _SITE for part in place.parts)


def _with_needs(names: Collection[str]) -> set[str]:
    """Packages and what they need, and so on."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue
        needed = (_NAME.match(need) for need in needs if "extra ==" not in need)
        pending += [_normal(match[0]) for match in needed if match]
    return found


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()
