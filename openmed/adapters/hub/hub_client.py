"""The Hub's own client: found when it is needed, quiet, its errors in our words.

huggingface_hub is imported when something is fetched (extra `[hub]`), never at start-up.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

from openmed.adapters.hub.outcomes import HubOutcome, outcome_of, sentence_of
from openmed.adapters.hub.wire_policy import NEXT_STEP
from openmed.errors import EvidenceError, ExternalError, OpenMedError, UsageError

INSTALL: Final = "pip install 'openmed-release[hub]'"
SECONDS: Final = 30.0
"""Longest a question to the Hub may take."""
_READY: set[str] = set()
"""Not empty once the client's transport is ours."""


def require_client(what: str) -> None:
    """Make the client ready to be imported.

    Raises:
        UsageError: huggingface_hub is not installed.
    """
    if find_spec("huggingface_hub") is None:
        raise UsageError(f"{what}: huggingface_hub is not installed", next_step=INSTALL)
    # Its second transport writes elsewhere and ignores the endpoint; read when it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if not _READY:
        from openmed.adapters.hub.policed_client import install  # noqa: PLC0415 - heavy

        install()
        _READY.add("installed")


@contextmanager
def answers(about: str) -> Iterator[None]:
    """Turn what the client raises into one sentence about `about`.

    Raises:
        EvidenceError: the Hub says that there is no such thing, or not for us.
        ExternalError: the Hub did not answer as it should.
    """
    from huggingface_hub import errors  # noqa: PLC0415 - heavy

    try:
        yield
    except OpenMedError:
        raise
    except errors.GatedRepoError:
        raise EvidenceError(f"{about} is only for those who were given access") from None
    except (
        errors.EntryNotFoundError, errors.RevisionNotFoundError, errors.RepositoryNotFoundError
    ):  # fmt: skip
        raise EvidenceError(f"{about} does not exist") from None
    except Exception as error:  # noqa: BLE001 - every transport has its own; a message may hold a token
        msg = f"{about} could not be fetched: {sentence_of(error, None)}"
        can_retry = outcome_of(error) in {HubOutcome.NOT_DONE, HubOutcome.UNKNOWN}
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=can_retry) from None
