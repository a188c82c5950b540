"""The generated catalogue has the public fleet's counts, and the engine reads every row of it."""

from collections import Counter

import pytest
from support import public_catalogue as public

from openmed.domain.candidates.catalogue import read_manifest

SHAPES = public.shapes()
PII = tuple(shape for shape in SHAPES if shape.family == "PII")


def test_every_family_has_as_many_rows() -> None:
    """2,266 rows of 5 families."""
    assert len(SHAPES) == public.ROWS == 2_266
    assert Counter(shape.family for shape in SHAPES) == {
        "PII": 1_018, "NER": 1_093, "ZeroShot": 143, "General": 9, "Vision": 3,
    }  # fmt: skip


def test_pii_has_the_public_formats_tiers_and_languages() -> None:
    """Each as it was counted, and 175 rows share one slot without a line."""
    assert Counter("+".join(shape.formats) for shape in PII) == {
        "pytorch": 370, "onnx": 366, "mlx-fp+pytorch": 276, "mlx-8bit+pytorch": 6,
    }  # fmt: skip
    assert Counter(shape.tier for shape in PII) == {
        "Large": 482, "Base": 346, "Small": 151, "XLarge": 26, None: 13,
    }  # fmt: skip
    assert Counter(language for shape in PII for language in shape.languages) == {
        "en": 111, "nl": 96, "fr": 96, "de": 96, "hi": 96, "it": 96, "es": 96, "te": 96, "pt": 89,
        "tr": 89, "vi": 27, "ja": 7, "ar": 6, "ko": 4, "bn": 2, "zh": 2, "multilingual": 9,
    }  # fmt: skip
    shared = [shape for shape in PII if (shape.tier, shape.formats) == ("Large", ("onnx",))]
    assert len(shared) == 175


def test_all_families_have_the_public_formats_and_licences() -> None:
    """Each as it was counted."""
    assert Counter(shape.formats for shape in SHAPES) == public.FORMATS
    assert Counter(shape.licence for shape in SHAPES) == public.LICENCES


def test_the_engine_reads_every_row() -> None:
    """None is broken, none of two rows is of one repository."""
    found = read_manifest(public.catalogue(), what="models.jsonl")
    assert (len(found.rows), found.faults) == (public.ROWS, ())
    assert len({row.repo_id for row in found.rows}) == public.ROWS


@pytest.mark.parametrize(("family", "first", "rows"), [("Vision", None, 3), (None, 5, 5)])
def test_a_part_of_it_may_be_had(family: str | None, first: int | None, rows: int) -> None:
    """Of one family, or the first rows."""
    made = public.catalogue(family=family, first=first)
    assert len(read_manifest(made, what="models.jsonl").rows) == rows
