"""The code that counts, judges and renders, of one release repository: what products depend on."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from openmed.context.repository_folder import RepositoryFolder
from openmed.domain.digest import digest_of

if TYPE_CHECKING:
    from openmed.adapters.code.code_digest import CodeDigests
    from openmed.adapters.code.installed_gates import InstalledGates
    from openmed.domain.gates.gate import Gate


@dataclass(frozen=True)
class RepositoryCode(RepositoryFolder):
    """Digests of the code, and the gates of this machine."""

    @cached_property
    def code(self) -> "CodeDigests":
        """Digests of our own code; what was read of it is kept beside the products."""
        from openmed.adapters.code.code_digest import CodeDigests
        from openmed.adapters.code.source_files import SourceFiles

        return CodeDigests(SourceFiles(self.artifacts / "source-facts.json"))

    @cached_property
    def scorer_code(self) -> str:
        """Digest of the scoring code."""
        from openmed.adapters.code import code_roots

        return self.code.digest(code_roots.SCORER)

    @cached_property
    def linter_code(self) -> str:
        """Digest of the code that looks for defects of suites."""
        from openmed.adapters.code import code_roots

        return self.code.digest(code_roots.LINTER)

    @cached_property
    def measuring_code(self) -> str:
        """Digest of the code that times."""
        from openmed.adapters.code import code_roots

        return self.code.digest(code_roots.PERFORMANCE)

    @cached_property
    def _installed(self) -> "InstalledGates":
        return installed()

    @property
    def gates(self) -> "tuple[Gate, ...]":
        """Every gate a policy may name: ours and those of installed packages."""
        return self._installed.gates

    @cached_property
    def gates_code(self) -> str:
        """Digest of the code that judges, that of plug-ins included."""
        from openmed.adapters.code import code_roots

        return digest_of([self.code.digest(code_roots.GATES), self._installed.code])

    @cached_property
    def notes_code(self) -> str:
        """Digest of the code that makes release notes."""
        from openmed.adapters.code import code_roots

        return self.code.digest(code_roots.NOTES)

    @cached_property
    def pages_code(self) -> str:
        """Digest of the code that renders."""
        from openmed.adapters.code import code_roots

        return self.code.digest(code_roots.PAGES)


def installed() -> "InstalledGates":
    """Loaded when first needed: what only looks at releases needs no statistics."""
    from openmed.adapters.code.installed_gates import installed_gates

    return installed_gates()
