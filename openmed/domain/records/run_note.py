"""What a command says of its own run; the record is made from it when the command has ended."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Line
from openmed.domain.records.run_record import Count, StageTimes

LONGEST_DETAIL = 400


class RunNote(Frozen):
    """What a run came to.

    Attributes:
        tag: ledger entry it made; empty when it made none.
        counts: slots by where they stand after it; what it looked at.
        detail: one sentence without text of a document, or a name of a file; may be empty.
        times: stages of the rollback it made; None when it made none.
        is_idle: whether it found everything as it should be, and wrote nothing.
    """

    tag: str = ""
    counts: tuple[tuple[str, Count], ...] = ()
    detail: Annotated[Line, Field(max_length=LONGEST_DETAIL)] = ""
    times: StageTimes | None = None
    is_idle: bool = False
