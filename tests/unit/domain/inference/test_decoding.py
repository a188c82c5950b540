"""Decoding: words and the decoder `word-v1`."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.inference.decoding import (
    decode_words,
    label_table,
    locate,
    softmax,
)
from openmed.domain.inference.profile import LabelRule
from openmed.errors import EvidenceError

NAMES = ("O", "B-NAME", "I-NAME", "B-PHONE", "I-PHONE", "B-HOBBY", "I-HOBBY")
RULES = (
    LabelRule(model="NAME", canonical="PATIENT_NAME"),
    LabelRule(model="PHONE", canonical="PHONE"),
    LabelRule(model="HOBBY", canonical="IGNORE"),
)
TABLE = label_table(NAMES, RULES)


def row(**shares: float) -> list[float]:
    """Probabilities of one token; `B_NAME=0.9` names a column, the rest is `O`."""
    named = {name.replace("_", "-"): share for name, share in shares.items()}
    return [1 - sum(named.values()), *(named.get(name, 0.0) for name in NAMES[1:])]


def spans(
    text: str, *rows: list[float], pattern: str = r"\w+|[^\w\s]", threshold: float = 0.5
) -> list[tuple[str, str, float]]:
    """Decode a text whose tokens and words are the matches of a pattern."""
    offsets = [match.span() for match in re.finditer(pattern, text)]
    tokens = locate(text, offsets, list(range(len(offsets))))
    found = decode_words(text, tokens, np.array(rows), table=TABLE, threshold=threshold)
    return [(text[span.start : span.end], span.label, span.score) for span in found]


B, I, O = row(B_NAME=0.9), row(I_NAME=0.9), row()  # noqa: E741 - the scheme's own letters
PB, PI = row(B_PHONE=0.9), row(I_PHONE=0.9)


class TestLabelTable:
    """The map from model labels to canonical ones."""

    def test_a_type_that_is_not_mapped_is_refused(self) -> None:
        """Nothing is dropped silently."""
        with pytest.raises(EvidenceError, match="does not name 1 label types of the model: AGE"):
            label_table((*NAMES, "B-AGE"), RULES)

    def test_a_type_called_o_is_not_the_outside(self) -> None:
        """`B-O` is a type like any other and must be mapped."""
        with pytest.raises(EvidenceError, match="of the model: O"):
            label_table((*NAMES, "B-O"), RULES)

    def test_a_name_the_map_knows_is_a_type_of_its_own(self) -> None:
        """`E-MAIL` is not the end of `MAIL`."""
        table = label_table(("O", "E-MAIL"), (LabelRule(model="E-MAIL", canonical="EMAIL"),))
        assert table.labels == ("EMAIL",)

    @pytest.mark.parametrize(("prefix", "begins"), [*zip("BSU", [True] * 3, strict=True)])
    def test_prefixes_that_begin(self, prefix: str, begins: bool) -> None:  # noqa: FBT001 - parameter
        """B, S and U open a new item; BIOES and BILOU are understood."""
        column = label_table((f"{prefix}-NAME",), RULES).columns[0]
        assert column is not None
        assert column.begins is begins

    @pytest.mark.parametrize("name", ["I-NAME", "E-NAME", "L-NAME", "M-NAME", "NAME"])
    def test_prefixes_that_continue(self, name: str) -> None:
        """The others, and no prefix at all, continue one."""
        column = label_table((name,), RULES).columns[0]
        assert column is not None
        assert not column.begins

    def test_a_model_that_can_say_nothing_is_refused(self) -> None:
        """Only ignored labels: there is nothing to measure."""
        with pytest.raises(EvidenceError, match="no label of the model"):
            label_table(("O", "B-HOBBY"), RULES)


class TestLocate:
    """Tokens to words."""

    def test_blanks_are_trimmed(self) -> None:
        """Byte-level tokens carry the blank before them."""
        assert locate("a bc", [(0, 1), (1, 4)], [0, 1])[:3] == ((0, 2), (1, 4), (0, 1))

    def test_whitespace_separates_when_the_tokenizer_knows_no_words(self) -> None:
        """Without a pre-tokenizer the whole text is word 0."""
        assert locate("ab cd", [(0, 1), (1, 2), (2, 4), (4, 5)], [0] * 4).words == (0, 0, 1, 1)

    def test_a_blank_token_belongs_to_the_word_after_it(self) -> None:
        """So that no window opens between them."""
        assert locate("a 12", [(0, 1), (1, 2), (2, 4)], [0, 1, 1]).words == (0, 1, 1)

    def test_a_combining_mark_stays_with_its_word(self) -> None:
        """Byte-level patterns cut decomposed letters at the mark."""
        assert locate("Jose\u0301e x", [(0, 4), (4, 5), (5, 6), (6, 8)], [0, 1, 2, 3]).words == (
            0,
            0,
            0,
            1,
        )


class TestSoftmax:
    """Logits to probabilities."""

    def test_large_logits_do_not_overflow(self) -> None:
        """The row's maximum is taken off first."""
        assert softmax(np.array([[1e4, 1e4]])).tolist() == [[0.5, 0.5]]

    @pytest.mark.parametrize("odd", [np.nan, np.inf])
    def test_a_number_that_is_none_fails_the_document(self, odd: float) -> None:
        """NaN is a failure, never `O`."""
        with pytest.raises(FloatingPointError):
            softmax(np.array([[0.0, odd]]))


