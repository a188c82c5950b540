"""The baseline file: last-green metrics per slot, short, in the public project's schema."""

import importlib.resources
import json
from typing import Any

from support import builders

from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import fold
from openmed.domain.pages.baseline import BASELINE, render_earlier_baseline
from openmed.domain.pages.inputs import ReleaseRecord, Template, TrustInputs
from openmed.domain.pages.renderers import RECORD_PAGES
from openmed.domain.release.flip import plan_flip
from openmed.domain.wire import dump

TEMPLATES = tuple(
    Template(name=file.name, source=file.read_text(encoding="utf-8"))
    for file in importlib.resources.files("openmed").joinpath("templates").iterdir()
    if file.name.endswith(".j2")
)
SUITES = ("golden", "shield", "fresh")
SLOT = "pii-i18n-throughput::medium::onnx-int8::v2"


def _inputs() -> TrustInputs:
    row = builders.a_candidate(slot=SLOT)
    verdict = builders.a_verdict(candidate=row)
    plan = plan_flip(fold(()), (builders.a_proposal(verdict, candidate=row),), now=builders.NOW)
    assert plan.entry is not None
    staged = builders.a_staged(row)
    reports = tuple(
        builders.a_report(staged, candidate=row, pin=builders.a_pin(name=name)) for name in SUITES
    )
    named = tuple(
        verdict.reports[0].model_validate(
            {**verdict.reports[0].model_dump(), "suite": r.suite.name, "report": _name(r)}
        )
        for r in reports
    )
    record = ReleaseRecord(
        live=fold((plan.entry,)).live[0],
        verdict=type(verdict).model_validate({**dict(verdict), "reports": named}),
        verifier="local",
        reports=reports,
        performance=None,
    )
    return TrustInputs(state=fold((plan.entry,)), releases=(record,), pins=(), templates=TEMPLATES)


def _name(report: Any) -> str:  # noqa: ANN401 - any value
    return sha256_hex(dump(report))


def _file(inputs: TrustInputs) -> str:
    (file,) = (one for one in RECORD_PAGES.all(inputs) if one.path == BASELINE)
    return file.content


def test_a_slot_has_less_than_a_kilobyte() -> None:
    """With a long name and three suites; the file is written anew at every flip."""
    text = _file(_inputs())
    (line,) = (row for row in text.splitlines() if row.startswith(f'"{SLOT}"'))
    assert len(line) <= 1000


def test_it_has_what_the_public_projects_schema_requires() -> None:
    """And names each report by its digest."""
    inputs = _inputs()
    table = json.loads(_file(inputs))
    entry = table["entries"][SLOT]
    required = {"key", "family", "tier", "format", "metrics", "reproducibility_hash", "updated_at"}
    assert required <= entry.keys()
    assert table["schema_version"] == 2
    assert {name: row["report"] for name, row in entry["metrics"].items()} == {
        report.suite.name: _name(report) for report in inputs.releases[0].reports
    }


def test_an_earlier_engines_file_has_every_label() -> None:
    """As it was before version 2, so that it is known for whole where it stands."""
    (file,) = render_earlier_baseline(_inputs())
    table = json.loads(file.content)
    golden = table["entries"][SLOT]["metrics"]["golden"]
    assert (table["schema_version"], file.path) == (1, BASELINE)
    assert set(golden["labels"]) == {"PATIENT_NAME", "SSN"}


def test_a_ledger_without_entries_has_no_file() -> None:
    """Nothing was released."""
    assert RECORD_PAGES.all(TrustInputs(state=fold(()), releases=(), pins=(), templates=())) == ()
