"""What somebody who downloads stands on: no release repository, but a source, keys, a folder."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters import clock
from openmed.adapters.downloads.download_folder import FileDownloadFolder
from openmed.adapters.downloads.entry_cache import FileEntryCache, cache_folder
from openmed.adapters.downloads.hub_repository import ENDPOINT, is_repository, open_repository
from openmed.adapters.downloads.seen_heads import FileSeenHeads, state_folder
from openmed.adapters.downloads.served_files import FolderFiles, HttpFiles
from openmed.adapters.downloads.trusted_keys import GivenKeys
from openmed.errors import UsageError
from openmed.ports.downloads import ServedFiles
from openmed.steps.downloads.fetch import Fetch
from openmed.steps.downloads.stated import Stated

REGISTRY: Final = "artifacts/registry"
"""Where a release repository serves its bytes from, unless it is said otherwise."""
_FILE: Final = "file://"


class Source(NamedTuple):
    """Where a release comes from, as a person says it.

    Attributes:
        name: a URL, a folder, or ORG/REPO on the Hub.
        registry: where the bytes are, if not in the usual place below it; a URL, a folder.
        gates: what serves `gates/`, where the source is the repository of one slot; empty = the
            source does, and serves every slot. A repository on the Hub names it itself.
    """

    name: str
    registry: str = ""
    gates: str = ""


class OpenSource(NamedTuple):
    """A source that can be asked.

    Attributes:
        served: serves the files of releases.
        follow: follows a ledger to a release; None = the repository names no ledger.
        stated: takes the repository of one slot at its own word; None = it is not one.
        pinned: how a program pins what is served, without the digest; empty = by its address.
    """

    served: ServedFiles
    follow: Fetch | None
    stated: Stated | None
    pinned: str


@dataclass(frozen=True)
class Consumer:
    """Every adapter of one command of somebody who downloads.

    Attributes:
        key_files: public keys that were given; none = those of the configuration.
        environ: where the person's folders are.
        now: when this run started.
    """

    key_files: tuple[Path, ...]
    environ: Mapping[str, str]
    now: str

    @cached_property
    def keys(self) -> GivenKeys:
        """The keys that count.

        Raises:
            UsageError: there is none, or a file is none.
        """
        return GivenKeys(self.key_files or sorted(self.trusted_folder.glob("*.pub")))

    @property
    def trusted_folder(self) -> Path:
        """Folder of the configuration with the keys that count where none is given."""
        home = Path(self.environ.get("HOME") or Path.home())
        configuration = Path(self.environ.get("XDG_CONFIG_HOME") or home / ".config")
        return configuration / "openmed" / "trusted-keys"

    def open(self, source: Source) -> OpenSource:
        """A source that can be asked.

        Raises:
            UsageError: it is none.
            ExternalError: the Hub cannot be reached.
        """
        if is_repository(source.name) and not Path(source.name).is_dir():
            return self._on_the_hub(source)
        served = served_files(source.registry or source.name)
        trees = "trees/" if source.registry else f"{REGISTRY}/trees/"
        gates = served_files(source.gates or source.name)
        follow = self._fetch(gates, served, trees=None if source.gates else trees)
        return OpenSource(served, follow, None, "")

    def _on_the_hub(self, source: Source) -> OpenSource:
        endpoint = self.environ.get("HF_ENDPOINT") or ENDPOINT
        found = open_repository(source.name, endpoint=endpoint.rstrip("/"))
        stated = Stated(
            served=found.files, name=found.name, keys=self.keys, seen=self._seen, now=self.now
        )
        # Signed, so it may say where to look; never a folder of this machine.
        named = source.gates or stated.statement().gates
        gates = served_files(named) if source.gates else (HttpFiles(named) if named else None)
        follow = None if gates is None else self._fetch(gates, found.files, trees=None)
        return OpenSource(found.files, follow, stated, f"{found.name}@{found.commit}")

    def _fetch(self, gates: ServedFiles, served: ServedFiles, *, trees: str | None) -> Fetch:
        return Fetch(
            gates=gates,
            served=served,
            trees=trees,
            keys=self.keys,
            seen=self._seen,
            cache=FileEntryCache(cache_folder(self.environ)),
            now=self.now,
        )

    @cached_property
    def _seen(self) -> FileSeenHeads:
        return FileSeenHeads(state_folder(self.environ))

    def folder(self, place: Path) -> FileDownloadFolder:
        """A folder of the person's own."""
        return FileDownloadFolder(place)


def served_files(name: str) -> ServedFiles:
    """Files below an address or a folder.

    Raises:
        UsageError: it is neither.
    """
    if not name.isprintable():
        msg = "the source is not one line of text"
        raise UsageError(msg, next_step="name the URL of a static tree, or a folder")
    if re.match(r"https?://", name):
        return HttpFiles(name)
    if "://" in name and not name.startswith(_FILE):
        msg = f"{name[:200]} is no address that can be fetched from"
        raise UsageError(msg, next_step="name the URL of a static tree, or a folder")
    return FolderFiles(Path(name.removeprefix(_FILE)))


def open_consumer(key_files: Sequence[Path]) -> Consumer:
    """What a command of somebody who downloads needs; reads the clock once."""
    return Consumer(key_files=tuple(key_files), environ=os.environ, now=clock.now())
