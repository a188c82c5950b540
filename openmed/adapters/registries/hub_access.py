"""Who writes to the Hub: a fine-grained token, or a token that CI exchanges for one repository.

A fine-grained token of the environment serves every repository it may reach. A trusted
publisher's token is asked for anew for each repository, writes that one, and reads no private one;
it is used for no other. Nothing here is written down or printed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from openmed.adapters.hub.hub_client import SECONDS, answers, require_client
from openmed.errors import ExternalError, UsageError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

TOKEN: Final = "HF_TOKEN"  # noqa: S105 - the name of a variable
ID_TOKEN: Final = "HF_OIDC_ID_TOKEN"  # noqa: S105 - as above
ENDPOINT: Final = "HF_ENDPOINT"
REQUEST_URL: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
REQUEST_TOKEN: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - as above
_GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_KIND: Final = "urn:ietf:params:oauth:token-type:id_token"
_DONE: Final = 200


class CredentialMode(StrEnum):
    """How this process may write to the Hub."""

    TOKEN = "fine-grained token"  # noqa: S105 - a word
    PUBLISHER = "trusted publisher"
    NONE = "no credentials"


class HubAccess:
    """Clients of one Hub, by repository."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read which credentials there are; nothing is asked yet."""
        self._token = environ.get(TOKEN, "").strip()
        self._identity = environ.get(ID_TOKEN, "").strip()
        self._request = (environ.get(REQUEST_URL, ""), environ.get(REQUEST_TOKEN, ""))
        self._endpoint = environ.get(ENDPOINT, "").rstrip("/")
        self._clients: dict[str, HfApi] = {}

    @property
    def mode(self) -> CredentialMode:
        """Which credentials there are."""
        if self._token:
            return CredentialMode.TOKEN
        if self._identity or all(self._request):
            return CredentialMode.PUBLISHER
        return CredentialMode.NONE

    @property
    def endpoint(self) -> str:
        """Address of the Hub."""
        if self._endpoint:
            return self._endpoint
        from huggingface_hub import constants  # noqa: PLC0415 - heavy

        return constants.ENDPOINT

    def writer(self, repo_id: str) -> "HfApi":
        """The client that may write one repository.

        Raises:
            UsageError: there are no credentials, or huggingface_hub is not installed.
            ExternalError: the Hub gives no token for it.
        """
        require_client(repo_id)
        if repo_id not in self._clients:
            self._clients[repo_id] = self._client(token=self._credential(repo_id))
        return self._clients[repo_id]

    def reader(self) -> "HfApi":
        """The client that anybody has: it sends no token.

        Raises:
            UsageError: huggingface_hub is not installed.
        """
        require_client("the Hub")
        return self._client(token=False)

    def _client(self, *, token: "str | bool") -> "HfApi":
        from huggingface_hub import HfApi  # noqa: PLC0415 - heavy

        return HfApi(endpoint=self.endpoint, token=token)

    def _credential(self, repo_id: str) -> str:
        match self.mode:
            case CredentialMode.TOKEN:
                return self._token
            case CredentialMode.PUBLISHER:
                return self._exchanged(repo_id)
            case CredentialMode.NONE:
                raise UsageError(
                    f"{repo_id} cannot be written: there is neither {TOKEN} nor an identity of CI",
                    next_step=f"set {TOKEN}, or let the job have `id-token: write`",
                )

    def _exchanged(self, repo_id: str) -> str:
        from huggingface_hub import get_session  # noqa: PLC0415 - heavy

        asked = {
            "grant_type": _GRANT,
            "subject_token_type": _KIND,
            "subject_token": self._identity or self._minted(),
            "resource": repo_id,
        }
        with answers(f"a token for {repo_id}"):
            answer = get_session().post(f"{self.endpoint}/oauth/token", json=asked, timeout=SECONDS)
            token = answer.json().get("access_token") if answer.status_code == _DONE else None
        if not isinstance(token, str) or not token:
            raise ExternalError(
                f"{repo_id}: the Hub gives no token for this job (status {answer.status_code})",
                next_step=f"name this workflow as a trusted publisher of {repo_id}",
            )
        return token

    def _minted(self) -> str:
        """The identity that GitHub gives this job, for this Hub."""
        from huggingface_hub import get_session  # noqa: PLC0415 - heavy

        url, token = self._request
        with answers("the identity of this job"):
            answer = get_session().get(
                url,
                params={"audience": self.endpoint},
                headers={"Authorization": f"Bearer {token}"},
                timeout=SECONDS,
            )
            found = answer.json().get("value") if answer.status_code == _DONE else None
        if not isinstance(found, str) or not found:
            msg = f"GitHub gives this job no identity (status {answer.status_code})"
            raise ExternalError(msg, next_step="let the job have `permissions: id-token: write`")
        return found
