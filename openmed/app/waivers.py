"""What a person signs: waivers, which lift quarantines, and statements on weaker policies."""

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.slot import parse_slot
from openmed.pipeline.regeneration import settle
from openmed.ports.releasing import Signer
from openmed.steps.approve import Approve, Approved
from openmed.steps.lift import Lift, Lifting, Waived


def waive(  # noqa: PLR0913 - each is an option of the command
    context: Context,
    signer: Signer,
    *,
    digest: str,
    reason: str,
    expires: str,
    is_recording: bool,
) -> Waived:
    """Sign a waiver for a quarantined artifact; lift the quarantine, unless it is only signed.

    Args:
        context: the release repository.
        signer: a person's key.
        digest: the artifact, or how its digest begins.
        reason: why.
        expires: the artifact must be released by then.
        is_recording: lift it now; if not, only leave the file.

    Raises:
        UsageError: there is no such artifact, or no key.
        RefusedError: what was revoked is not lifted; or the waiver expired.
        IntegrityError: this key may not sign it.
    """

    def act(context: Context) -> Waived:
        waived = _lift(context).waive(
            signer, digest, reason=reason, expires=expires, is_recording=is_recording
        )
        settle(context, recorded=waived.entry is not None)
        return waived

    return share(context, act) if is_recording else act(context)


def approve(context: Context, signer: Signer, *, slot: str, reason: str, expires: str) -> Approved:
    """Sign that a slot's policy may be weaker than at its last release; leave the file.

    Args:
        context: the release repository.
        signer: a person's key.
        slot: whose policy.
        reason: why.
        expires: a flip must use it by then.

    Raises:
        UsageError: nothing is weaker, or there is no key.
        IntegrityError: this key may not sign it.
    """
    step = Approve(
        inputs=context.inputs,
        releases=context.releases,
        verifiers=context.verifiers,
        waivers=context.waivers,
        gates=context.gates,
        now=context.now,
    )
    return step.approve(signer, parse_slot(slot).key, reason=reason, expires=expires)


def lift(context: Context) -> Lifting:
    """Record the waivers that people put into the repository."""

    def act(context: Context) -> Lifting:
        lifting = _lift(context).record()
        settle(context, recorded=lifting.entry is not None)
        return lifting

    return share(context, act)


def _lift(context: Context) -> Lift:
    return Lift(
        releases=context.releases,
        verifiers=context.verifiers,
        waivers=context.waivers,
        now=context.now,
    )
