"""The page about reports says what the values say."""

from generated_files import differences
from report_document import files


def test_the_page_is_what_the_code_says() -> None:
    """If not: python tools/report_document.py."""
    assert {} == differences(files())
