"""Building a document's text while recording its gold spans.

Offsets are right by construction: a span is recorded at the moment its value is appended.
The emitter refuses what a golden document may not hold (a value with outer white space, text
that is not NFC, a carriage return, unless the family is about just that), so a bad template
fails when the corpus is built.
"""

from typing import Literal, NamedTuple
from unicodedata import is_normalized, normalize

from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import Document, GoldSpan
from openmed.errors import UsageError

Form = Literal["NFC", "NFD"]
LONGEST = 1_000_000
"""Characters of a document; beyond it a template repeats itself without end."""


class Item(NamedTuple):
    """One personal value, not yet placed in a text.

    Attributes:
        label: canonical label.
        value: the value as it is written.
    """

    label: str
    value: str


class Emitter:
    """A text under construction, and the gold spans placed in it so far."""

    def __init__(self, *, line_end: str = "\n", form: Form = "NFC") -> None:
        """Start with an empty text.

        Args:
            line_end: what stands for the end of a line.
            form: Unicode normalization form of the text.
        """
        self._line_end = line_end
        self._form = form
        self._pieces: list[str] = []
        self._spans: list[GoldSpan] = []
        self._length = 0

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def say(self, text: str) -> None:
        """Append text that is not personal."""
        piece = text.replace("\n", self._line_end)
        if self._length + len(piece) > LONGEST:
            raise UsageError(f"a document grows beyond {LONGEST} characters")
        if self._form != "NFC":
            piece = normalize(self._form, piece)
        self._pieces.append(piece)
        self._length += len(piece)

    def emit(self, label: str, value: str) -> None:
        """Append a personal value and record its gold span.

        Raises:
            ValueError: the label is not canonical, or the value is empty or has outer white space.
        """
        if label not in BY_NAME:
            msg = f"label {label} is not canonical; see openmed/domain/text/labels.py"
            raise ValueError(msg)
        if not value or value != value.strip():
            msg = f"a {label} value must be non-empty and without outer white space"
            raise ValueError(msg)
        start = self._length
        self.say(value)
        self._spans.append(GoldSpan(start=start, end=self._length, label=label))

    def document(
        self, *, document_id: str, family: str, slice_: str, language: str, smoke: bool
    ) -> Document:
        """Finish: the text and its spans as one value.

        Raises:
            ValueError: the text is not in its form, or holds a carriage return that does not
                belong to the end of a line.
        """
        text = self.text
        if not is_normalized(self._form, text) or "\r" in text.replace(self._line_end, ""):
            msg = f"document {document_id} must be {self._form} and use {self._line_end!r} only"
            raise ValueError(msg)
        return Document(
            id=document_id,
            language=language,
            family=family,
            slice=slice_,
            smoke=smoke,
            text=text,
            spans=tuple(self._spans),
        )
