"""The page about reports says what the values say."""

from report_document import PLACE, document


def test_the_page_is_what_the_code_says() -> None:
    """If not: python tools/report_document.py."""
    assert PLACE.read_text(encoding="utf-8") == document()
