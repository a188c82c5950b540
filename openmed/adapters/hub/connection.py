"""One endpoint of the Hub with one token: the client's interface under our policy."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final

from openmed.adapters.hub.hub_client import answers, require_client
from openmed.adapters.hub.hub_token import HubToken
from openmed.adapters.hub.wire_policy import WirePolicy

if TYPE_CHECKING:
    from huggingface_hub import HfApi

    from openmed.adapters.hub.policed_client import Calls

PUBLIC: Final = "https://huggingface.co"
"""The Hub when no other is named."""


def endpoint_of_environment() -> str:
    """The Hub that `HF_ENDPOINT` names."""
    return (os.environ.get("HF_ENDPOINT") or PUBLIC).rstrip("/")


class HubConnection:
    """An endpoint and a token. One for each slot, so that calls are counted by slot.

    Attributes:
        about: what it is for, the beginning of error sentences: a slot.
        endpoint: the Hub's address.
        token: sent to that address only; None sends none, whatever the machine has.
        policy: bounds of every call.
        calls: what was asked over it so far.
        trusted: origins that may see the token.
    """

    def __init__(
        self, about: str, *, endpoint: str, token: HubToken | None, policy: WirePolicy | None = None
    ) -> None:
        """Make the client ready.

        Raises:
            UsageError: huggingface_hub is not installed.
        """
        require_client(about)
        from openmed.adapters.hub import policed_client  # noqa: PLC0415 - heavy

        self.about = about
        self.endpoint = endpoint.rstrip("/")
        self.token = token
        self.policy = policy or WirePolicy()
        self.calls: Calls = policed_client.Calls()
        self.trusted = frozenset({policed_client.origin_of(self.endpoint)})
        self._name = policed_client.register(self)

    @property
    def headers(self) -> dict[str, str]:
        """Of a request that is sent beside `api`, so that it is counted here."""
        from openmed.adapters.hub.policed_client import HEADER  # noqa: PLC0415 - heavy

        return {HEADER: self._name}

    @cached_property
    def api(self) -> "HfApi":
        """The client's interface. Use its methods, not the functions beside it."""
        from huggingface_hub import HfApi  # noqa: PLC0415 - heavy

        api = HfApi(
            endpoint=self.endpoint,
            token=False if self.token is None else self.token.reveal(),
            library_name="openmed-release",
            headers=self.headers,
        )
        # Requests find this connection as long as there is someone who can send one.
        vars(api)["_connection"] = self
        return api

    def __repr__(self) -> str:
        return f"HubConnection({self.about!r}, {self.endpoint!r}, token={self.token!r})"


def token_of_environment() -> HubToken | None:
    """The token that the client would use by itself: of the environment or of its login.

    Raises:
        UsageError: huggingface_hub is not installed, or what is there is no token.
        ExternalError: the client would exchange an id token for it and got none.
    """
    require_client("token")
    from huggingface_hub import get_token  # noqa: PLC0415 - heavy

    with answers("the token for the Hub"):
        found = get_token()
        return HubToken(found) if found else None


def connect(about: str) -> HubConnection:
    """To the Hub of the environment, with its token: what the client would do by itself.

    Raises:
        UsageError: huggingface_hub is not installed.
    """
    require_client(about)
    return HubConnection(about, endpoint=endpoint_of_environment(), token=token_of_environment())
