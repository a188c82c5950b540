"""One thing that is stored by its content on this machine."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, Timestamp


class StoredBlob(Frozen):
    """A tree or file named by its digest.

    Attributes:
        name: the digest.
        size: bytes.
        since: when it was put there.
    """

    name: Digest
    size: Annotated[int, Field(ge=0)]
    since: Timestamp

    def is_older(self, hours: float, *, now: str) -> bool:
        """Whether it has been there for so long; younger ones may be somebody's work."""
        age = datetime.fromisoformat(now) - datetime.fromisoformat(self.since)
        return age >= timedelta(hours=hours)
