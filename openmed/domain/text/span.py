"""Documents with gold spans, and predicted spans: half-open code-point offsets `[start, end)`.

Document text lives only in these values; nothing that is written, logged or raised may
hold it.
"""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Label

Offset = Annotated[int, Field(ge=0)]

SCORE_DIGITS = 4
"""Decimals a score keeps."""


class GoldSpan(Frozen):
    """One personal item in a document.

    Attributes:
        start: first code point.
        end: one past the last code point.
        label: canonical label.
    """

    start: Offset
    end: Offset
    label: Label


class Document(Frozen):
    """One document of a suite.

    Attributes:
        id: unique in the suite; shown in reports, so it carries no personal data.
        language: BCP 47 tag, lower case.
        family: template family it was written from; the unit of independence.
        slice: what it tests, e.g. `base`, `hard-negative`, `table`.
        smoke: whether it belongs to the smoke subset.
        text: the text itself.
        spans: gold spans, by (start, end, label).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]+)*$")]
    family: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
    slice: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    smoke: bool
    text: Annotated[str, Field(min_length=1)]
    spans: tuple[GoldSpan, ...]


class PredictedSpan(Frozen):
    """One span a candidate wants redacted.

    Attributes:
        start: first code point, as the runner gave it (not yet checked against the text).
        end: one past the last code point.
        label: canonical label.
        score: confidence in [0, 1], rounded to 4 digits so that the last bits of the
            arithmetic do not reach the stored bytes.
    """

    start: int
    end: int
    label: Label
    score: Annotated[float, Field(ge=0, le=1)]
