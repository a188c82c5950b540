"""From token logits to spans: windows, batches, stitching, and the decoder `word-v1`.

Everything that decides predictions besides the weights is here, pure, so that the same
logits give the same spans on any machine and in any batch. Offsets are code points of the
original text. No tokenizer and no network here; `adapters/runners` feeds this.

`word-v1`, step by step:

1. A model label counts for the canonical label that the profile maps it to, and the columns
   of one canonical label are added up (B + I + whatever other prefixes the scheme has).
   `IGNORE` counts like `O`: it never competes.
2. A word's score for a label is the *maximum* over its sub-tokens, not the mean: a word is
   masked as a whole, so one sure piece must be enough, and the score may not depend on how
   many pieces the vocabulary cuts the word into.
3. The best label is predicted when its score, rounded to 4 digits, is >= the threshold.
4. Words of one label with nothing between them merge always (`555-0142`, `O'Brien`): models
   emit B- on sub-words and after punctuation, where it means nothing. Across whitespace they
   merge unless the first sub-token of the next word prefers B to I.
5. A span is as sure as its least sure word. Sentence punctuation at its edges is dropped, so
   is a bracket without its partner, and a span of nothing but punctuation.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openmed.domain.inference.profile import LabelRule
from openmed.domain.text import labels
from openmed.domain.text.span import SCORE_DIGITS, PredictedSpan
from openmed.errors import EvidenceError

Numbers: TypeAlias = NDArray[np.float64]
Window: TypeAlias = tuple[int, int]

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
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[int, ...]


class Column(NamedTuple):
    """What one output column of the model stands for."""

    label: int
    begins: bool


class LabelTable(NamedTuple):
    """How the model's columns map to canonical labels; None is `O` or `IGNORE`."""

    labels: tuple[str, ...]
    columns: tuple[Column | None, ...]


class _Word(NamedTuple):
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


def locate(text: str, offsets: Sequence[tuple[int, int]], word_ids: Sequence[int | None]) -> Tokens:
    """Trim blanks off the tokens and number their words.

    The pre-tokenizer's words count, with three repairs: whitespace always separates (some
    tokenizers have no pre-tokenizer and call the whole text one word), a blank token belongs
    to the word after it, and a combining mark never leaves its word (byte-level patterns cut
    Devanagari and decomposed letters at every mark).
    """
    starts: list[int] = []
    ends: list[int] = []
    words: list[int] = []
    last_end = 0
    for index, (raw_start, raw_end) in enumerate(offsets):
        start, end = _strip(text, raw_start, raw_end)
        if index == 0:
            word = 0
        elif _separates(text[last_end:start]):
            word = words[-1] + 1
        elif _continues(text, start, word_ids, index):
            word = words[-1]
        else:
            word = words[-1] + 1
        starts.append(start)
        ends.append(end)
        words.append(word)
        last_end = max(last_end, end)
    return Tokens(starts=tuple(starts), ends=tuple(ends), words=tuple(words))


def plan_windows(word_ids: Sequence[int], *, window: int, stride: int) -> tuple[Window, ...]:
    """Cut tokens into overlapping windows `[start, end)` that together cover all.

    A window opens at the start of a word; only a word longer than the window is cut, as it
    must be. Every word that fits in a window is whole in at least one.

    Args:
        word_ids: word of each token.
        window: most tokens of a window, special tokens not counted.
        stride: tokens that two neighbours share at least, where words allow.

    Raises:
        ValueError: stride is not smaller than window, so there would be no progress.
    """
    if not 0 <= stride < window:
        msg = f"stride {stride} must be below the {window} tokens a window holds"
        raise ValueError(msg)
    total = len(word_ids)
    opens = [place for place in range(1, total) if word_ids[place - 1] != word_ids[place]]
    windows: list[Window] = []
    start = 0
    while start < total:
        end = min(start + window, total)
        windows.append((start, end))
        start = total if end == total else _next_start(opens, start, end, end - stride)
    return tuple(windows)


