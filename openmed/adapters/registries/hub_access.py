"""Who writes to the Hub: a fine-grained token, or a token that CI exchanges for one repository.

A fine-grained token of the environment serves every repository it may reach. A trusted
publisher's token is asked for anew for each repository, writes that one, and reads no private one;
it is used for no other.
"""

from collections.abc import Callable
from enum import StrEnum

from openmed.adapters.hub.connection import (
    HubConnection,
    endpoint_of_environment,
    token_of_environment,
)
from openmed.adapters.hub.hub_token import HubToken
from openmed.adapters.hub.publisher_token import can_mint, publisher_token
from openmed.adapters.hub.wire_policy import WirePolicy
from openmed.errors import UsageError


class CredentialMode(StrEnum):
    """How this process may write to the Hub."""

    TOKEN = "fine-grained token"  # noqa: S105 - a word
    PUBLISHER = "trusted publisher"
    NONE = "no credentials"


class HubAccess:
    """Connections to one Hub, by repository."""

    def __init__(self, *, wait: Callable[[float], None]) -> None:
        """Nothing is read or asked yet.

        Args:
            wait: waits so many seconds before the same is asked again.
        """
        self._policy = WirePolicy(sleep=wait)
        self.endpoint = endpoint_of_environment()
        self._writers: dict[str, HubConnection] = {}

    @property
    def mode(self) -> CredentialMode:
        """Which credentials this process has."""
        if token_of_environment() is not None:
            return CredentialMode.TOKEN
        return CredentialMode.PUBLISHER if can_mint() else CredentialMode.NONE

    def writer(self, repo_id: str) -> HubConnection:
        """The connection that may write one repository.

        Raises:
            UsageError: there are no credentials, or huggingface_hub is not installed.
            ExternalError: the Hub gives no token for it.
        """
        if repo_id not in self._writers:
            token = self._token(repo_id)
            self._writers[repo_id] = self._connection(repo_id, token)
        return self._writers[repo_id]

    def reader(self, repo_id: str) -> HubConnection:
        """The connection that anybody has: it sends no token.

        Raises:
            UsageError: huggingface_hub is not installed.
        """
        return self._connection(repo_id, None)

    def _connection(self, repo_id: str, token: HubToken | None) -> HubConnection:
        return HubConnection(repo_id, endpoint=self.endpoint, token=token, policy=self._policy)

    def _token(self, repo_id: str) -> HubToken:
        match self.mode:
            case CredentialMode.TOKEN:
                found = token_of_environment()
                if found is not None:
                    return found
            case CredentialMode.PUBLISHER:
                return publisher_token(repo_id, self.reader(repo_id))
            case CredentialMode.NONE:
                pass
        raise UsageError(
            f"{repo_id} cannot be written: there is no token of the Hub and no identity of CI",
            next_step="set HF_TOKEN, or let the job have the permission id-token: write",
        )
