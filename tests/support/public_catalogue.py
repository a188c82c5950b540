"""A catalogue with the public fleet's distribution: 2,266 rows, none of them a real repository's.

What was counted of the public catalogue in October 2026 is data here; rows are dealt so that every
count comes out again, the same ones each time. Counts that nobody published are dealt evenly.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

Formats = tuple[str, ...]
Kind = TypeVar("Kind")
PYTORCH: Final[Formats] = ("pytorch",)
ONNX: Final[Formats] = ("onnx",)
MLX: Final[Formats] = ("mlx-fp", "pytorch")
MLX8: Final[Formats] = ("mlx-8bit", "pytorch")
ROWS: Final = 2_266
FAMILIES: Final = {"PII": 1_018, "NER": 1_093, "ZeroShot": 143, "General": 9, "Vision": 3}
PII_FORMATS: Final = {PYTORCH: 370, ONNX: 366, MLX: 276, MLX8: 6}
PII_TIERS: Final[Mapping[str | None, int]] = {
    "Large": 482, "Base": 346, "Small": 151, "XLarge": 26, None: 13,
}  # fmt: skip
PII_LANGUAGES: Final = {
    "en": 111, "nl": 96, "fr": 96, "de": 96, "hi": 96, "it": 96, "es": 96, "te": 96, "pt": 89,
    "tr": 89, "vi": 27, "ja": 7, "ar": 6, "ko": 4, "bn": 2, "zh": 2, "multilingual": 9,
}  # fmt: skip
LARGE_ONNX: Final = 175
"""PII rows that share tier Large and format onnx."""
FORMATS: Final = {
    PYTORCH: 852, ONNX: 753, MLX: 652, MLX8: 7, ("mlx-4bit",): 1, ("mlx-4bit", "pytorch"): 1,
}  # fmt: skip
LICENCES: Final[Mapping[str | None, int]] = {"apache-2.0": 2_255, "other": 4, "mit": 4, None: 3}
_PII_TABLE: Final[Mapping[str | None, tuple[int, int, int, int]]] = {
    "Large": (170, LARGE_ONNX, 134, 3),
    "Base": (130, 120, 94, 2),
    "Small": (55, 55, 40, 1),
    "XLarge": (10, 11, 5, 0),
    None: (5, 5, 3, 0),
}
"""Rows by tier and format; only the sums and Large with onnx were counted."""
_OTHER_TIERS: Final[Mapping[str, Mapping[str | None, int]]] = {
    "NER": {None: 936, "Tiny": 156, "Large": 1},
    "ZeroShot": {
        "Large": 26, "Medium": 26, None: 26, "Small": 26, "Base": 13, "Tiny": 13, "XLarge": 13,
    },
    "General": {None: 9},
    "Vision": {None: 3},
}  # fmt: skip
_TASKS: Final = {"Vision": "visual-question-answering"}
_LABELS: Final = {
    "PII": ("FIRST_NAME", "LAST_NAME", "EMAIL", "PHONE", "SSN", "DATE", "STREET_ADDRESS"),
    "NER": ("DISEASE",),
}


class CatalogueShape(NamedTuple):
    """What tells one row from another.

    Attributes:
        number: its place among those of its family.
        family: as the catalogue writes it.
        tier: likewise; None = it has none.
        formats: likewise.
        languages: likewise.
        licence: likewise; None = not known.
    """

    number: int
    family: str
    tier: str | None
    formats: Formats
    languages: tuple[str, ...]
    licence: str | None

    @property
    def name(self) -> str:
        """Name of its repository: as long as real ones are, most of it the same."""
        language = f"-{self.languages[0].title()}" if self.languages not in {(), ("en",)} else ""
        suffix = {"onnx": "-onnx", "mlx-fp": "-mlx", "mlx-8bit": "-mlx-8bit"}
        tier = f"-{self.tier}" if self.tier else ""
        made = f"Made-{self.family}{language}-ClinicalModel{tier}-{self.number:04}-v1"
        return f"{made}{suffix.get(self.formats[0], '')}"

    @property
    def row(self) -> dict[str, object]:
        """The row, in the public catalogue's order of keys."""
        general = "text-generation" if self.number < 6 else "unknown"
        task = general if self.family == "General" else _TASKS.get(self.family)
        return {
            "repo_id": f"made/{self.name}",
            "family": self.family,
            "task": task or "token-classification",
            "languages": list(self.languages),
            "tier": self.tier,
            "param_count": None,
            "architecture": "bert",
            "base_model": None,
            "formats": list(self.formats),
            "canonical_labels": list(_LABELS.get(self.family, ())),
            "benchmark": {"dataset": None, "micro_f1": None, "recall": None},
            "arxiv": None,
            "license": self.licence,
            "released": "2026-04-14",
        }


def shapes() -> tuple[CatalogueShape, ...]:
    """Every row, family by family."""
    licences = _dealt(LICENCES)
    found = [*_pii(), *_others()]
    return tuple(
        shape._replace(licence=licence)
        for shape, licence in zip(found, licences, strict=True)
    )  # fmt: skip


def catalogue(*, family: str | None = None, first: int | None = None) -> bytes:
    """The file, or the first rows of it.

    Args:
        family: rows of one family; None = of all.
        first: how many; None = all.
    """
    rows = [one.row for one in shapes() if family in {None, one.family}][:first]
    lines = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _pii() -> Iterator[CatalogueShape]:
    kinds = [
        (tier, formats)
        for tier, counts in _PII_TABLE.items()
        for formats, count in zip((PYTORCH, ONNX, MLX, MLX8), counts, strict=True)
        for _ in range(count)
    ]
    languages = _dealt(PII_LANGUAGES)
    # A step that shares no factor with the number of rows: each language has each kind of model.
    for number in range(FAMILIES["PII"]):
        tier, formats = kinds[number * 7 % len(kinds)]
        yield CatalogueShape(number, "PII", tier, formats, (languages[number],), None)


def _others() -> Iterator[CatalogueShape]:
    left = Counter(FORMATS) - Counter(PII_FORMATS)
    formats = _dealt(left)
    place = 0
    for family, tiers in _OTHER_TIERS.items():
        for number, tier in enumerate(_dealt(tiers)):
            yield CatalogueShape(number, family, tier, formats[place], ("en",), None)
            place += 1


def _dealt(counts: Mapping[Kind, int]) -> list[Kind]:
    return [kind for kind, count in counts.items() for _ in range(count)]
