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
from openmed.adapters.downloads.seen_heads import FileSeenHeads, state_folder
from openmed.adapters.downloads.served_files import FolderFiles, HttpFiles
from openmed.adapters.downloads.trusted_keys import GivenKeys
from openmed.errors import UsageError
from openmed.ports.downloads import ServedFiles
from openmed.steps.downloads.fetch import Fetch

REGISTRY: Final = "artifacts/registry"
"""Where a release repository serves its bytes from, unless it is said otherwise."""
_FILE: Final = "file://"


class Source(NamedTuple):
    """Where a release comes from, as a person says it.

    Attributes:
        name: a URL, a folder.
        registry: where the bytes are, if not in the usual place below it; a URL, a folder.
        gates: what serves `gates/`, where the source is the repository of one slot; empty = the
            source does, and serves every slot.
    """

    name: str
    registry: str = ""
    gates: str = ""


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

    def fetch_of(self, source: Source) -> Fetch:
        """Follows a source.

        Raises:
            UsageError: it is none.
        """
        served = served_files(source.registry or source.name)
        return Fetch(
            gates=served_files(source.gates or source.name),
            served=served,
            trees=None if source.gates else ("trees/" if source.registry else f"{REGISTRY}/trees/"),
            keys=self.keys,
            seen=FileSeenHeads(state_folder(self.environ)),
            now=self.now,
        )

    def folder(self, place: Path) -> FileDownloadFolder:
        """A folder of the person's own."""
        return FileDownloadFolder(place)


def served_files(name: str) -> ServedFiles:
    """Files below an address or a folder.

    Raises:
        UsageError: it is neither.
    """
    if re.match(r"https?://", name):
        return HttpFiles(name)
    if "://" in name and not name.startswith(_FILE):
        msg = f"{name[:200]} is no address that can be fetched from"
        raise UsageError(msg, next_step="name the URL of a static tree, or a folder")
    return FolderFiles(Path(name.removeprefix(_FILE)))


def open_consumer(key_files: Sequence[Path]) -> Consumer:
    """What a command of somebody who downloads needs; reads the clock once."""
    return Consumer(key_files=tuple(key_files), environ=os.environ, now=clock.now())
