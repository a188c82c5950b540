"""What must hold before a release is shown to everybody, besides its gates."""

from typing import Protocol

from openmed.domain.gates.policy import LOCAL
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.errors import IntegrityError, RefusedError


class SignedBy(Protocol):
    """A verdict and whose key signed it."""

    @property
    def verifier(self) -> str:
        """Name of the verifier."""


def require_public_key(signed: SignedBy | None) -> None:
    """Refuse what a developer's own key signed: it counts for the local registry only.

    Raises:
        IntegrityError: the verdict is unsigned, or signed by such a key.
    """
    if signed is None or signed.verifier == LOCAL:
        msg = "it is signed by a developer's own key, which counts for the local registry only"
        raise IntegrityError(msg)


def require_clear(state: FleetState, live: LiveRelease) -> None:
    """Refuse what may not be published: quarantined or revoked, wherever that was found.

    Raises:
        RefusedError: its artifact is condemned.
    """
    row = state.condemnation(live.release.artifact)
    if row is not None:
        slot, artifact = live.release.slot, live.release.artifact[:16]
        msg = f"{slot}: artifact {artifact} is condemned since {row.tag}; it is not published"
        raise RefusedError(msg)
