"""Text made safe to show."""

import pytest

from openmed.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pii::tiny::onnx 95.52 % · ✓", "pii::tiny::onnx 95.52 % · ✓"),
        ("\x1b[2J\x1b]0;gone\x07", "\\x1b[2J\\x1b]0;gone\\x07"),
        ("model\u202egnp.xnno", "model\\u202egnp.xnno"),
        ("one\r\ntwo", "one\\x0d\\x0atwo"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("\x9b31m", "\\x9b31m"),
        ("name\udc80", "name\\udc80"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_moves_hides_or_reorders_is_shown_as_an_escape(text: str, shown: str) -> None:
    """Letters, signs and blanks stay; the rest cannot act on a terminal."""
    assert shown == printable(text)
    assert shown.isprintable()
