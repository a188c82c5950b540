"""Counts, bitmaps of gold spans and behaviours, as a report holds them."""

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.behaviour import (
    SHORT,
    Behaviour,
    LabelBehaviour,
    LanguageBehaviour,
)
from openmed.domain.evaluation.report import Counts


def counts_of(
    *,
    support: int,
    covered: int,
    families: int = 5,
    documents: int = 40,
    strict: int | None = None,
) -> Counts:
    """Counts of spans of 10 characters that are either covered or missed."""
    missed = support - covered
    return Counts(
        support=support,
        families=min(families, support),
        documents=min(documents, support),
        covered=covered,
        partial=0,
        missed=missed,
        exposed=missed,
        typed=covered,
        strict=covered if strict is None else strict,
        exact=covered,
        characters=support * 10,
        leaked=missed * 10,
        design_effect=None if missed in {0, support} else 1.0,
    )


def bits_of(outcomes: str) -> str:
    """A bitmap from ones and zeros."""
    padded = outcomes + "0" * (-len(outcomes) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big").hex()


def a_behaviour(*predicted: str, of: str) -> Behaviour:
    """What something redacts in English: other spans for another one."""
    return (
        LanguageBehaviour(
            language="en",
            labels=tuple(
                LabelBehaviour(label=name, spans=sha256_hex(f"{of} {name}".encode())[:SHORT])
                for name in sorted(predicted)
            ),
        ),
    )
