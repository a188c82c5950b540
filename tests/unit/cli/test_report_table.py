"""Tables of reports: which gold a recall is over is told beside it."""

from support import builders

from openmed.cli.render.report_table import report_table
from openmed.domain.candidates.candidate import Candidate


def test_recall_over_all_gold_stands_beside_that_over_declared_gold() -> None:
    """Whatever the model claims to find."""
    table = builders.a_candidate().model_dump()
    row = Candidate.model_validate({**table, "labels": ("SSN",)})
    covered = {"PATIENT_NAME": 0, "SSN": 100}
    report = builders.a_report(builders.a_staged(row), candidate=row, covered=covered)
    shown = report_table(report, of="a model", width=200)
    assert (
        "Recall over all gold: 50.00 %; over declared gold: 100.00 % "
        "(100 of 200 spans, 1 of 2 labels)."
    ) in shown
