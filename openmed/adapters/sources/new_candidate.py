"""What `openmed candidate add` finds out of a source, of its files, and of what a program needs."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from openmed.adapters.sources.hub import latest_commit
from openmed.adapters.sources.model_reader import read_model
from openmed.adapters.sources.package_pins import pin_packages
from openmed.adapters.sources.pypi import find_wheel
from openmed.domain.inference.proposal.model_files import ModelFiles, PackageFacts


class NewCandidates:
    """Looks at sources and files; changes nothing but the folder of what was fetched."""

    def __init__(self, *, downloads: Path) -> None:
        """Remember where fetched wheels are kept; nothing is fetched yet."""
        self._downloads = downloads

    def commit(self, repo: str) -> str:
        """The commit that a repository of the Hub stands at.

        Raises:
            OpenMedError: it cannot be had.
        """
        return latest_commit(repo)

    def wheel(self, reference: str) -> str:
        """The sha256 of the wheel of `NAME==VERSION`.

        Raises:
            OpenMedError: it cannot be had.
        """
        return find_wheel(reference, downloads=self._downloads)

    def read(self, folder: str, *, name: str) -> ModelFiles:
        """What the files of a staged tree say.

        Raises:
            EvidenceError: one of them cannot be understood.
        """
        return read_model(Path(folder), name=name)

    def assemble(self, folder: str, extra: Mapping[str, bytes]) -> str:
        """A folder with the files of a staged tree and some more; both are in the same place."""
        made = self._downloads.with_name("assembled") / secrets.token_hex(8)
        tree = Path(folder)
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                place = made / path.relative_to(tree)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.hardlink_to(path)
        for name, content in extra.items():
            (made / name).write_bytes(content)
        return str(made)

    def pins(self, packages: Sequence[str]) -> PackageFacts:
        """Pins by hash of packages and of what they need.

        Raises:
            OpenMedError: they cannot be had.
        """
        return pin_packages(packages, work=self._downloads)
