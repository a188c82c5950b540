"""The golden corpus: sound gold spans, enough of everything, and values that belong to nobody."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from unicodedata import is_normalized

import pytest

from openmed.domain.corpus import GOLDEN_SEED, build_golden
from openmed.domain.corpus.emitter import Emitter
from openmed.domain.corpus.families import FAMILIES
from openmed.domain.corpus.names import EPONYM_SURNAMES, MEN, SURNAMES, WOMEN
from openmed.domain.labels import BY_NAME
from openmed.domain.span import Document

GOLDEN = build_golden(GOLDEN_SEED)

COMMON = (
    "PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "EMAIL", "SSN", "MRN", "STREET_ADDRESS",
    "CITY", "ZIPCODE",
)  # fmt: skip
EXPECTED = {
    *COMMON, "HEALTH_PLAN_ID", "ACCOUNT_NUMBER", "FAX", "URL", "IP_ADDRESS", "CREDIT_CARD", "IBAN",
    "LICENSE_ID", "OTHER_ID", "USERNAME", "AGE", "AGE_OVER_89", "FACILITY", "PROFESSION", "STATE",
    "COUNTRY", "VEHICLE_ID", "DEVICE_ID",
}  # fmt: skip
RARE = tuple(sorted(EXPECTED - set(COMMON)))


def values(label: str) -> tuple[str, ...]:
    """Every gold value of a label."""
    return tuple(
        document.text[span.start : span.end]
        for document in GOLDEN
        for span in document.spans
        if span.label == label
    )


def families_of(label: str) -> set[str]:
    """Families in which a label occurs."""
    return {
        document.family
        for document in GOLDEN
        if any(span.label == label for span in document.spans)
    }


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
    whole = value.replace(" ", "")
    return int("".join(str(int(each, 36)) for each in whole[4:] + whole[:4])) % 97 == 1


def is_never_bank(value: str) -> bool:
    """The bank code is one that no bank has."""
    return bool(re.match(r"(GB..ZZZZ|NL..ZZZZ|DE..0{8}|ES..0000)", value.replace(" ", "")))


def test_the_same_seed_gives_the_same_corpus() -> None:
    """Building twice gives equal values."""
    assert build_golden(GOLDEN_SEED) == GOLDEN


def test_another_seed_gives_another_corpus() -> None:
    """No text is shared between two seeds."""
    other = {document.text for document in build_golden("another")}
    assert set() == other & {document.text for document in GOLDEN}


def test_documents_are_sorted_by_id() -> None:
    """Ids are unique and ascending."""
    assert sorted({document.id for document in GOLDEN}) == [document.id for document in GOLDEN]


def test_there_are_enough_documents() -> None:
    """At least 280 documents from at least 60 families."""
    assert (True, True) == (
        len(GOLDEN) >= 280,
        len({document.family for document in GOLDEN}) >= 60,
    )


def test_family_ids_are_unique() -> None:
    """A family id names one wording."""
    assert len(FAMILIES) == len({family.id for family in FAMILIES})


def test_texts_are_distinct() -> None:
    """No two documents say the same."""
    assert len(GOLDEN) == len({document.text for document in GOLDEN})


def test_every_slice_has_documents() -> None:
    """The slices are the six we report on, each with at least 20 documents."""
    counts = Counter(document.slice for document in GOLDEN)
    assert {"adversarial", "base", "hard-negative", "key-value", "message", "table"} == {
        name for name, count in counts.items() if count >= 20
    }


def test_hard_negatives_hold_no_gold() -> None:
    """Whatever a model finds there is over-redaction."""
    assert () == tuple(
        document.id for document in GOLDEN if document.slice == "hard-negative" and document.spans
    )


def test_texts_are_nfc_with_lf_only() -> None:
    """No carriage return, no decomposed letter, no white space at the end of a text."""
    assert [] == [
        document.id
        for document in GOLDEN
        if "\r" in document.text
        or not is_normalized("NFC", document.text)
        or document.text != document.text.strip()
    ]


def test_texts_are_short_notes() -> None:
    """Between 60 and 900 characters."""
    assert [] == [document.id for document in GOLDEN if not 60 <= len(document.text) <= 900]


def test_spans_lie_inside_the_text_and_have_no_outer_space() -> None:
    """Every gold span is non-empty, inside, trimmed and of a canonical label."""
    assert [] == [
        (document.id, span)
        for document in GOLDEN
        for span in document.spans
        if not 0 <= span.start < span.end <= len(document.text)
        or document.text[span.start : span.end] != document.text[span.start : span.end].strip()
        or span.label not in BY_NAME
    ]


def test_spans_are_in_order_and_do_not_overlap() -> None:
    """Each span ends before the next one starts."""
    assert [] == [
        document.id
        for document in GOLDEN
        if any(left.end > right.start for left, right in pairwise(document.spans))
    ]


def test_the_labels_are_those_we_count() -> None:
    """A new label in a template must be counted below."""
    assert {span.label for document in GOLDEN for span in document.spans} == EXPECTED


@pytest.mark.parametrize("label", COMMON)
def test_common_labels_are_well_covered(label: str) -> None:
    """At least 60 gold spans from at least 15 families."""
    assert (True, True) == (len(values(label)) >= 60, len(families_of(label)) >= 15)


@pytest.mark.parametrize("label", RARE)
def test_other_labels_are_covered(label: str) -> None:
    """At least 20 gold spans from at least 5 families."""
    assert (True, True) == (len(values(label)) >= 20, len(families_of(label)) >= 5)


def test_the_smoke_subset_has_forty_documents_of_forty_families() -> None:
    """Small enough for every push, spread over the families."""
    smoke = [document for document in GOLDEN if document.smoke]
    assert (40, 40) == (len(smoke), len({document.family for document in smoke}))


def test_the_smoke_subset_holds_every_label() -> None:
    """A label that breaks is seen on the smoke subset too."""
    assert EXPECTED == {
        span.label for document in GOLDEN if document.smoke for span in document.spans
    }


def test_the_smoke_subset_holds_every_slice() -> None:
    """Hard negatives and adversarial texts are part of it."""
    assert {document.slice for document in GOLDEN} == {
        document.slice for document in GOLDEN if document.smoke
    }


@pytest.mark.parametrize(
    ("label", "pattern"),
    [
        ("SSN", r"9\d\d(?P<joint>[- ]?)(66|67|68|69|89|93)(?P=joint)(?!0000)\d{4}"),
        ("EMAIL", r"[a-z0-9._+]+@[a-z]+\.example"),
        ("URL", r"(https?://|www\.)[a-z]+\.[a-z]+\.example/\S+"),
        ("IP_ADDRESS", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        ("ZIPCODE", r"00[0-4]\d\d(-\d{4})?"),
        ("HEALTH_PLAN_ID", r"ZZ[A-Z]\d{9}|ZZ-\d{4}-\d{5}|0[A-Z]{2}\d-[A-Z]{2}\d-\d{4}"),
        ("CREDIT_CARD", r"(4242.?42|4000.?00|5555.?55|2223.?00)[\d -]+"),
        ("LICENSE_ID", r"9\d{9}|Z[A-Z]\d{7}|X\d{3}-?\d{3}-?\d{3}|\d{3} \d{3} \d{3}|XX\d{7}"),
        ("VEHICLE_ID", r"0[0-9A-HJ-NPR-Z]{16}|[A-Z]{3} 0\d{3}"),
        ("DEVICE_ID", r"00:00:5E:00:53:[0-9A-F]{2}|001\d{12}|[A-Z]{3}-?\d{6}|SN\d{6}[A-Z]{3}"),
        ("OTHER_ID", r"[A-Z]\d\d-\d{5}|CLM\d{8}|(V|E-)?\d{8}|\d{7}-\d\d|[A-Z]{3}-\d{3}-\d{4}"),
    ],
)
def test_values_come_from_ranges_never_issued(label: str, pattern: str) -> None:
    """Every value has the shape of a range that belongs to nobody (or of our own numbers)."""
    assert [] == [value for value in values(label) if not re.fullmatch(pattern, value)]


@pytest.mark.parametrize("label", ["PHONE", "FAX"])
def test_telephone_numbers_are_fictional(label: str) -> None:
    """Every number ends with 555-01xx."""
    assert [] == [
        value
        for value in values(label)
        if not re.fullmatch(r"(1?\d{3})?55501\d\d", digits_of(value))
    ]


@pytest.mark.parametrize(
    ("label", "is_right"),
    [
        ("MRN", lambda value: is_luhn(digits_of(value))),
        ("CREDIT_CARD", lambda value: len(digits_of(value)) == 16 and is_luhn(digits_of(value))),
        ("IBAN", is_iban),
        ("IBAN", is_never_bank),
        ("AGE", lambda value: int(value) <= 89),
        ("AGE_OVER_89", lambda value: int(value) > 89),
    ],
)
def test_values_are_arithmetically_right(label: str, is_right: Callable[[str], bool]) -> None:
    """Check digits hold, so that arithmetic cannot tell a made-up number; ages fit the label."""
    assert [] == [value for value in values(label) if not is_right(value)]


@pytest.mark.parametrize(
    ("shape", "is_right"),
    [
        (r"9\d{9}", lambda value: is_luhn("80840" + value)),
        (
            r"Z[A-Z]\d{7}",
            lambda value: (
                sum(int(digit) * (1 + position % 2) for position, digit in enumerate(value[2:8]))
                % 10
                == int(value[8])
            ),
        ),
    ],
    ids=["npi", "dea"],
)
def test_licence_numbers_have_right_check_digits(
    shape: str, is_right: Callable[[str], bool]
) -> None:
    """Provider numbers and DEA numbers end with the digit that belongs there."""
    numbers = [value for value in values("LICENSE_ID") if re.fullmatch(shape, value)]
    assert [True] * max(1, len(numbers)) == [is_right(number) for number in numbers]


def test_handset_numbers_have_right_check_digits() -> None:
    """IMEIs end with their Luhn digit."""
    numbers = [value for value in values("DEVICE_ID") if re.fullmatch(r"001\d{12}", value)]
    assert [True] * max(1, len(numbers)) == [is_luhn(number) for number in numbers]


def test_titles_stand_outside_of_names() -> None:
    """`Mr.` and `Dr.` are not part of a name's gold span."""
    assert [] == [
        value
        for value in (*values("PATIENT_NAME"), *values("PROVIDER_NAME"))
        if re.match(r"(Mr|Ms|Mrs|Dr)\b", value)
    ]