def stitch(windows: Sequence[Window], n_tokens: int) -> tuple[int, ...]:
    """Say for each token which window decides it: where it is farthest from a cut.

    The two ends of the text are no cuts: nothing is missing beyond them. Ties go to the
    earlier window, never to whichever was computed first.

    Raises:
        ValueError: a token is in no window.
    """
    distance = np.full(n_tokens, -1, dtype=np.int64)
    chosen = np.full(n_tokens, -1, dtype=np.int64)
    for number, (start, end) in enumerate(windows):
        places = np.arange(start, end, dtype=np.int64)
        left = places - start if start > 0 else np.full(end - start, n_tokens)
        right = end - 1 - places if end < n_tokens else np.full(end - start, n_tokens)
        here = np.minimum(left, right)
        wins = here > distance[start:end]
        distance[start:end][wins] = here[wins]
        chosen[start:end][wins] = number
    if n_tokens and int(chosen.min()) < 0:
        msg = "the windows do not cover every token"
        raise ValueError(msg)
    return tuple(chosen.tolist())


def plan_batches(
    lengths: Sequence[int], *, max_padded_tokens: int, max_items: int, padded: bool = True
) -> tuple[tuple[int, ...], ...]:
    """Group windows of similar length; the answer holds indexes into `lengths`.

    Args:
        lengths: tokens of each window, special tokens included.
        max_padded_tokens: most tokens of a batch, padding included.
        max_items: most windows of a batch.
        padded: whether a batch may mix lengths; not if the model cannot see a mask.

    Raises:
        ValueError: a single window exceeds the limit.
    """
    if lengths and max(lengths) > max_padded_tokens:
        msg = f"a window of {max(lengths)} tokens exceeds the {max_padded_tokens} of a batch"
        raise ValueError(msg)
    batches: list[tuple[int, ...]] = []
    batch: list[int] = []
    # sorted() is stable: equal lengths stay in document order, so a batch plan has one form.
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        length = lengths[index]
        full = len(batch) == max_items or (len(batch) + 1) * length > max_padded_tokens
        if batch and (full or (not padded and length != lengths[batch[0]])):
            batches.append(tuple(batch))
            batch = []
        batch.append(index)
    return (*batches, tuple(batch)) if batch else tuple(batches)


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


def _split(name: str, *, known: dict[str, str]) -> tuple[str, bool]:
    prefix, _, kind = name.partition("-")
    # A name the map knows as it stands is a type of its own: `E-MAIL` is no end of `MAIL`.
    if kind and name not in known and prefix in _BEGINS | _CONTINUES:
        return kind, prefix in _BEGINS
    return name, False


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _separates(gap: str) -> bool:
    return any(character.isspace() for character in gap)


def _continues(text: str, start: int, word_ids: Sequence[int | None], index: int) -> bool:
    if word_ids[index] is not None and word_ids[index] == word_ids[index - 1]:
        return True
    if not 0 < start < len(text):
        return False
    return _is_mark(text[start]) or (_is_mark(text[start - 1]) and text[start].isalpha())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _next_start(opens: Sequence[int], start: int, end: int, wanted: int) -> int:
    latest = bisect_right(opens, wanted) - 1
    if latest >= 0 and opens[latest] > start:
        return opens[latest]
    # The word that opened this window reaches beyond the overlap; take the next one, which
    # is still inside. If there is none the word is longer than the window and is cut.
    first = bisect_right(opens, start)
    return opens[first] if first < len(opens) and opens[first] <= end else wanted


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
    filled = np.array(tokens.ends) > np.array(tokens.starts)
    scores = np.maximum.reduceat((begin + inside) * filled[:, None], firsts, axis=0)
    words: list[_Word] = []
    for number, best in enumerate(scores.argmax(axis=1).tolist()):
        score = round(min(max(float(scores[number, best]), 0.0), 1.0), SCORE_DIGITS)
        if score < threshold:
            continue
        pieces = [place for place in range(bounds[number], bounds[number + 1]) if filled[place]]
        end = max(tokens.ends[place] for place in pieces)
        words.append(
            _Word(
                start=min(tokens.starts[place] for place in pieces),
                end=_with_marks(text, end),
                label=best,
                score=score,
                begins=bool(begin[pieces[0], best] > inside[pieces[0], best]),
            )
        )
    return words


def _with_marks(text: str, end: int) -> int:
    # A tokenizer that strips accents leaves them out of the offsets; they are sensitive too.
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return end


def _merged(text: str, words: Sequence[_Word]) -> list[_Word]:
    merged: list[_Word] = []
    for word in words:
        if merged and _belongs(text, merged[-1], word):
            last = merged[-1]
            merged[-1] = last._replace(
                end=max(last.end, word.end), score=min(last.score, word.score)
            )
        else:
            merged.append(word)
    return merged


def _belongs(text: str, last: _Word, word: _Word) -> bool:
    if last.label != word.label:
        return False
    gap = text[last.end : word.start]
    return not gap or (gap.isspace() and not word.begins)


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
