"""A suite's edition is bound to its digest by every report the ledger cites.

Whoever changes the documents of a suite gives it another edition or revision. Otherwise a gold
span that a model misses could be deleted, and the suite pinned again under its own name.
"""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from pydantic import Field

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE
from openmed.domain.ledger.changes import Judgement
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.suites.suite import PREVIOUS, SuitePin
from openmed.domain.wire import parse

NEXT_STEP = "put the documents back, or give them another edition or revision in gates/suites.toml"


class ReportEdition(Frozen):
    """Which edition of a suite one report measured.

    Attributes:
        report: evidence file with the report.
        edition: as its pin said then.
        revision: as its pin said then.
    """

    report: Digest
    edition: str
    revision: str


class EditionIndex(Frozen):
    """Editions that were read from evidence: a cache, valid for ever, as evidence never changes.

    Attributes:
        rows: by report.
    """

    schema_: Literal["openmed.editions/1"] = Field(default="openmed.editions/1", alias="schema")
    rows: tuple[ReportEdition, ...] = ()


class _Cited(NamedTuple):
    suite: str
    digest: str
    report: str
    tag: str


class SuiteEditions:
    """Which edition every report of the ledger measured; each is read once."""

    def __init__(self, evidence: Callable[[str], bytes], known: EditionIndex | None = None) -> None:
        """Nothing is read yet.

        Args:
            evidence: gives an evidence file's bytes, checked against its name.
            known: what was read before.
        """
        self._evidence = evidence
        self._rows = {row.report: row for row in (known or EditionIndex()).rows}

    @property
    def index(self) -> EditionIndex:
        """What was read until now."""
        return EditionIndex(rows=tuple(self._rows[name] for name in sorted(self._rows)))

    def fault(self, state: FleetState, pins: tuple[SuitePin, ...]) -> str:
        """Which pin gives a recorded edition other documents; empty when none does.

        Only reports on other documents than those pinned now are read. The revision of a generated
        suite is made of all it is made from, so nobody gives it one.

        Raises:
            IntegrityError: evidence the ledger cites is missing or damaged.
        """
        pinned = {pin.name: pin for pin in pins if not pin.is_generated}
        for cited in _cited(state):
            pin = pinned.get(cited.suite)
            for meant in pin.editions if pin else ():
                if meant.digest != cited.digest and self._is_same(meant, cited.report):
                    return (
                        f"suite {cited.suite}: edition {meant.edition!r}, revision "
                        f"{meant.revision!r} had the documents {cited.digest[:16]} in {cited.tag}, "
                        f"and gates/suites.toml gives it {meant.digest[:16]}"
                    )
        return ""

    def _is_same(self, pin: SuitePin, report: str) -> bool:
        row = self._row(report)
        recorded = (_folded(row.edition), _folded(row.revision))
        return recorded == (_folded(pin.edition), _folded(pin.revision))

    def _row(self, report: str) -> ReportEdition:
        if report not in self._rows:
            suite = parse(BenchmarkReport, self._evidence(report), what="recorded report").suite
            self._rows[report] = ReportEdition(
                report=report, edition=suite.edition, revision=suite.revision
            )
        return self._rows[report]


class MovedSuite(NamedTuple):
    """A suite that has other documents now than the slot's live release was measured on.

    Attributes:
        pin: as it is pinned now.
        digest: what the live release was measured on.
    """

    pin: SuitePin
    digest: str

    @property
    def previous(self) -> SuitePin | None:
        """The edition the live release was measured on, where it is pinned too."""
        before = self.pin.previous
        return before if before is not None and before.digest == self.digest else None

    @property
    def fault(self) -> str:
        """Why the two cannot run side by side; empty when they can, or a person says why not."""
        if self.previous or self.pin.previous_missing:
            return ""
        name = self.pin.name
        return (
            f"suite {name} has a new edition, {self.pin.edition!r}, and the live release was "
            f"measured on the documents {self.digest[:16]}, which are not pinned"
        )

    @property
    def next_step(self) -> str:
        """What makes it possible."""
        return (
            f'pin those documents as [suite.previous] of it, named "{PREVIOUS}{self.pin.name}", or '
            "write there why they are gone: previous_missing"
        )


def moved_suites(
    state: FleetState, slot: str, pins: tuple[SuitePin, ...], *, artifact: str | None
) -> tuple[MovedSuite, ...]:
    """Suites that have other documents now than the slot's live release was measured on.

    Args:
        state: the ledger.
        slot: the slot.
        pins: suites of its policy.
        artifact: the candidate; what is live moves nothing. Nor does an epoch that ends.
    """
    live = state.live_in(slot)
    if live is None or live.release.artifact == artifact:
        return ()
    recorded = {row.suite: row.suite_digest for row in live.release.reports}
    return tuple(
        MovedSuite(pin, recorded[pin.name])
        for pin in pins
        if not pin.is_generated and recorded.get(pin.name, pin.digest) != pin.digest
    )


def _cited(state: FleetState) -> Iterator[_Cited]:
    """Every report of a suite that a judgement rests on, its baselines' and parents' too."""
    for entry in state.entries:
        for change in entry.changes:
            if isinstance(change, Judgement):
                for row in change.reports:
                    if row.suite != PERFORMANCE:
                        name = row.suite
                        for prefix in (*OF_OTHERS, PREVIOUS):
                            name = name.removeprefix(prefix)
                        yield _Cited(name, row.suite_digest, row.report, entry.tag)


def _folded(text: str) -> str:
    """Spelled otherwise, it is the same edition."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
