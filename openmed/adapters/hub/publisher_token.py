"""A trusted publisher's token: a CI's id token is exchanged for one that writes one repository.

The client would exchange once for a whole process, for the one resource its environment names.
A run publishes several slots, so each slot's token is exchanged here and passed explicitly.
"""

import os
from typing import Final

from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.hub_token import HubToken
from openmed.adapters.hub.outcomes import HubOutcome, outcome_of, sentence_of
from openmed.adapters.hub.wire_policy import NEXT_STEP
from openmed.errors import ExternalError, OpenMedError, UsageError

ID_TOKEN: Final = "HF_OIDC_ID_TOKEN"  # noqa: S105 - the name of a variable
"""Holds the id token of a CI that the client does not know."""


_REQUEST_URL: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
_REQUEST_TOKEN: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the name of a variable
_GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_SUBJECT: Final = "urn:ietf:params:oauth:token-type:id_token"
_OURS: Final = frozenset({HubOutcome.REFUSED, HubOutcome.DENIED, HubOutcome.MISSING})
"""Outcomes that the same call will have again."""


def can_mint() -> bool:
    """Whether this process has, or can ask its CI for, an id token."""
    return bool(os.environ.get(ID_TOKEN) or os.environ.get(_REQUEST_URL))


def publisher_token(resource: str, connection: HubConnection) -> HubToken:
    """A token that writes this repository for an hour.

    Args:
        resource: `org/name`.
        connection: to the Hub, without a token; the exchange is counted there.

    Raises:
        UsageError: this process has no id token, or the Hub gives none for it.
        ExternalError: the Hub or the CI did not answer.
    """
    about = f"{connection.about}: no token for {resource} as a trusted publisher"
    if not can_mint():
        hint = f"run this in a workflow with the permission id-token: write, or set {ID_TOKEN}"
        raise UsageError(f"{about}: this process has no id token", next_step=hint)
    try:
        return _exchanged(resource, connection)
    except OpenMedError:
        raise
    except Exception as error:  # noqa: BLE001 - every transport has its own; a message may hold a token
        msg = f"{about}: {sentence_of(error, None)}"
        if outcome_of(error) in _OURS:
            hint = f"see that {resource} names this workflow as a trusted publisher"
            raise UsageError(msg, next_step=hint) from None
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=True) from None


def _exchanged(resource: str, connection: HubConnection) -> HubToken:
    from huggingface_hub import get_session, hf_raise_for_status  # noqa: PLC0415 - heavy

    asked = {
        "grant_type": _GRANT, "subject_token_type": _SUBJECT, "resource": resource,
        "subject_token": os.environ.get(ID_TOKEN) or _minted(connection.endpoint),
    }  # fmt: skip
    url = f"{connection.endpoint}/oauth/token"
    response = get_session().post(url, json=asked, headers=connection.headers)
    hf_raise_for_status(response)
    return HubToken(str(response.json()["access_token"]))


def _minted(audience: str) -> str:
    """An id token of this job, from GitHub Actions."""
    from httpx2 import URL  # noqa: PLC0415 - heavy
    from huggingface_hub import get_session, hf_raise_for_status  # noqa: PLC0415 - heavy

    # The address has a query already, and the client's `params` would replace it.
    asked = URL(os.environ[_REQUEST_URL]).copy_merge_params({"audience": audience})
    response = get_session().get(
        asked,
        headers={"authorization": f"Bearer {os.environ.get(_REQUEST_TOKEN, '')}"},
    )
    hf_raise_for_status(response)
    return str(response.json()["value"])
