"""Decoders `hf-…`; what the library answers itself is in `tests/cases/transformers`."""

import re

import numpy as np
import pytest

from openmed.domain.inference.decoders import EncodedText, TokenizerTraits, decoder_of
from openmed.domain.inference.profile import LabelRule, PipelineDecoder, TokenDecoding
from openmed.errors import EvidenceError

NAMES = ("O", "B-NAME", "I-NAME", "E-NAME", "B-DATE", "I-DATE", "B-HOBBY")
RULES = (
    LabelRule(model="NAME", canonical="PATIENT_NAME"),
    LabelRule(model="DATE", canonical="DATE"),
    LabelRule(model="HOBBY", canonical="IGNORE"),
)


def spans(
    text: str,
    *labels: str,
    decoder: PipelineDecoder = "hf-simple",
    window: int = 8,
    threshold: float = 0.01,
    sure: float = 9.0,
) -> list[tuple[str, str]]:
    """Decode a text whose tokens are the matches of a pattern, each sure of a label."""
    tokens = [*re.finditer(r"##\w|\w+|[^\w\s]", text)]
    decoding = TokenDecoding(
        window=window, stride=0, stitch="center,index", decoder=decoder, threshold=threshold,
        max_padded_tokens=64, max_items=4, label_map=RULES,
    )  # fmt: skip
    decode = decoder_of(decoding, NAMES, room=window, traits=TokenizerTraits())
    encoded = EncodedText(
        [match.span() for match in tokens], [*range(len(tokens))], [m[0] for m in tokens]
    )
    plan = decode(text, encoded)
    rows = np.array([[sure * (name == label) for name in NAMES] for label in labels])
    found = plan.spans([rows[start:end] for start, end in plan.windows])
    return [(text[span.start : span.end], span.label) for span in found]


def test_groups_go_by_b_and_i_and_never_by_gaps() -> None:
    """The library joins what continues, over whatever stands between."""
    text = "Ann Lee Kim seen Bo"
    expected = [("Ann Lee", "PATIENT_NAME"), ("Kim", "PATIENT_NAME"), ("Bo", "PATIENT_NAME")]
    assert expected == spans(text, "B-NAME", "I-NAME", "B-NAME", "O", "I-NAME")


def test_other_prefixes_are_types_of_their_own_to_the_library() -> None:
    """`E-NAME` does not continue `I-NAME`."""
    expected = [("Ann", "PATIENT_NAME"), ("Lee", "PATIENT_NAME")]
    assert expected == spans("Ann Lee", "B-NAME", "E-NAME")


def test_none_gives_token_by_token() -> None:
    """Nothing is joined."""
    expected = [("Ann", "PATIENT_NAME"), ("Lee", "PATIENT_NAME")]
    assert expected == spans("Ann Lee", "B-NAME", "I-NAME", decoder="hf-none")


@pytest.mark.parametrize(("decoder", "last"), [("hf-none", []), ("hf-simple", ["Ann"])])
def test_without_a_stride_the_pipeline_cuts_the_text_off(
    decoder: PipelineDecoder, last: list[str]
) -> None:
    """`hf-none` has none; with one, even 0, every chunk is answered."""
    labels = ["O"] * 8 + ["B-NAME"]
    found = spans("a b c d e f g h Ann", *labels, decoder=decoder)
    assert last == [text for text, _ in found]


@pytest.mark.parametrize("decoder", ["hf-first", "hf-average", "hf-max"])
def test_a_word_takes_one_label(decoder: PipelineDecoder) -> None:
    """Tokens with no blank between them are a word to the library."""
    expected = [("555-0142", "DATE")]
    assert expected == spans("555-0142", "B-DATE", "I-DATE", "I-DATE", decoder=decoder)


def test_ignored_labels_and_low_scores_are_left_out() -> None:
    """The library has neither."""
    assert spans("chess", "B-HOBBY") == []
    assert spans("Ann", "B-NAME", sure=0.1, threshold=0.9) == []


def test_a_number_that_is_none_fails_the_document() -> None:
    """As for `word-v1`."""
    with pytest.raises(FloatingPointError):
        spans("Ann", "B-NAME", sure=float("nan"))


def test_the_label_map_must_be_total() -> None:
    """As for `word-v1`."""
    decoding = TokenDecoding(
        window=8, stride=0, stitch="center,index", decoder="hf-simple", threshold=0.5,
        max_padded_tokens=64, max_items=4, label_map=RULES,
    )  # fmt: skip
    with pytest.raises(EvidenceError, match="AGE"):
        decoder_of(decoding, (*NAMES, "B-AGE"), room=8, traits=TokenizerTraits())


def test_none_refuses_a_stride() -> None:
    """So does the pipeline."""
    with pytest.raises(ValueError, match="set stride to 0"):
        TokenDecoding(
            window=8, stride=2, stitch="center,index", decoder="hf-none", threshold=0.5,
            max_padded_tokens=64, max_items=4, label_map=RULES,
        )  # fmt: skip
