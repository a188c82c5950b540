"""From token probabilities to spans: words, and the decoder `word-v1`.

Everything that decides predictions besides the weights is here, in `windows.py` and in
`pipeline_decoding.py`, pure, so that the same logits give the same spans on any machine and in
any batch. Offsets are code points of the original text. No tokenizer and no network here;
`adapters/runners` feeds this.

A word is what the pre-tokenizer and Unicode both call one (`text/words.py`): a pre-tokenizer
that splits at blanks only takes a whole Chinese sentence, or `Ana/Lee,DOB:01/02/1980`, for one.

`word-v1`, step by step:

1. A model label counts for the canonical label that the profile maps it to, and the columns
   of one canonical label are added up (B + I + whatever other prefixes the scheme has).
   `IGNORE` counts like `O`: it never competes.
2. A word's score for a label is the *maximum* over its sub-tokens, not the mean: a word is
   masked as a whole, from its first character to its last, also where the tokenizer drops
   some, so one sure piece must be enough, and the score may not depend on how many pieces the
   vocabulary cuts the word into.
3. The best label is predicted when its score, rounded to 4 digits, is >= the threshold.
4. Words of one label with nothing between them merge always (`555-0142`, `O'Brien`): models
   emit B- on sub-words and after punctuation, where it means nothing. So do words with nothing
   between them but characters the tokenizer drops. Across whitespace they merge unless the
   first sub-token of the next word prefers B to I.
5. A span is as sure as its least sure word. Sentence punctuation at its edges is dropped, so
   is a bracket without its partner, and a span of nothing but punctuation.
"""

import unicodedata
from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openmed.domain.inference.profile import LabelRule
from openmed.domain.inference.windows import Window
from openmed.domain.text import labels
from openmed.domain.text.span import SCORE_DIGITS, PredictedSpan
from openmed.domain.text.words import word_borders
from openmed.errors import EvidenceError

Numbers: TypeAlias = NDArray[np.float64]

OUTSIDE = "O"
_BEGINS = frozenset("BSU")
_CONTINUES = frozenset("IELM")
_EDGE = frozenset(".,;:!?'\"`…·،؛؟۔।॥、。，；：！？")  # noqa: RUF001 - other scripts' punctuation
_BRACKETS = ("()", "[]", "{}", "<>", "«»", "“”", "（）", "【】", "「」", "『』")  # noqa: RUF001 - as above
_PARTNER = {side: pair.replace(side, "") for pair in _BRACKETS for side in pair}


class Tokens(NamedTuple):
    """Where the tokens of a text stand, without the blanks around them.

    Attributes:
        starts: first code point of each token.
        ends: one past the last; equal to the start for a blank token.
        words: number of the word of each token, never falling.
        borders: 1 at each offset where a word of the text begins or ends, by Unicode.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[int, ...]
    borders: bytes


class Column(NamedTuple):
    """What one output column of the model stands for."""

    label: int
    begins: bool


class LabelTable(NamedTuple):
    """How the model's columns map to canonical labels; None is `O` or `IGNORE`."""

    labels: tuple[str, ...]
    columns: tuple[Column | None, ...]


class _Word(NamedTuple):
    number: int
    start: int
    end: int
    label: int
    score: float
    begins: bool


def label_table(names: Sequence[str], rules: Sequence[LabelRule]) -> LabelTable:
    """Map the model's output columns; the map must be total.

    Args:
        names: the model's label of each column, e.g. `B-SURNAME`.
        rules: label map of the profile.

    Raises:
        EvidenceError: a label type of the model is not in the map, or none means anything.
    """
    canonical = {rule.model: rule.canonical for rule in rules}
    types = [_split(name, known=canonical) for name in names if name != OUTSIDE]
    unknown = sorted({kind for kind, _ in types} - canonical.keys())
    if unknown:
        shown = ", ".join(kind[:40] for kind in unknown[:5])
        msg = f"label_map does not name {len(unknown)} label types of the model: {shown}"
        raise EvidenceError(msg, next_step=f"map each to a canonical label or {labels.IGNORE}")
    known = tuple(sorted({canonical[kind] for kind, _ in types} - {labels.IGNORE}))
    if not known:
        msg = "no label of the model maps to a canonical label"
        raise EvidenceError(msg)
    columns = tuple(_column(name, canonical, known) for name in names)
    return LabelTable(labels=known, columns=columns)


