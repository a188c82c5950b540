"""Why a candidate has no answer for a document, without a word of the document.

The candidate's process is not trusted to say it: what it sends is a reason of a closed list, the
name of a listed type, and names of labels, which are looked at once more (`label_names.py`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from openmed.domain.frozen import Frozen, Line, is_absent
from openmed.domain.text.exception_names import shown_name
from openmed.domain.text.type_names import is_shown_type
from openmed.errors import EvidenceError

MOST_LABELS: Final = 8
"""Labels that are named."""
LONGEST_LABEL: Final = 40
"""Characters of a label that are kept."""


class Reason(StrEnum):
    """What is wrong with the answer of a program for one text."""

    NO_JSON = "no-json"
    NO_LIST = "no-list"
    NO_SPAN = "no-span"
    NO_OFFSETS = "no-offsets"
    OFFSET_TYPE = "offset-type"
    OFFSET_SIZE = "offset-size"
    OFFSET_UNIT = "offset-unit"
    NO_LABEL = "no-label"
    LABEL_TYPE = "label-type"
    NO_RULE = "no-rule"
    SCORE_TYPE = "score-type"
    SCORE_RANGE = "score-range"
    OTHER_TEXT = "other-text"
    SPAN_GROUPS = "span-groups"


_SENTENCES: Final[Mapping[Reason, str]] = {
    Reason.NO_JSON: "the answer is not one line of JSON (it has no NaN and no Infinity)",
    Reason.NO_LIST: "the answer is not a list of spans: got {got}",
    Reason.NO_SPAN: "not a span with start, end and label: got {got}",
    Reason.NO_OFFSETS: (
        "a span has no start or no end (a pipeline of transformers gives them with a fast "
        "tokenizer only)"
    ),
    Reason.OFFSET_TYPE: "a span's start or end is not a whole number: got {got}",
    Reason.OFFSET_SIZE: "a span's start or end is larger than any text",
    Reason.OFFSET_UNIT: "a span's start or end is outside the text or inside a character",
    Reason.NO_LABEL: "a span has no label, or several",
    Reason.LABEL_TYPE: "a span's label is not text: got {got}",
    Reason.NO_RULE: "label_map has no rule for {labels}",
    Reason.SCORE_TYPE: "a span's score is not a number: got {got}",
    Reason.SCORE_RANGE: "a span's score is not a number from 0 to 1",
    Reason.OTHER_TEXT: "a span is of another text than the one that was asked about",
    Reason.SPAN_GROUPS: "the Doc has spans outside `ents`: return those that count",
}
_BY_NAME: Final[Mapping[str, str]] = {
    "FloatingPointError": "the model answered with numbers that are not finite",
    "ProgramEnded": "the program ended, or did not answer what it was asked",
    "ProgramFailed": "the program said that it failed",
}


def _require_listed(name: str) -> str:
    if name and not is_shown_type(name):
        msg = "wanted the name of a listed type"
        raise ValueError(msg)
    return name


LabelName = Annotated[Line, Field(min_length=1, max_length=10 * LONGEST_LABEL)]
"""A label as a candidate names it, made printable."""


class AnswerFault(Frozen):
    """What is wrong with one answer.

    Attributes:
        reason: what.
        got: type of what came instead; empty where that says nothing.
        labels: labels without a rule, in order.
        other_labels: how many more there are that are not named.
    """

    reason: Reason
    got: Annotated[str, AfterValidator(_require_listed)] = ""
    labels: Annotated[tuple[LabelName, ...], Field(max_length=MOST_LABELS)] = ()
    other_labels: Annotated[int, Field(ge=0, le=2**40)] = 0

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return _SENTENCES[self.reason].format(got=self.got, labels=self._labels)

    @property
    def _labels(self) -> str:
        names = ", ".join(self.labels)
        if not self.other_labels:
            return names
        if not names:
            return f"{self.other_labels} labels that cannot be shown"
        return f"{names} and {self.other_labels} more that cannot be shown"


class AnswerError(EvidenceError):
    """An answer that holds no spans.

    Attributes:
        why: what is wrong with it.
    """

    def __init__(self, why: AnswerFault) -> None:
        """Say it in the engine's words."""
        super().__init__(why.sentence)
        self.why = why


class LoadFault(Frozen):
    """Why a candidate could not be loaded; no document was there yet.

    Attributes:
        fault: what a person is told.
        next_step: what to do; may be empty.
    """

    fault: str
    next_step: str = ""


class Unanswered(Frozen):
    """Documents that have no answer for one reason.

    Attributes:
        documents: how many.
        fault: type of the failure.
        why: what is wrong with the answer; None where nothing was answered.
    """

    documents: Annotated[int, Field(ge=1, le=2**40)]
    fault: Annotated[str, Field(max_length=80)]
    why: AnswerFault | None = Field(default=None, exclude_if=is_absent)

    @property
    def sentence(self) -> str:
        """What a person is told."""
        if self.why is not None:
            return self.why.sentence
        name = shown_name(self.fault)
        told = _BY_NAME.get(name)
        return f"{told} ({name})" if told else f"{name} was raised"


def count_faults(
    faults: Iterable[tuple[str, AnswerFault | None]],
) -> tuple[Unanswered, ...]:
    """Documents by reason, the most frequent first; labels of one reason together.

    Args:
        faults: name and reason of each document without an answer.
    """
    kinds: Counter[tuple[str, str, str]] = Counter()
    labels: set[str] = set()
    others = 0
    for name, why in faults:
        kinds[shown_name(name), why.reason if why else "", why.got if why else ""] += 1
        labels |= set(why.labels if why else ())
        others = max(others, why.other_labels if why else 0)
    named = tuple(sorted(labels))[:MOST_LABELS]
    more = others + len(labels) - len(named)
    return tuple(
        Unanswered(
            documents=documents,
            fault=name,
            why=_fault(Reason(reason), got, named, more) if reason else None,
        )
        for (name, reason, got), documents in sorted(
            kinds.items(), key=lambda item: (-item[1], item[0])
        )
    )


def _fault(reason: Reason, got: str, labels: tuple[str, ...], more: int) -> AnswerFault:
    if reason is not Reason.NO_RULE:
        return AnswerFault(reason=reason, got=got)
    return AnswerFault(reason=reason, got=got, labels=labels, other_labels=more)
