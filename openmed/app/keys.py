"""Replace the key that signs verdicts."""

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.attestation.rotation import Rotation
from openmed.pipeline.regeneration import settle
from openmed.steps.rotate import Rotate


def rotate_key(context: Context, *, verifier: str, is_lost: bool) -> tuple[Rotation, str]:
    """Replace a key, close the old one, and write everything that is derived.

    Returns:
        What was replaced by what, and the tag of the ledger entry; empty when an earlier call
        that was killed had made it.

    Raises:
        UsageError: there is no such key.
    """

    def act(context: Context) -> tuple[Rotation, str]:
        step = Rotate(
            releases=context.releases,
            ring=context.ring,
            verifiers=context.verifiers,
            now=context.now,
        )
        rotated = step.rotate(verifier, is_lost=is_lost)
        settle(context, recorded=bool(rotated[1]))
        return rotated

    return share(context, act, is_repeatable=False)
