"""Cutting tokens into windows and windows into batches, and which window decides a token.

Pure: the same tokens give the same windows on any machine. Offsets are counts of tokens. What is
made of the answers is in `decoding.py` and `pipeline_decoding.py`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

Window: TypeAlias = tuple[int, int]

TOO_WIDE = "cannot take the window"
"""What the sentence of a model holds that has fewer positions than a window."""
ONE_AT_A_TIME = "takes one text at a time"
"""What the sentence of a model holds that cannot answer in batches."""


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


def plan_chunks(tokens: int, *, window: int, stride: int) -> tuple[Window, ...]:
    """Cut tokens as `tokenizers` does with truncation and a stride, whatever the words are.

    Args:
        tokens: how many there are.
        window: most tokens of a window, special tokens not counted.
        stride: tokens that two neighbours share.

    Raises:
        ValueError: stride is not smaller than window, so there would be no progress.
    """
    if not 0 <= stride < window:
        msg = f"stride {stride} must be below the {window} tokens a window holds"
        raise ValueError(msg)
    chunks: list[Window] = []
    start = 0
    while start < tokens:
        end = min(start + window, tokens)
        chunks.append((start, end))
        start = tokens if end == tokens else start + window - stride
    return tuple(chunks)


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


def _next_start(opens: Sequence[int], start: int, end: int, wanted: int) -> int:
    latest = bisect_right(opens, wanted) - 1
    if latest >= 0 and opens[latest] > start:
        return opens[latest]
    # The word that opened this window reaches beyond the overlap; take the next one, which
    # is still inside. If there is none the word is longer than the window and is cut.
    first = bisect_right(opens, start)
    return opens[first] if first < len(opens) and opens[first] <= end else wanted
