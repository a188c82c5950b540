"""Decoders by name: how a text's tokens are cut into windows, and what their logits mean.

A decoder is made once for a model. For a text it gives the windows and what turns the logits of
these into spans. The rules themselves are in `decoding.py` (`word-v1`) and in
`pipeline_decoding.py` (`hf-…`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from openmed.domain.inference.decoding import Numbers, decode_words, label_table, locate, softmax
from openmed.domain.inference.pipeline_decoding import (
    BLANK,
    PipelineLabels,
    PipelineTokens,
    continuations,
    decode_pipeline,
)
from openmed.domain.inference.profile import TokenDecoding
from openmed.domain.inference.windows import Window, plan_chunks, plan_windows, stitch
from openmed.domain.text.span import PredictedSpan

Spans: TypeAlias = tuple[PredictedSpan, ...]


class EncodedText(NamedTuple):
    """A tokenised text, without special tokens around it.

    Attributes:
        offsets: first code point of each token, and the one after its last.
        word_ids: the pre-tokenizer's word of each token.
        entries: the vocabulary's entry of each; empty for the unknown one.
    """

    offsets: Sequence[tuple[int, int]]
    word_ids: Sequence[int | None]
    entries: Sequence[str]


class TokenizerTraits(NamedTuple):
    """What the pipeline of transformers looks at besides the tokens.

    Attributes:
        prefix: what marks a vocabulary's entry that continues a word, e.g. `##`; may be empty.
        keeps_blank: whether the token that opens an input keeps the blank before it, which
            the others lose; of a text that is cut, each part is an input.
    """

    prefix: str = ""
    keeps_blank: bool = False


class DecodingPlan(NamedTuple):
    """What to compute for a text.

    Attributes:
        windows: tokens of each window.
        spans: makes spans of the logits of each window, in order.
    """

    windows: tuple[Window, ...]
    spans: Callable[[Sequence[Numbers]], Spans]


Decoder: TypeAlias = Callable[[str, EncodedText], DecodingPlan]


def decoder_of(
    decoding: TokenDecoding, names: Sequence[str], *, room: int, traits: TokenizerTraits
) -> Decoder:
    """The decoder that a profile names.

    Args:
        decoding: the profile's part.
        names: the model's label of each column.
        room: most tokens of a window, special tokens not counted.
        traits: of the tokenizer.

    Raises:
        EvidenceError: the profile's label map is not total, or maps nothing.
    """
    table = label_table(names, decoding.label_map)

    def plan_words(text: str, encoded: EncodedText) -> DecodingPlan:
        tokens = locate(text, encoded.offsets, encoded.word_ids)
        windows = plan_windows(tokens.words, window=room, stride=decoding.stride)

        def spans(logits: Sequence[Numbers]) -> Spans:
            # Every window counts, also where another one decides: NaN says the model is broken.
            shares = [softmax(window) for window in logits]
            chosen = stitch(windows, len(tokens.words))
            rows = [
                shares[window][token - windows[window][0]] for token, window in enumerate(chosen)
            ]
            return decode_words(
                text, tokens, np.stack(rows), table=table, threshold=decoding.threshold
            )

        return DecodingPlan(windows, spans)

    if decoding.decoder == "word-v1":
        return plan_words
    strategy = decoding.decoder
    meanings = PipelineLabels(
        tuple(names), {rule.model: rule.canonical for rule in decoding.label_map}
    )

    def plan_pipeline(text: str, encoded: EncodedText) -> DecodingPlan:
        offsets = tuple(encoded.offsets)
        tokens = PipelineTokens(
            offsets,
            continuations(text, offsets, encoded.entries, prefix=traits.prefix),
            tuple(traits.keeps_blank and entry[:1] == BLANK for entry in encoded.entries),
        )
        chunks = plan_chunks(len(offsets), window=room, stride=decoding.stride)
        # The pipeline cuts a text off where it has no stride.
        windows = chunks[:1] if strategy == "hf-none" else chunks

        def spans(logits: Sequence[Numbers]) -> Spans:
            single = [one.astype(np.float32) for one in logits]
            return decode_pipeline(
                tokens,
                tuple(zip(windows, single, strict=True)),
                table=meanings,
                decoder=strategy,
                threshold=decoding.threshold,
            )

        return DecodingPlan(windows, spans)

    return plan_pipeline
