"""Words of a text by Unicode."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.text.words import word_borders


def words(text: str) -> list[str]:
    """A text in pieces."""
    borders = [at for at, is_border in enumerate(word_borders(text)) if is_border]
    return [text[start:end] for start, end in pairwise(borders)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana/Lee,DOB:01/02", ["Ana", "/", "Lee", ",", "DOB", ":", "01", "/", "02"]),
        ("O'Brien’s", ["O'Brien’s"]),  # noqa: RUF001 - the apostrophe of typesetters
        ("Lee.DOB 1980,77", ["Lee", ".", "DOB", " ", "1980", ",", "77"]),
        ("Ana_Lee", ["Ana", "_", "Lee"]),
        ("张伟于2024年", ["张", "伟", "于", "2024", "年"]),
        ("田中さん、タナカ", ["田", "中", "さ", "ん", "、", "タナカ"]),
        ("김철수가 왔다", ["김철수가", " ", "왔다"]),
        ("हिन्दी में", ["हिन्दी", " ", "में"]),
        ("ดีใจ", ["ดี", "ใ", "จ"]),
        ("Jose\u0301", ["Jose\u0301"]),
        ("👨\u200d👩x", ["👨\u200d👩", "x"]),
        ("a\r\nb\u202fc\u200bd", ["a", "\r\n", "b", "\u202f", "c", "\u200b", "d"]),
        ("", []),
    ],
)
def test_where_words_end(text: str, expected: list[str]) -> None:
    """Letters and digits hold together, signs and scripts without blanks do not."""
    assert expected == words(text)


@given(text=st.text(alphabet="aé\u0301가½🙂 .,-'()\r\n\u3000张ด\u0e35\u200d_1", max_size=40))
def test_a_mark_stays_with_its_letter(text: str) -> None:
    """Whatever stands around them, and both ends are borders."""
    borders = word_borders(text)
    assert borders[0] == borders[-1] == 1
    for at, sign in enumerate(text):
        if at and sign == "\u0301" and text[at - 1].isalpha():
            assert not borders[at]
