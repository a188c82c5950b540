"""What leaked, whatever version a report is of: how many spans, and a digest of their places.

Up to version 2 a report lists every leak with its place. From version 3 it has one bit for each
gold span: the places follow from the suite (`scoring/leak_places.py`), and a digest says that
they are the ones that were counted.
"""

from collections.abc import Collection, Iterable

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport


def count_leaks(report: BenchmarkReport, names: Collection[str]) -> int:
    """How many direct identifiers of these labels were left in clear."""
    if report.leaks is not None:
        return sum(1 for leak in report.leaks if leak.label in names)
    return sum(_ones(row.exposed) for row in report.outcomes if row.label in names)


def places_digest(places: Iterable[tuple[str, int, int, str]]) -> str:
    """Digest over places: document, start, end and label of each, in suite order."""
    lines = "".join(
        f"{document}\t{start}\t{end}\t{label}\n" for document, start, end, label in places
    )
    return sha256_hex(lines.encode())


def digest_of_leaks(report: BenchmarkReport) -> str:
    """Digest over the places of what leaked; the same for reports of any version."""
    if report.leak_places is not None:
        return report.leak_places
    leaks = report.leaks or ()
    return places_digest((leak.document, leak.start, leak.end, leak.label) for leak in leaks)


def _ones(bits: str) -> int:
    return sum(byte.bit_count() for byte in bytes.fromhex(bits))
