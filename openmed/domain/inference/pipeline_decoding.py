"""From token logits to spans as `pipeline("token-classification")` of transformers makes them.

Decoders `hf-none`, `hf-simple`, `hf-first`, `hf-average`, `hf-max`: what a reader of the card gets
who runs the model the usual way, with its faults. `tests/cases/transformers` holds what the
library answers. Its arithmetic is kept too (single precision, the mean of a span's scores), so
that a tie falls the same way. `pipeline(stride=…)` cuts at tokens, answers for each chunk alone and
of two spans that overlap keeps the longer; `hf-none` has no stride: it sees the first window only.

Not the library's: spans of labels the profile ignores, spans below its threshold, and spans of no
character are left out; of equal ones one stays.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openmed.domain.inference.decoding import OUTSIDE, type_of_label
from openmed.domain.inference.profile import PipelineDecoder
from openmed.domain.inference.windows import Window
from openmed.domain.text import labels
from openmed.domain.text.span import SCORE_DIGITS, PredictedSpan

Single: TypeAlias = NDArray[np.float32]


BLANK = "Ġ"
"""How byte-level vocabularies write a blank."""


class PipelineTokens(NamedTuple):
    """Tokens as the tokenizer gives them.

    Attributes:
        offsets: first code point of each token, and the one after its last.
        continues: whether the library takes it for a part of the word before.
        blanks: whether it has a blank before it, outside its offsets, that it would keep where
            it opens a chunk.
    """

    offsets: tuple[tuple[int, int], ...]
    continues: tuple[bool, ...]
    blanks: tuple[bool, ...]


class PipelineLabels(NamedTuple):
    """What the model's labels are, and what they stand for.

    Attributes:
        names: the model's label of each column.
        canonical: canonical label or `IGNORE`, by label type.
    """

    names: tuple[str, ...]
    canonical: dict[str, str]


class _Entity(NamedTuple):
    name: str
    score: np.float32
    start: int
    end: int


def continuations(
    text: str, offsets: Sequence[tuple[int, int]], tokens: Sequence[str], *, prefix: str
) -> tuple[bool, ...]:
    """Which tokens the library takes for a part of the word before them.

    Args:
        text: the original text.
        offsets: of each token.
        tokens: the vocabulary's entry of each; the unknown one is empty, and continues nothing.
        prefix: what marks such an entry, e.g. `##`; empty where the vocabulary marks none.
    """
    return tuple(
        bool(token)
        and (
            len(token) != end - start
            if prefix
            else start > 0 and " " not in text[start - 1 : start + 1]
        )
        for (start, end), token in zip(offsets, tokens, strict=True)
    )


def decode_pipeline(
    tokens: PipelineTokens,
    chunks: Sequence[tuple[Window, Single]],
    *,
    table: PipelineLabels,
    decoder: PipelineDecoder,
    threshold: float,
) -> tuple[PredictedSpan, ...]:
    """Spans of a text, in the library's order, which is that of the text.

    Args:
        tokens: of the whole text.
        chunks: each window and the logits of its tokens, in order.
        table: what the columns mean.
        decoder: which aggregation strategy.
        threshold: least score of a span.

    Raises:
        FloatingPointError: a row holds NaN or has no finite maximum; the document fails.
    """
    entities: list[_Entity] = []
    for (first, last), logits in chunks:
        offsets, continues = list(tokens.offsets[first:last]), tokens.continues[first:last]
        if first > 0 and tokens.blanks[first]:
            start, end = offsets[0]
            offsets[0] = (start - 1, end - 1 if start == end else end)
        entities += _entities(offsets, continues, _shares(logits), table.names, decoder)
    if len(chunks) > 1:
        entities = _without_overlap(entities)
    spans = (
        PredictedSpan(
            start=one.start,
            end=one.end,
            label=canonical,
            score=round(min(float(one.score), 1.0), SCORE_DIGITS),
        )
        for one in entities
        if one.start < one.end and float(one.score) >= threshold
        for canonical in (table.canonical[type_of_label(one.name, known=table.canonical)],)
        if canonical != labels.IGNORE
    )
    return tuple(dict.fromkeys(spans))


def _shares(logits: Single) -> Single:
    top = logits.max(axis=-1, keepdims=True)
    if not bool(np.isfinite(top).all()):
        msg = "the model answered with numbers that are not finite"
        raise FloatingPointError(msg)
    powers = np.exp(logits - top)
    shares: Single = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _entities(
    offsets: Sequence[tuple[int, int]],
    continues: Sequence[bool],
    shares: Single,
    names: Sequence[str],
    decoder: PipelineDecoder,
) -> list[_Entity]:
    if decoder in {"hf-none", "hf-simple"}:
        words = [[place] for place in range(len(offsets))]
    else:
        words = _words(continues)
    found = [_word(offsets, shares, names, word, decoder) for word in words]
    if decoder == "hf-none":
        return [one for one in found if one.name != OUTSIDE]
    # The library cuts a group's name at the first hyphen, whatever stands before it.
    groups = (group for group in _groups(found) if group[0].name.split("-", 1)[-1] != OUTSIDE)
    return [_joined(group) for group in groups]


def _words(continues: Sequence[bool]) -> list[list[int]]:
    words: list[list[int]] = []
    for place, is_part in enumerate(continues):
        if words and is_part:
            words[-1].append(place)
        else:
            words.append([place])
    return words


def _word(
    offsets: Sequence[tuple[int, int]],
    shares: Single,
    names: Sequence[str],
    word: Sequence[int],
    decoder: PipelineDecoder,
) -> _Entity:
    if decoder == "hf-max":
        row = shares[max(word, key=lambda place: shares[place].max())]
    elif decoder == "hf-average":
        row = np.nanmean(shares[list(word)], axis=0)
    else:
        row = shares[word[0]]
    best = int(row.argmax())
    return _Entity(names[best], row[best], offsets[word[0]][0], offsets[word[-1]][1])


def _tag(name: str) -> tuple[bool, str]:
    """Whether it begins something, and what; the library knows the prefixes B and I only."""
    return (name[0] == "B", name[2:]) if name[:2] in {"B-", "I-"} else (False, name)


def _groups(entities: Iterable[_Entity]) -> list[list[_Entity]]:
    groups: list[list[_Entity]] = []
    for one in entities:
        begins, tag = _tag(one.name)
        if groups and not begins and tag == _tag(groups[-1][-1].name)[1]:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _joined(group: Sequence[_Entity]) -> _Entity:
    score = np.nanmean([one.score for one in group])
    return group[0]._replace(score=np.float32(score), end=group[-1].end)


def _without_overlap(entities: Sequence[_Entity]) -> list[_Entity]:
    kept: list[_Entity] = []
    for one in sorted(entities, key=lambda entity: entity.start):
        last = kept[-1] if kept else None
        if last is None or not last.start <= one.start < last.end:
            kept.append(one)
        elif (one.end - one.start, one.score) > (last.end - last.start, last.score):
            kept[-1] = one
    return kept
