"""Counts, bitmaps of gold spans and behaviours, as a report holds them."""

from collections.abc import Collection, Mapping
from typing import Any, get_args

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.behaviour import (
    SHORT,
    Behaviour,
    LabelBehaviour,
    LanguageBehaviour,
)
from openmed.domain.evaluation.leaks import places_digest
from openmed.domain.evaluation.report import (
    BenchmarkReport,
    Counts,
    Leak,
    Matching,
    MatchingName,
    PredictionCounts,
    SliceCounts,
    SpanOutcomes,
)
from openmed.domain.text import labels
from openmed.domain.wire import from_plain, plain


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


def leaks_of(table: Mapping[str, Counts]) -> tuple[Leak, ...]:
    """A place for each direct identifier that is exposed, by label."""
    return tuple(
        Leak(document=f"d{n}", start=place, end=place + 10, label=label)
        for place, (label, c) in zip(range(0, 20 * len(table), 20), table.items(), strict=True)
        if labels.BY_NAME[label].direct
        for n in range(c.exposed)
    )


def leak_places_of(table: Mapping[str, Counts]) -> str:
    """Digest over the same places."""
    return places_digest((one.document, one.start, one.end, one.label) for one in leaks_of(table))


def with_listed_leaks(report: BenchmarkReport, leaks: tuple[Leak, ...]) -> BenchmarkReport:
    """The same report as an engine wrote it that listed every leak: of version 2."""
    table: Any = plain(report)
    del table["leak_places"]
    for row in table["outcomes"]:
        row.pop("exposed", None)
    listed = [plain(leak) for leak in leaks]
    changed = {**table, "schema": "openmed.report/2", "leaks": listed}
    return from_plain(BenchmarkReport, changed, what="report")


def as_version_2(report: BenchmarkReport) -> BenchmarkReport:
    """A report of `a_report` as an engine wrote it that listed every leak."""
    return with_listed_leaks(report, leaks_of({row.name: row.counts for row in report.labels}))


def outcomes_of(table: Mapping[str, Counts]) -> tuple[SpanOutcomes, ...]:
    """The first spans of each label are the covered ones."""
    return tuple(
        SpanOutcomes(
            label=label,
            bits=bits_of("1" * c.covered + "0" * c.missed),
            firsts=bits_of("1" + "0" * (c.support - c.documents) + "1" * (c.documents - 1)),
            documents=bits_of("1" * c.documents),
            exposed=bits_of("0" * (c.support - c.exposed) + "1" * c.exposed)
            if labels.BY_NAME[label].direct
            else "",
        )
        for label, c in table.items()
    )


def matchings_of(spans: int, *, found: int, spurious: int) -> tuple[Matching, ...]:
    """The same by every schema: what is found is found exactly."""
    return tuple(
        Matching(
            name=name,
            correct=found,
            incorrect=0,
            partial=0,
            missed=spans - found,
            spurious=spurious,
        )
        for name in get_args(MatchingName)
    )


def declared_of(
    table: Mapping[str, Counts], claimed: Collection[str], *, support: int
) -> tuple[SliceCounts, ...]:
    """Gold of claimed labels in English; nothing when none is."""
    counts = counts_of(
        support=support * len(claimed),
        covered=sum(table[name].covered for name in claimed),
        strict=sum(table[name].strict for name in claimed),
    )
    return (SliceCounts(name="en", counts=counts),) if claimed else ()


def predictions_of(
    table: Mapping[str, Counts], declared: Collection[str]
) -> tuple[PredictionCounts, ...]:
    """One more prediction of each declared label than spans are covered."""
    return tuple(
        PredictionCounts(label=label, predicted=c.covered + 1, touching=c.covered + 1)
        for label, c in table.items()
        if label in declared
    )
