"""Our templates and the golden corpus, made once for the tests, and how they look at them."""

import re
from collections.abc import Iterator

from support.repositories import ROOT

from openmed.corpus import GOLDEN_SEED, build_golden
from openmed.corpus.pool import Pool, read_pool
from openmed.domain.text.span import Document, GoldSpan


def our_pool(folder: str, *, beside: Pool | None = None) -> Pool:
    """A pool of the package, read without the adapter."""
    place = ROOT / "openmed" / "corpus" / folder
    files = {
        path.relative_to(place).as_posix(): path.read_text(encoding="utf-8")
        for path in place.glob("*/*")
    }
    return read_pool(files, languages=beside.languages if beside else {})


POOL = our_pool("templates")
SHIELD_POOL = our_pool("shield_templates", beside=POOL)
NAME_POOLS = POOL.languages["en"].pools
GOLDEN = build_golden(POOL, seed=GOLDEN_SEED)
ENGLISH = tuple(document for document in GOLDEN if document.language == "en")
PLAIN_ENGLISH = tuple(
    document
    for document in ENGLISH
    if document.slice not in {"adversarial", "checksum-invalid", "astral", "crlf"}
)
"""English documents whose values are written as they are."""


def spans_of(label: str, documents: tuple[Document, ...]) -> Iterator[tuple[Document, GoldSpan]]:
    """Every gold span of a label, with its document."""
    for document in documents:
        for span in document.spans:
            if span.label == label:
                yield document, span


def values(label: str, documents: tuple[Document, ...]) -> tuple[str, ...]:
    """Every gold value of a label."""
    return tuple(
        document.text[span.start : span.end] for document, span in spans_of(label, documents)
    )


def families_of(label: str, documents: tuple[Document, ...]) -> set[str]:
    """Families in which a label occurs."""
    return {document.family for document, _ in spans_of(label, documents)}


def digits_of(value: str) -> str:
    """The digits of a value, without its punctuation."""
    return re.sub(r"\D", "", value)


def outside_of_spans(document: Document) -> str:
    """The text with every gold value cut out."""
    pieces, start = [], 0
    for span in document.spans:
        pieces.append(document.text[start : span.start])
        start = span.end
    return "¦".join((*pieces, document.text[start:]))


def is_luhn(number: str) -> bool:
    """The textbook check, written again so that it does not lean on the generator."""
    total = 0
    for position, digit in enumerate(int(character) for character in reversed(number)):
        doubled = digit * 2 if position % 2 else digit
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def is_iban(value: str) -> bool:
    """Moved to the end and read in base 36, the remainder by 97 is one (ISO 13616)."""
    whole = re.sub(r"\s", "", value)
    return int("".join(str(int(each, 36)) for each in whole[4:] + whole[:4])) % 97 == 1
