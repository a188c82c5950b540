"""What became of something that was asked of the Hub and failed; imports the client when called."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from openmed.adapters.hub.hub_token import HubToken, redacted
from openmed.domain.text.exception_names import exception_name
from openmed.errors import ExternalError


class HubOutcome(StrEnum):
    """What became of a request that was not answered with success."""

    NOT_DONE = "not done"
    """Nothing happened, and the same may succeed later."""
    UNKNOWN = "unknown"
    """It may have happened: read again what there is, and decide by that."""
    CONFLICT = "conflict"
    """Someone else was first."""
    DENIED = "denied"
    """This token may not."""
    MISSING = "missing"
    """There is no such thing, or this token may not see it."""
    REFUSED = "refused"
    """What was sent is not accepted, now or later."""


_CHAIN: Final = 8
"""Causes of an exception that are followed."""
_BY_STATUS: Final = {
    401: HubOutcome.DENIED, 403: HubOutcome.DENIED, 404: HubOutcome.MISSING,
    408: HubOutcome.UNKNOWN, 409: HubOutcome.CONFLICT, 412: HubOutcome.CONFLICT,
    429: HubOutcome.NOT_DONE,
}  # fmt: skip


def outcome_of(error: BaseException) -> HubOutcome:
    """Say what became of it. What nobody can tell is unknown."""
    for one in _chain(error):
        found = _of_one(one)
        if found is not None:
            return found
    return HubOutcome.UNKNOWN


def _of_one(error: BaseException) -> HubOutcome | None:
    """What this one exception says, None when its cause says more."""
    import httpx2  # noqa: PLC0415 - heavy
    from huggingface_hub import errors  # noqa: PLC0415 - heavy

    if isinstance(error, errors.HfHubHTTPError):
        is_unseen = isinstance(error, errors.RepositoryNotFoundError)
        is_gated = isinstance(error, errors.GatedRepoError)
        status = error.response.status_code
        return HubOutcome.MISSING if is_unseen and not is_gated else _of_status(status)
    if isinstance(error, httpx2.TransportError):
        is_unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
        return HubOutcome.NOT_DONE if is_unsent else HubOutcome.UNKNOWN
    if isinstance(error, ExternalError):
        return HubOutcome.NOT_DONE if error.retryable else HubOutcome.UNKNOWN
    if isinstance(error, errors.LocalEntryNotFoundError):
        return None
    if isinstance(error, errors.EntryNotFoundError):
        return HubOutcome.MISSING
    return HubOutcome.REFUSED if isinstance(error, ValueError) else None


def sentence_of(error: BaseException, token: HubToken | None) -> str:
    """What the Hub said, in words that may be shown: its status and its sentence, redacted."""
    from huggingface_hub import errors  # noqa: PLC0415 - heavy

    for one in _chain(error):
        if isinstance(one, errors.HfHubHTTPError):
            said = redacted(" ".join((one.server_message or "").split()), token)
            return f"the Hub answers {one.response.status_code}{f': {said}' if said else ''}"
        if isinstance(one, ExternalError):
            return one.message
        if type(one).__module__.split(".")[0] == "httpx2":
            return f"no answer of the Hub: {type(one).__name__}"
    return exception_name(error)


def _of_status(status: int) -> HubOutcome:
    return _BY_STATUS.get(status, HubOutcome.UNKNOWN if status >= 500 else HubOutcome.REFUSED)  # noqa: PLR2004 - HTTP's


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(_CHAIN):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__
