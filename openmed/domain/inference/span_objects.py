"""Spans in results of other programs, recognised by the attributes that these document.

None of the programs is imported. Taken are tuples, mappings, and the objects of

    spaCy      Doc (`ents`), Span (`start_char`, `end_char`, `label_`)
    flair      Sentence, Span, Label (`data_point`, `value`); offsets count from the sentence
    deduce     Document (`annotations`), Annotation (`start_char`, `end_char`, `tag`)
    presidio   RecognizerResult (`start`, `end`, `entity_type`, `score`)
    pipelines  of transformers, aggregated (`entity_group`) or not (`entity`)

Nothing is guessed. Where an object holds the text it is of, that must be the text that was asked
about: flair leaves characters out, and then all its offsets are wrong. An offset that is missing
is not looked for: who runs the program without us does not get it either.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, NoReturn

from openmed.domain.inference.answer_faults import AnswerError, AnswerFault, Reason
from openmed.domain.text.type_names import type_name

_STARTS: Final = ("start", "start_char")
_ENDS: Final = ("end", "end_char")
_TAG: Final = "entity"
"""Key of a pipeline's label with its `B-` or `I-`."""
_LABELS: Final = ("label", "entity_type", "entity_group", _TAG, "tag")
_FEWEST: Final = 3
"""Cells of a tuple: start, end and label."""


class SpanCells(NamedTuple):
    """One span, not yet looked at.

    Attributes:
        start: first character.
        end: one past the last.
        label: label.
        score: score; None = none.
        is_tag: whether the label may begin with the `B-` or `I-` of its scheme.
        text: text of the span, where its program says it; else None.
    """

    start: object
    end: object
    label: object
    score: object = None
    is_tag: bool = False
    text: object = None


def fail(reason: Reason, got: object = None, *, is_named: bool = False) -> NoReturn:
    """Raise what is wrong; the type of what came is named if that says something."""
    raise AnswerError(AnswerFault(reason=reason, got=type_name(got) if is_named else ""))


def spans_in(found: object, *, text: str) -> Iterator[SpanCells]:
    """Every span of an answer.

    Args:
        found: what a program answered.
        text: what it was asked about.

    Raises:
        AnswerError: it is no list of spans of this text.
    """
    for item in _items(found, text):
        if _is_whole(item):
            yield from (_cells(one, text) for one in _items(item, text))
        else:
            yield _cells(item, text)


def _items(found: object, text: str) -> Iterable[object]:
    if _has(found, "ents", "text", "spans"):
        return _of_doc(found, text)
    if _has(found, "get_spans", "to_original_text"):
        _sentence_start(found, text)
        return list(found.get_spans())  # type: ignore[attr-defined]
    if _has(found, "annotations", "text"):
        _require_same(getattr(found, "text", None), text)
        return list(found.annotations)  # type: ignore[attr-defined]
    is_list = isinstance(found, Iterable) and not isinstance(found, str | bytes | Mapping)
    if not is_list or _has(found, "start_char") or _has(found, "start_position"):
        fail(Reason.NO_LIST, found, is_named=True)
    return found  # type: ignore[return-value]


def _is_whole(item: object) -> bool:
    """Whether it is the result for a text or a sentence of it, not a span."""
    return _has(item, "ents", "text", "spans") or _has(item, "get_spans", "to_original_text")


def _of_doc(doc: object, text: str) -> list[object]:
    _require_same(getattr(doc, "text", None), text)
    groups = getattr(doc, "spans", None)
    if isinstance(groups, Mapping) and any(len(group) for group in groups.values()):
        fail(Reason.SPAN_GROUPS)
    return list(getattr(doc, "ents", ()))


def _cells(item: object, text: str) -> SpanCells:
    if isinstance(item, Mapping):
        return _of_mapping(item)
    if isinstance(item, list | tuple) and not _has(item, "start", "end"):
        if len(item) < _FEWEST:
            fail(Reason.NO_SPAN, item, is_named=True)
        return SpanCells(*item[: _FEWEST + 1])
    if _has(item, "data_point", "value"):
        span = getattr(item, "data_point", None)
        return _of_flair(span, text, label=item)
    if _has(item, "start_position", "labels"):
        return _of_flair(item, text, label=None)
    if _has(item, "start_char", "end_char"):
        return _of_characters(item, text)
    if not _has(item, "start", "end"):
        fail(Reason.NO_SPAN, item, is_named=True)
    names = [name for name in _LABELS if _has(item, name)]
    label = getattr(item, names[0]) if names else None
    return SpanCells(
        getattr(item, "start", None),
        getattr(item, "end", None),
        label,
        getattr(item, "score", None),
    )


def _of_mapping(item: Mapping[object, object]) -> SpanCells:
    def first(names: Iterable[str]) -> object:
        return next((item[name] for name in names if item.get(name) is not None), None)

    if not any(name in item for name in (*_STARTS, *_ENDS, *_LABELS)):
        fail(Reason.NO_SPAN, item, is_named=True)
    named = next((name for name in _LABELS if item.get(name) is not None), "")
    return SpanCells(
        first(_STARTS),
        first(_ENDS),
        item[named] if named else None,
        item.get("score"),
        is_tag=named == _TAG,
    )


def _of_characters(item: object, text: str) -> SpanCells:
    """A Span of spaCy, whose `start` and `end` count tokens; an Annotation of deduce."""
    doc = getattr(item, "doc", None)
    if doc is not None:
        _require_same(getattr(doc, "text", None), text)
    names = [name for name in ("label_", "tag", *_LABELS) if _has(item, name)]
    return SpanCells(
        getattr(item, "start_char", None),
        getattr(item, "end_char", None),
        getattr(item, names[0]) if names else None,
        getattr(item, "score", None),
        text=getattr(item, "text", None),
    )


def _of_flair(span: object, text: str, *, label: object) -> SpanCells:
    """A Span of flair, or one Label of it; its offsets count from where its sentence begins."""
    labels = [label] if label is not None else list(getattr(span, "labels", ()))
    if len(labels) != 1:
        fail(Reason.NO_LABEL)
    first = _sentence_start(getattr(span, "sentence", None), text)
    start, end = getattr(span, "start_position", None), getattr(span, "end_position", None)
    return SpanCells(
        start + first if isinstance(start, int) else start,
        end + first if isinstance(end, int) else end,
        getattr(labels[0], "value", None),
        getattr(labels[0], "score", None),
    )


def _sentence_start(sentence: object, text: str) -> int:
    """Where a sentence of flair begins in the text.

    Raises:
        AnswerError: it is not there.
    """
    start = getattr(sentence, "start_position", None)
    said = getattr(sentence, "to_original_text", None)
    own = said() if callable(said) else None
    if not isinstance(start, int) or not isinstance(own, str) or not text.startswith(own, start):
        fail(Reason.OTHER_TEXT)
    return start


def _require_same(said: object, text: str) -> None:
    if said != text:
        fail(Reason.OTHER_TEXT)


def _has(item: object, *names: str) -> bool:
    return all(hasattr(item, name) for name in names)
