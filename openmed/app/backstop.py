"""What the pattern rules of a profile add to the model, label by label."""

from typing import NamedTuple

from openmed.app.benchmark import CandidateMeasurement
from openmed.domain.digest import Json
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.report_validation import label_counts
from openmed.domain.text import labels

_DIGITS = 6


class Rates(NamedTuple):
    """One label under one set-up; None = no data.

    Attributes:
        recall: covered / gold spans.
        leak: leaked / sensitive characters.
        precision: predictions of the label that touch gold / predictions of it.
    """

    recall: float | None
    leak: float | None
    precision: float | None

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return dict(self._asdict())


class Row(NamedTuple):
    """One label of the table.

    Attributes:
        label: canonical label, or `all declared`.
        is_declared: whether the candidate claims to find it.
        support: gold spans.
        bare: the model alone.
        whole: as it would be released.
    """

    label: str
    is_declared: bool
    support: int
    bare: Rates
    whole: Rates

    @property
    def plain(self) -> Json:
        """As JSON."""
        return {
            "label": self.label,
            "declared": self.is_declared,
            "support": self.support,
            "model": self.bare.plain,
            "with_backstop": self.whole.plain,
        }


def backstop_rows(measured: CandidateMeasurement) -> tuple[Row, ...]:
    """Declared labels first, then all of them together, then what is not claimed."""
    whole, bare = measured.report, measured.bare or measured.report
    declared = [r.name for r in whole.labels if labels.claims(whole.scope.labels, r.name)]
    others = [row.name for row in whole.labels if row.name not in declared]

    def row(name: str, over: list[str], *, is_declared: bool) -> Row:
        support = sum(r.counts.support for r in whole.labels if r.name in over)
        return Row(name, is_declared, support, _rates(bare, over), _rates(whole, over))

    return (
        *(row(name, [name], is_declared=True) for name in declared),
        row("all declared", declared, is_declared=True),
        *(row(name, [name], is_declared=False) for name in others),
    )


def _rates(report: BenchmarkReport, names: list[str]) -> Rates:
    counts = [c for name in names if (c := label_counts(report, name)) is not None]
    predicted = [row for row in report.predictions if row.label in names]
    return Rates(
        recall=_share(sum(c.covered for c in counts), sum(c.support for c in counts)),
        leak=_share(sum(c.leaked for c in counts), sum(c.characters for c in counts)),
        precision=_share(
            sum(row.touching for row in predicted), sum(row.predicted for row in predicted)
        ),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _DIGITS) if whole else None
