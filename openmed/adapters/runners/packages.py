"""Whether what a profile pins is installed: code outside the artifact is named by version."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from openmed.errors import EvidenceError


def require_packages(pinned: Sequence[str]) -> None:
    """Refuse to run with another version than the artifact was made for.

    Raises:
        EvidenceError: a package is missing, or of another version.
    """
    for pin in pinned:
        name, _, wanted = pin.partition("==")
        try:
            got = version(name)
        except PackageNotFoundError:
            got = "none"
        if got != wanted:
            msg = f"the profile wants {pin}, installed is {got}"
            raise EvidenceError(msg, next_step=f"pip install '{pin}'")