def type_of_label(name: str, *, known: Collection[str]) -> str:
    """The type of a model's label: what a scheme's prefix stands before.

    Args:
        name: e.g. `B-SURNAME`.
        known: types; one of them has no prefix to lose (`E-MAIL` is no end of `MAIL`).
    """
    return _split(name, known=known)[0]


def locate(text: str, offsets: Sequence[tuple[int, int]], word_ids: Sequence[int | None]) -> Tokens:
    """Trim blanks off the tokens and number their words.

    The pre-tokenizer's words count, with these repairs: whitespace always separates (some
    tokenizers have no pre-tokenizer and call the whole text one word), so does the end of a
    word by Unicode, a blank token belongs to the word after it, and a combining mark never
    leaves its word (byte-level patterns cut Devanagari and decomposed letters at every mark).
    """
    borders = word_borders(text)
    starts: list[int] = []
    ends: list[int] = []
    words: list[int] = []
    last_end = 0
    word, last_end = -1, 0
    for index, (start, end) in enumerate(offsets):
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            start, end = _strip(text, start, end)  # noqa: PLW2901 - without its blanks
        is_after_blank = index > 0 and ends[-1] == starts[-1] == start
        if (
            index == 0
            or (1 in borders[last_end : start + 1] and not is_after_blank)
            or (word_ids[index] != word_ids[index - 1] and not _is_cut_at_mark(text, start))
        ):
            word += 1
        starts.append(start)
        ends.append(end)
        words.append(word)
        last_end = max(last_end, end)
    return Tokens(starts=tuple(starts), ends=tuple(ends), words=tuple(words), borders=borders)


def softmax(logits: Numbers) -> Numbers:
    """Probabilities of each row, computed so that large logits do not overflow.

    Raises:
        FloatingPointError: a row holds NaN or has no finite maximum; the document fails.
    """
    top = logits.max(axis=1, keepdims=True)
    if not bool(np.isfinite(top).all()):
        msg = "the model answered with numbers that are not finite"
        raise FloatingPointError(msg)
    powers: Numbers = np.exp(logits - top)
    shares: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return shares


def decode_words(
    text: str, tokens: Tokens, probabilities: Numbers, *, table: LabelTable, threshold: float
) -> tuple[PredictedSpan, ...]:
    """Spans of a text by `word-v1`, sorted, without overlap.

    Args:
        text: the original text.
        tokens: where its tokens stand.
        probabilities: one row per token, one column per model label.
        table: what the columns mean.
        threshold: least score of a predicted word.
    """
    words = _predicted(text, tokens, probabilities, table=table, threshold=threshold)
    spans: list[PredictedSpan] = []
    covered = 0
    for word in _merged(text, words):
        start, end = _trim(text, max(word.start, covered), word.end)
        if start < end:
            covered = end
            label = table.labels[word.label]
            spans.append(PredictedSpan(start=start, end=end, label=label, score=word.score))
    return tuple(spans)


def _column(name: str, canonical: dict[str, str], known: tuple[str, ...]) -> Column | None:
    if name == OUTSIDE:
        return None
    kind, begins = _split(name, known=canonical)
    if canonical[kind] == labels.IGNORE:
        return None
    return Column(label=known.index(canonical[kind]), begins=begins)


