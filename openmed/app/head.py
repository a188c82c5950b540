"""Sign how far the ledger is, so that consumers can see that what they are served is fresh."""

from typing import NamedTuple

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.attestation.head_statement import (
    HEAD_FILE,
    HeadStanding,
    LedgerHead,
    head_standing,
    key_fault,
)
from openmed.errors import OpenMedError, UsageError


def sign_head(context: Context) -> LedgerHead:
    """Vouch for the whole ledger once more, for as long as `gates/head.toml` says.

    Raises:
        UsageError: nothing was released yet, or there is no key that may judge.
        IntegrityError: the state cannot be trusted; nothing was signed.
    """
    return share(context, _signed)


class VerifiedStanding(NamedTuple):
    """How a head statement stands.

    Attributes:
        standing: in words.
        is_fault: whether its signature counts for nobody.
    """

    standing: HeadStanding
    is_fault: bool


def verified_standing(context: Context) -> VerifiedStanding | None:
    """How the head statement stands, its signature looked at; None where nothing was released.

    Raises:
        IntegrityError: the state cannot be trusted.
    """
    state = context.releases.state()
    found = head_standing(state, context.stated_head(), now=context.now)
    envelope = context.heads.read()
    if found is None or envelope is None:
        return None if found is None else VerifiedStanding(found, is_fault=False)
    try:
        fault = key_fault(state, context.verifiers.verify_head(envelope))
    except OpenMedError as error:
        fault = error.message
    if not fault:
        return VerifiedStanding(found, is_fault=False)
    return VerifiedStanding(HeadStanding(f"{HEAD_FILE}: {fault}", is_due=True), is_fault=True)


def _signed(context: Context) -> LedgerHead:
    with context.releases.lock():
        state = context.releases.state()
        if state.last is None:
            msg = "nothing was released yet, so there is nothing to vouch for"
            raise UsageError(msg)
        context.signer.check()
        closure = state.closure_of(context.signer.keyid)
        if closure is not None:
            msg = f"the signing key was closed by {closure.tag}, so its signature would not count"
            raise UsageError(msg)
        return context.heads.sign(state)