def test_a_title_is_followed_by_a_name() -> None:
    """Whoever is called by title is gold."""
    assert [] == [
        document.id
        for document in GOLDEN
        if re.search(r"\b(Mr|Ms|Mrs|Dr)\.? (?!¦)", outside_of_spans(document))
    ]


def test_no_name_is_left_without_gold() -> None:
    """Outside of gold spans no name of our lists occurs, but for eponyms and hard negatives."""
    names = {*WOMEN, *MEN, *SURNAMES} - set(EPONYM_SURNAMES)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    assert {} == {
        document.id: found
        for document in GOLDEN
        if document.slice != "hard-negative"
        and (found := pattern.findall(outside_of_spans(document)))
    }


def test_no_date_number_or_address_is_left_without_gold() -> None:
    """Outside of gold spans nothing looks like a date, a long number or a web address."""
    pattern = re.compile(
        r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d|\d{5}|@|\.example"
        r"|\b(?:January|February|March|April|June|July|August|September|October|November"
        r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    )
    assert {} == {
        document.id: found
        for document in GOLDEN
        if document.slice != "hard-negative"
        and (found := pattern.findall(outside_of_spans(document)))
    }


def test_no_placeholder_is_left() -> None:
    """Every place of a template was filled."""
    assert [] == [document.id for document in GOLDEN if re.search(r"\{\w+[.:}]", document.text)]