class TestDecodeWords:
    """The decoder `word-v1`."""

    def test_b_on_sub_words_does_not_break_a_name(self) -> None:
        """`Maris` B, `ol` B is one word, so one span."""
        tokens = locate("Marisol", [(0, 5), (5, 7)], [0, 0])
        found = decode_words("Marisol", tokens, np.array([B, B]), table=TABLE, threshold=0.5)
        assert [(span.start, span.end) for span in found] == [(0, 7)]

    def test_words_without_a_gap_merge_even_when_they_begin(self) -> None:
        """`O'Brien` and `555-0142` are one item each."""
        assert spans("O'Brien", B, B, B) == [("O'Brien", "PATIENT_NAME", 0.9)]
        assert spans("555-0142", PB, PI, PB) == [("555-0142", "PHONE", 0.9)]

    def test_whitespace_joins_what_continues(self) -> None:
        """I after a blank is the same person, over a line end too."""
        assert spans("Ann\r\nLee", B, I) == [("Ann\r\nLee", "PATIENT_NAME", 0.9)]

    def test_whitespace_parts_what_begins(self) -> None:
        """B after a blank is another person."""
        assert [text for text, _, _ in spans("Ann Lee", B, B)] == ["Ann", "Lee"]

    def test_other_labels_do_not_merge(self) -> None:
        """A phone number does not continue a name."""
        assert [label for _, label, _ in spans("Ann 555", B, PI)] == ["PATIENT_NAME", "PHONE"]

    def test_one_sure_piece_is_enough_for_the_word(self) -> None:
        """The maximum decides, not the mean."""
        tokens = locate("Marisol", [(0, 5), (5, 7)], [0, 0])
        found = decode_words("Marisol", tokens, np.array([B, O]), table=TABLE, threshold=0.8)
        assert [span.score for span in found] == [0.9]

    def test_b_and_i_are_added(self) -> None:
        """Being unsure how a name goes on is not being unsure that it is one."""
        assert spans("Ann", row(B_NAME=0.3, I_NAME=0.3)) == [("Ann", "PATIENT_NAME", 0.6)]

    def test_ignored_labels_do_not_compete(self) -> None:
        """`IGNORE` is as good as `O`."""
        assert spans("Ann", row(B_HOBBY=0.6, B_NAME=0.35), threshold=0.3) == [
            ("Ann", "PATIENT_NAME", 0.35)
        ]
        assert spans("chess", row(B_HOBBY=0.9)) == []

    def test_the_threshold_is_reached_by_its_own_value(self) -> None:
        """>=, after rounding to the digits that are stored."""
        assert len(spans("Ann", row(B_NAME=0.49996))) == 1
        assert spans("Ann", row(B_NAME=0.4999)) == []

    def test_a_span_is_as_sure_as_its_least_sure_word(self) -> None:
        """The lowest score counts."""
        assert spans("Ann Lee", B, row(I_NAME=0.7)) == [("Ann Lee", "PATIENT_NAME", 0.7)]

    def test_scores_stay_in_range(self) -> None:
        """Sums may exceed 1 in the last bit."""
        assert spans("Ann", [0.0, 0.7, 0.3000001, 0, 0, 0, 0])[0][2] == 1.0

    def test_sentence_punctuation_is_trimmed(self) -> None:
        """Commas, stops and quotes at the edges are no part of a name."""
        found = spans('"Lee,', I, pattern=r"\S+")
        assert found == [("Lee", "PATIENT_NAME", 0.9)]

    def test_a_bracket_with_its_partner_stays(self) -> None:
        """`(555) 0142` keeps it, a lone one goes."""
        rows = [PI] * 4
        assert spans("(555) 0142", *rows)[0][0] == "(555) 0142"
        assert spans("(Ann", I, I)[0][0] == "Ann"

    def test_nothing_but_punctuation_is_no_span(self) -> None:
        """It would redact nothing."""
        assert spans("- / -", I, I, I) == []

    def test_a_stripped_accent_is_inside_the_span(self) -> None:
        """A tokenizer that drops combining marks leaves them out of its offsets."""
        text = "Jose\u0301 x"
        tokens = locate(text, [(0, 4), (6, 7)], [0, 1])
        found = decode_words(text, tokens, np.array([B, O]), table=TABLE, threshold=0.5)
        assert [(span.start, span.end) for span in found] == [(0, 5)]

    def test_words_that_share_a_character_do_not_overlap(self) -> None:
        """NFKC makes three words of one `½`; the first label keeps it."""
        tokens = locate("½", [(0, 1)] * 3, [0, 1, 2])
        found = decode_words("½", tokens, np.array([B, PB, PI]), table=TABLE, threshold=0.5)
        assert [(span.start, span.end, span.label) for span in found] == [(0, 1, "PATIENT_NAME")]

    def test_blank_tokens_predict_nothing(self) -> None:
        """Whitespace has no word."""
        tokens = locate("  ", [(0, 1), (1, 2)], [0, 1])
        assert decode_words("  ", tokens, np.array([B, B]), table=TABLE, threshold=0.5) == ()

    def test_no_tokens_no_spans(self) -> None:
        """An empty text is an answer, not a failure."""
        tokens = locate("", [], [])
        nothing = np.zeros((0, len(NAMES)))
        assert decode_words("", tokens, nothing, table=TABLE, threshold=0.5) == ()

    @pytest.mark.parametrize(
        ("text", "masked"),
        [
            ("Ana/Lee,DOB:01/02/1980,MRN:77 seen", "01"),
            ("患者张伟于2024年5月3日入院。", "2024"),
            ("患者さんは2024年に", "2024"),
            ("คุณสมชายเกิดปี2524ที่", "2524"),
            ("seen.Ana Lee1980,77", "1980"),
        ],
    )
    def test_a_stretch_without_blanks_is_not_one_word(self, text: str, masked: str) -> None:
        """One token a character, and one word by the pre-tokenizer; only the number is sure."""
        at = text.index(masked)
        here = range(at, at + len(masked))
        rows = [PI if place in here else O for place in range(len(text))]
        offsets = [(place, place + 1) for place in range(len(text))]
        tokens = locate(text, offsets, [0] * len(text))
        found = decode_words(text, tokens, np.array(rows), table=TABLE, threshold=0.5)
        wanted = "Lee1980" if "Lee1980" in text else masked
        assert [text[span.start : span.end] for span in found] == [wanted]

    @pytest.mark.parametrize(
        ("text", "kept", "masked"),
        [
            ("Łukasz x", "ukaz", ["Łukasz"]),
            ("Zieliński", "zelisk", ["Zieliński"]),
            ("NowakŁ, Ł", "nowak", ["NowakŁ"]),
            ("李㐂明来", "李明", ["李㐂明"]),
            ("Ann/Lee", "annle", ["Ann/Lee"]),
            ("Ann Ł", "an", ["Ann"]),
        ],
    )
    def test_a_word_is_masked_to_its_ends(self, text: str, kept: str, masked: list[str]) -> None:
        """The tokenizer drops every other character; names are sure."""
        offsets = [(at, at + 1) for at, sign in enumerate(text) if sign.lower() in kept]
        tokens = locate(text, offsets, list(range(len(offsets))))
        rows = np.array([B] * len(offsets))
        found = decode_words(text, tokens, rows, table=TABLE, threshold=0.5)
        assert [text[span.start : span.end] for span in found] == masked

    def test_a_mask_does_not_reach_into_the_next_word(self) -> None:
        """The date before a name of which the tokenizer drops every letter."""
        tokens = locate("5月张伟 来", [(0, 1), (1, 2), (5, 6)], [0, 1, 2])
        rows = np.array([PI, PI, O])
        found = decode_words("5月张伟 来", tokens, rows, table=TABLE, threshold=0.5)
        assert [(span.start, span.end) for span in found] == [(0, 2)]

    @given(
        text=st.text(alphabet="aé\u0301가½🙂 .,-()\r\n\u3000", max_size=40),
        data=st.data(),
    )
    def test_spans_are_sorted_inside_the_text_and_apart(
        self, text: str, data: st.DataObject
    ) -> None:
        """Whatever the tokenizer and the model say."""
        cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=20).map(sorted))
        offsets = list(pairwise(cuts))
        shares = data.draw(
            st.lists(
                st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)),
                min_size=len(offsets),
                max_size=len(offsets),
            )
        )
        tokens = locate(text, offsets, list(range(len(offsets))))
        rows = np.array(shares).reshape(len(offsets), len(NAMES))
        found = decode_words(text, tokens, rows, table=TABLE, threshold=0.5)
        edges = [edge for span in found for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= span.start < span.end <= len(text) for span in found)
        assert all(
            text[span.start : span.end] == text[span.start : span.end].strip() for span in found
        )
