"""What is kept of a step that failed."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen


class StepFault(Frozen):
    """A step that could not make its product.

    Attributes:
        step: task that failed, e.g. `benchmark:golden`.
        error: kind of the failure.
        message: one sentence for a person, without document text.
        next_step: what to do next; may be empty.
        exit_code: what `openmed` exits with because of it.
    """

    step: str
    error: str
    message: str
    next_step: str = ""
    exit_code: Annotated[int, Field(ge=1, le=255)]
