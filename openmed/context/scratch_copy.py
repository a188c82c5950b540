"""A scratch copy of a release repository: as far as one slot needs it, with a remote of its own.

Nothing is written into the real one. What could reach outside is left behind: registries, the
shared branch, whoever is told, private keys, and the variables that name any of them.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NamedTuple

from openmed.adapters import clock
from openmed.adapters.disk import atomic
from openmed.adapters.registries.released_bytes import RegistryBytes
from openmed.adapters.sync.scratch_remote import share_with_scratch_remote
from openmed.context import Context
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.release.undoing.planted import NOTE, TEXT

_LEFT: Final = (
    "shared.toml",
    "registries.toml",
    "notices.toml",
    "runs",
    "events",
    "*.pem",
    ".tmp-*",
)
"""Names under `gates/` that are not copied."""
_BESIDE: Final = ("models.jsonl", ".gitattributes")
_KEYS: Final = "keys"


class ScratchCopy(NamedTuple):
    """A copy that may be broken.

    Attributes:
        context: of the copy; read again at each call, as for each command.
        planted_files: stages a worse tree made of a release's files.
        break_served: changes what is served of an artifact, and removes what is staged of it.
        share: gives the copy a remote that has what it has.
    """

    context: Callable[[], Context]
    planted_files: Callable[[LiveRelease], tuple[StagedFile, ...]]
    break_served: Callable[[str], None]
    share: Callable[[], None]


@contextmanager
def scratch_copy(real: Context) -> Iterator[ScratchCopy]:
    """Copy a release repository without the bytes of its releases; it is gone afterwards.

    Args:
        real: the release repository.
    """
    folder = Path(mkdtemp(prefix="openmed-drill-"))
    try:
        root = folder / "repository"
        _copied(real, root)

        def context() -> Context:
            return Context(
                root,
                clock.now(),
                quiet=True,
                ticks=real.ticks,
                wait=real.wait,
                isolation=real.isolation,
                environ={"HOME": str(folder / "home")},
            )

        def planted_files(live: LiveRelease) -> tuple[StagedFile, ...]:
            return _planted(real, context(), live)

        def break_served(artifact: str) -> None:
            _broken(context(), artifact)

        def share() -> None:
            share_with_scratch_remote(root, folder / "remote.git")

        yield ScratchCopy(context, planted_files, break_served, share)
    finally:
        atomic.remove_tree(folder)


def _copied(real: Context, root: Path) -> None:
    shutil.copytree(real.root / "gates", root / "gates", ignore=shutil.ignore_patterns(*_LEFT))
    for name in _BESIDE:
        if (real.root / name).is_file():
            shutil.copyfile(real.root / name, root / name)
    if (real.artifacts / _KEYS).is_dir():
        ignored = shutil.ignore_patterns("*.pem")
        shutil.copytree(real.artifacts / _KEYS, root / "artifacts" / _KEYS, ignore=ignored)


def _planted(real: Context, copy: Context, live: LiveRelease) -> tuple[StagedFile, ...]:
    """Have a live release's bytes in the copy, served; stage and serve a worse tree beside it."""
    release = live.release
    RegistryBytes(real.registry, store=copy.store, sources=copy.sources).bring(
        release, may_build=False
    )
    copy.registry.put(release.artifact, release.files)
    with copy.store.scratch() as scratch:
        tree = scratch / "planted"
        atomic.copy_tree(
            Path(copy.store.path(release.artifact)), tree, (file.path for file in release.files)
        )
        (tree / NOTE).write_bytes(TEXT)
        return copy.store.admit(tree)


def _broken(copy: Context, artifact: str) -> None:
    served = copy.artifacts / "registry" / "trees" / artifact
    for path in sorted(served.rglob("*")):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(path.read_bytes() + TEXT)
    atomic.remove_tree(Path(copy.store.path(artifact)))
