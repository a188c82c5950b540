"""Sign how far the ledger is, so that consumers can see that what they are served is fresh."""

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.attestation.head_statement import LedgerHead
from openmed.errors import UsageError


def sign_head(context: Context) -> LedgerHead:
    """Vouch for the whole ledger once more, for as long as `gates/head.toml` says.

    Raises:
        UsageError: nothing was released yet, or there is no key that may judge.
        IntegrityError: the state cannot be trusted; nothing was signed.
    """
    return share(context, _signed)


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
