"""Whose a file is that moved: of some slots, of none, or, where that is not known, of every one.

Fail closed: a place that is not named here belongs to every slot. Files that only steps of the
fleet look at belong to none: those steps are asked whenever anything moved.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from openmed.context.covered_files import git_places
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.order.floor import NAME as FLOOR
from openmed.domain.gates.order.policy_files import policy_names
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.slot import parse_slot

NOBODY: Final = frozenset[str]()
_OF_THE_FLEET: Final = frozenset(
    {"pointer.json", "ledger", "evidence", "head.json", "baseline.json", "quarantine"}
    | {"runs", "nightly", "events", "notices"}
    | {"reaction.toml", "notices.toml"}
)
"""Names under `gates/`: the state, what is derived from it or vouches for it; records of runs, of
nights, of events and of deliveries; what follows from an event, and who is told."""
_ASKED_FOR: Final = frozenset({"candidates.toml"})
"""Likewise: compared slot by slot, not by file."""
_PRODUCTS_OF_THE_FLEET: Final = frozenset({"trust", "predictions"})
"""Names under `artifacts/`; predictions are read only where something is counted again."""
_INPUTS: Final = (("profiles",), ("recipes",))
"""Likewise: what candidates come from."""
_RUNS, _STAGED, _REGISTRY, _TREES = "runs", "staged", "registry", "trees"
_FLEET: Final = "_fleet"


class PathOwners:
    """Whose each file of one release repository is."""

    def __init__(  # noqa: PLR0913 - every place is an argument
        self,
        kept: Collection[KeptSlot],
        queue: Collection[Candidate],
        *,
        root: Path,
        artifacts: Path,
        witness: Path,
        extends: Mapping[str, str],
    ) -> None:
        """Remember where things are.

        Args:
            kept: slots as they stood.
            queue: slots as they are.
            root: the release repository.
            artifacts: its products.
            witness: what this checkout has seen.
            extends: what each policy file extends, by its name with suffix.
        """
        self._root, self._gates, self._artifacts = root, root / "gates", artifacts
        self._witness, self._extends = witness, extends
        self._slots = frozenset((*(one.slot for one in kept), *(row.slot for row in queue)))
        self._of_git = frozenset(one.slot for one in kept if one.is_of_git)
        self._git = frozenset(git_places(root, home=Path.home()))
        self._by_tree: dict[str, set[str]] = {}
        for one in kept:
            for tree in one.artifacts:
                self._by_tree.setdefault(tree, set()).add(one.slot)
        self._by_slug = {parse_slot(slot).slug: slot for slot in self._slots}
        self._by_input: dict[Path, set[str]] = {}
        for one in kept:
            self._add_inputs(one.slot, one.source, one.profile)
        for row in queue:
            self._add_inputs(row.slot, row.source, row.profile)

    def of(self, paths: Iterable[str]) -> frozenset[str] | None:
        """Slots that some files belong to; None where it may be every slot."""
        found: set[str] = set()
        for name in paths:
            owners = self._owners(Path(name))
            if owners is None:
                return None
            found |= owners
        return frozenset(found)

    def is_in(self, name: str, paths: Collection[str]) -> bool:
        """Whether a file of the repository is among some paths."""
        return str(self._root / name) in paths

    def recorded(self, paths: Iterable[str]) -> frozenset[str]:
        """Names of the files of ledger and evidence among some paths."""
        folders = (self._gates / "ledger", self._gates / "evidence")
        found = (Path(path) for path in paths)
        return frozenset(path.stem for path in found if path.parent in folders)

    def _add_inputs(self, slot: str, source: str, profile: str | None) -> None:
        reference = source.partition(":")[2].partition("#")[0]
        for name in (reference, profile):
            if name and self._is_of_candidates(self._root / name):
                self._by_input.setdefault(self._root / name, set()).add(slot)

    def _is_of_candidates(self, place: Path) -> bool:
        """Whether what lies there is read as a candidate's own, and as nothing else."""
        if place.is_relative_to(self._gates):
            return place.relative_to(self._gates).parts[:1] in _INPUTS
        places = (self._gates, self._artifacts)
        is_around = any(one.is_relative_to(place) for one in places)
        return not is_around and not place.is_relative_to(self._artifacts)

    def _owners(self, path: Path) -> frozenset[str] | None:
        inputs = [self._by_input[one] for one in (path, *path.parents) if one in self._by_input]
        if inputs:
            return frozenset().union(*inputs)
        if path == self._root / "models.jsonl" or path.is_relative_to(self._witness):
            return NOBODY
        if path.is_relative_to(self._artifacts):
            return self._of_product(path.relative_to(self._artifacts).parts)
        if path.is_relative_to(self._gates):
            return self._of_reviewed(path.relative_to(self._gates).parts)
        return self._of_git if self._is_of_git(path) else None

    def _of_product(self, parts: tuple[str, ...]) -> frozenset[str] | None:
        top, *rest = parts or ("",)
        if top in _PRODUCTS_OF_THE_FLEET:
            return NOBODY
        if top == _REGISTRY:
            top, *rest = (_STAGED, *rest[1:]) if rest[:1] in ([], [_TREES]) else ("",)
        if top == _STAGED:
            return frozenset(self._by_tree.get(rest[0], ())) if rest else NOBODY
        if top == _RUNS:
            slot = self._by_slug.get(rest[0]) if rest else None
            return NOBODY if slot is None else frozenset({slot})
        return None

    def _of_reviewed(self, parts: tuple[str, ...]) -> frozenset[str] | None:
        """Of a path under `gates/`."""
        if not parts or parts[0] in _OF_THE_FLEET | _ASKED_FOR:
            return NOBODY
        if parts[0] == "policy":
            return self._of_policy(parts[1]) if len(parts) > 1 else NOBODY
        # A folder whose names changed: whose they are is asked for each of them.
        return NOBODY if (self._gates.joinpath(*parts)).is_dir() else None

    def _of_policy(self, file: str) -> frozenset[str] | None:
        name = file.partition(".")[0]
        if name == FLOOR:
            return None
        names = {
            name,
            *(one.partition(".")[0] for one, base in self._extends.items() if base == name),
        }
        return frozenset(slot for slot in self._slots if names & set(policy_names(slot)))

    def _is_of_git(self, path: Path) -> bool:
        return not self._git.isdisjoint((path, *path.parents))