def test_documents_of_a_family_differ_in_their_values() -> None:
    """Within a family no two documents have the same gold values (hard negatives have none)."""
    seen: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for document in GOLDEN:
        if document.spans:
            seen[document.family].append(
                tuple(document.text[span.start : span.end] for span in document.spans)
            )
    assert [] == [family for family, rows in seen.items() if len(set(rows)) < len(rows)]


@pytest.mark.parametrize("value", ["", " Ann", "Ann "])
def test_the_emitter_refuses_outer_white_space(value: str) -> None:
    """A gold span that begins or ends with a space is never written."""
    with pytest.raises(ValueError, match="without outer white space"):
        Emitter().emit("PATIENT_NAME", value)


def test_the_emitter_refuses_an_unknown_label() -> None:
    """A label outside the canonical set is never written."""
    with pytest.raises(ValueError, match="is not canonical"):
        Emitter().emit("PERSON", "Ann")


@pytest.mark.parametrize("text", ["a\rb", "e\u0301"], ids=["carriage-return", "decomposed"])
def test_the_emitter_refuses_text_that_is_not_plain(text: str) -> None:
    """A carriage return or a decomposed letter stops the build."""
    out = Emitter()
    out.say(text)
    with pytest.raises(ValueError, match="must be NFC"):
        out.document(document_id="a-1", family="a", slice_="base", language="en", smoke=False)