def _split(name: str, *, known: Collection[str]) -> tuple[str, bool]:
    prefix, _, kind = name.partition("-")
    if kind and name not in known and prefix in _BEGINS | _CONTINUES:
        return kind, prefix in _BEGINS
    return name, False


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_cut_at_mark(text: str, start: int) -> bool:
    if not 0 < start < len(text):
        return False
    return _is_mark(text[start]) or (_is_mark(text[start - 1]) and text[start].isalpha())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _predicted(
    text: str, tokens: Tokens, probabilities: Numbers, *, table: LabelTable, threshold: float
) -> list[_Word]:
    if not tokens.words:
        return []
    shape = (len(tokens.words), len(table.labels))
    begin, inside = np.zeros(shape), np.zeros(shape)
    # Added column by column: a matrix product may add in another order on another machine.
    for number, column in enumerate(table.columns):
        if column is not None:
            side = begin if column.begins else inside
            side[:, column.label] += probabilities[:, number]
    firsts = np.flatnonzero(np.diff(np.array(tokens.words), prepend=-1))
    bounds = [*firsts.tolist(), len(tokens.words)]
    starts, ends = np.array(tokens.starts), np.array(tokens.ends)
    filled = ends > starts
    scores = np.maximum.reduceat((begin + inside) * filled[:, None], firsts, axis=0)
    # Of each word: its first character and its last, and the first token that has any.
    beyond = max(len(text), len(tokens.words))
    opens = np.minimum.reduceat(np.where(filled, starts, beyond), firsts)
    closes = np.maximum.reduceat(np.where(filled, ends, 0), firsts)
    heads = np.minimum.reduceat(np.where(filled, np.arange(len(filled)), beyond), firsts)
    best = scores.argmax(axis=1)
    likely = np.flatnonzero(scores.max(axis=1) > threshold - 10.0**-SCORE_DIGITS)
    words: list[_Word] = []
    for number in likely.tolist():
        label = int(best[number])
        score = round(min(float(scores[number, label]), 1.0), SCORE_DIGITS)
        if score < threshold:
            continue
        first, after, head = bounds[number], bounds[number + 1], int(heads[number])
        start, end = _whole(
            text,
            tokens.borders,
            (int(opens[number]), int(closes[number])),
            # Not into a character that a token of another word stands for.
            within=(
                tokens.ends[first - 1] if first else 0,
                tokens.starts[after] if after < len(tokens.starts) else len(text),
            ),
        )
        words.append(
            _Word(
                number=number,
                start=start,
                end=end,
                label=label,
                score=score,
                begins=bool(begin[head, label] > inside[head, label]),
            )
        )
    return words


def _whole(text: str, borders: bytes, span: Window, *, within: Window) -> Window:
    """The span to the ends of its words: a tokenizer may drop accents, or characters it lacks."""
    (start, end), (first, last) = span, within
    while start > first and not borders[start]:
        start -= 1
    while end < last and (not borders[end] or _is_mark(text[end])):
        end += 1
    return start, end


def _merged(text: str, words: Sequence[_Word]) -> list[_Word]:
    merged: list[_Word] = []
    for word in words:
        if merged and _belongs(text, merged[-1], word):
            last = merged[-1]
            merged[-1] = last._replace(
                number=word.number,
                end=max(last.end, word.end),
                score=min(last.score, word.score),
            )
        else:
            merged.append(word)
    return merged


def _belongs(text: str, last: _Word, word: _Word) -> bool:
    if last.label != word.label:
        return False
    gap = text[last.end : word.start]
    if gap.isspace():
        return not word.begins
    # No word between them: the tokenizer drops what stands there.
    is_next = last.number + 1 == word.number
    return not gap or (is_next and not any(character.isspace() for character in gap))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _drops(text[start], text[start:end]):
        start += 1
    while start < end and _drops(text[end - 1], text[start:end]):
        end -= 1
    is_bare = all(
        character.isspace() or unicodedata.category(character).startswith("P")
        for character in text[start:end]
    )
    return (start, start) if is_bare else (start, end)


def _drops(character: str, span: str) -> bool:
    if character.isspace() or character in _EDGE:
        return True
    if character in _PARTNER:
        return _PARTNER[character] not in span
    return unicodedata.category(character) in {"Pd", "Ps", "Pe", "Pi", "Pf"}
