"""JSON Schemas by name: of every file people write, and of everything the engine answers.

All are drawn from the values themselves; what a schema cannot say (a suite that is not pinned, two
rows for one slot) is said when the file is read.
"""

from collections.abc import Mapping
from typing import Final, cast

from openmed.app.adopt import AdoptionReport
from openmed.app.family_policy import FamilyPolicy
from openmed.app.plan import Plan
from openmed.app.policies import PolicyLint
from openmed.app.policy_suggestion import SuggestedPolicy
from openmed.cli.output_format import SCHEMA as ENVELOPE
from openmed.cli.schemas.drawing import (
    DIGEST,
    TEXT,
    Named,
    Schema,
    definitions_of,
    exactly,
    of_rows,
    of_value,
    table_of,
    whole,
)
from openmed.cli.schemas.statements import (
    envelope,
    measurement_statement,
    policy_statement,
    said_statement,
    verdict_statement,
    waiver_statement,
)
from openmed.domain.attestation.head_statement import FIELD as HEAD_FIELD
from openmed.domain.attestation.head_statement import PREDICATE_TYPE as HEAD_TYPE
from openmed.domain.attestation.head_statement import LedgerHead
from openmed.domain.attestation.release_statement import FIELD as RELEASE_FIELD
from openmed.domain.attestation.release_statement import PREDICATE_TYPE as RELEASE_TYPE
from openmed.domain.attestation.release_statement import ReleaseFile, ReleaseStatement
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json
from openmed.domain.downloads.record import DownloadRecord
from openmed.domain.evaluation.comparison import Comparison
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.recheck import Recheck
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.explanation import Explanation
from openmed.domain.gates.policy_schema import floor_schema, policy_schema
from openmed.domain.gates.power import Power
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.monitoring.health.monitor_check import MonitorStatus
from openmed.domain.monitoring.nightly.detector_power import DetectorPower
from openmed.domain.monitoring.nightly.nightly_report import NightlyReport
from openmed.domain.monitoring.nightly.slot_nights import SlotNights
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.notices.delivery import Delivery
from openmed.domain.notices.notice import Notice
from openmed.domain.notices.notify_report import NotifyReport
from openmed.domain.pages.fleet_difference import FleetDifference
from openmed.domain.pages.notes.release_notes import ReleaseNotes
from openmed.domain.pages.release_summary import ReleaseSummary
from openmed.domain.pages.runs.event_stream import StreamEvent
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.product import SCHEMA as PRODUCT
from openmed.domain.release.results.drill_report import DrillReport
from openmed.domain.release.results.examination import Examination
from openmed.domain.release.results.part_report import PartReport
from openmed.domain.release.results.reaction_report import ReactionReport
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.suites.generated import GeneratedSuite
from openmed.domain.suites.suite import SuitePin

SCHEMAS: Final[Mapping[str, Named]] = {
    "candidates": of_rows("candidate", Candidate, "gates/candidates.toml: the queue"),
    "suites": Named("gates/suites.toml: the pinned suites", lambda _: _suites()),
    "policy": Named(
        "gates/policy/*.toml: thresholds", lambda gates: cast("Schema", policy_schema(gates))
    ),
    "floor": Named(
        "gates/policy/floor.toml: the minimum of green",
        lambda gates: cast("Schema", floor_schema(gates)),
    ),
    "profile": of_value(RunnerProfile, "runner_profile.json: how a model is run", written=True),
    "policy-statement": Named(
        "the statement on a weaker policy in gates/waivers/*.json", lambda _: policy_statement()
    ),
    "measurement": Named(
        "the statement in gates/measurements/*.json", lambda _: measurement_statement()
    ),
    "waiver": Named("the statement in gates/waivers/*.json", lambda _: waiver_statement()),
    "head": Named(
        "the statement in gates/head.json",
        lambda _: said_statement(LedgerHead, HEAD_FIELD, HEAD_TYPE, "a signed head of the ledger"),
    ),
    "release-statement": Named(
        "the statement in release.json",
        lambda _: said_statement(ReleaseStatement, RELEASE_FIELD, RELEASE_TYPE, "a signed release"),
    ),
    "release-file": of_value(ReleaseFile, "release.json: beside the files of a served release"),
    "download": of_value(DownloadRecord, "openmed-download.json: what was downloaded"),
    "envelope": Named(
        "gates/head.json, gates/evidence/*.json and gates/waivers/*.json: DSSE",
        lambda _: envelope(),
    ),
    "statement": Named(
        "the statement in a signed verdict: in-toto v1, SLSA VSA", lambda _: verdict_statement()
    ),
    "report": of_value(BenchmarkReport, "what one suite measured on one model"),
    "release-summary": of_value(ReleaseSummary, "what pages show of a release; evidence of a flip"),
    "performance": of_value(PerformanceReport, "speed, memory and determinism of one model"),
    "comparison": of_value(Comparison, "answer of benchmark compare"),
    "product": Named("artifacts/runs/SLOT/*.json: a step's product", lambda _: _product()),
    "entry": of_value(Entry, "gates/ledger/*.json: one ledger entry"),
    "pointer": of_value(PointerTable, "gates/pointer.json: what is live"),
    "run-report": of_value(RunReport, "artifacts/run-report.json: result of a run"),
    "regression-event": of_value(
        RegressionEvent, "artifacts/events/*.json: what a monitor found about a live release"
    ),
    "slot-nights": of_value(SlotNights, "gates/nightly/*.json: counts of one slot's nights"),
    "nightly": of_value(NightlyReport, "answer of monitor nightly"),
    "detector-power": of_value(DetectorPower, "answer of monitor power"),
    "run-record": of_value(RunRecord, "each line of gates/runs/*.jsonl: one run"),
    "stream-event": of_value(
        StreamEvent, "each line of artifacts/trust/status/events/*.jsonl: what happened"
    ),
    "reaction-report": of_value(ReactionReport, "answer of release react"),
    "drill-report": of_value(DrillReport, "answer of release drill"),
    "notice": of_value(Notice, "artifacts/outbox/*.json: a message still to be delivered"),
    "delivery": of_value(Delivery, "each line of gates/notices/*.jsonl: a message at one sink"),
    "notify": of_value(NotifyReport, "answer of notify"),
    "recheck": of_value(Recheck, "artifacts/recheck.json: a sample that was run again"),
    "part-report": of_value(PartReport, "answer of release stage, gate and regenerate"),
    "plan": of_value(Plan, "answer of release plan, under `plan`"),
    "difference": of_value(FleetDifference, "answer of release diff"),
    "release-notes": of_value(ReleaseNotes, "answer of release notes"),
    "explanation": of_value(Explanation, "answer of release explain"),
    "power": of_value(Power, "answer of release power"),
    "policy-lint": of_value(PolicyLint, "answer of policy lint"),
    "policy-suggestion": of_value(SuggestedPolicy, "answer of policy suggest"),
    "family-policy": of_value(FamilyPolicy, "answer of policy suggest --family"),
    "adoption": of_value(AdoptionReport, "answer of adopt"),
    "doctor": of_value(Examination, "answer of doctor"),
    "monitor-status": of_value(MonitorStatus, "answer of monitor status"),
    "cli": Named("every answer with --json", lambda _: _answer()),
    "events": Named("each line of --format jsonl", lambda _: _events()),
}
"""Every schema: first what people write, then what the engine does."""

DATA: Final[Mapping[str, str]] = {
    "release run": "run-report",
    "release flip": "run-report",
    "release rollback": "run-report",
    "release react": "reaction-report",
    "release drill": "drill-report",
    "release stage": "part-report",
    "release gate": "part-report",
    "release recheck": "recheck",
    "release regenerate": "part-report",
    "release diff": "difference",
    "release explain": "explanation",
    "release notes": "release-notes",
    "release power": "power",
    "benchmark compare": "comparison",
    "monitor nightly": "nightly",
    "monitor power": "detector-power",
    "policy lint": "policy-lint",
    "policy suggest": "policy-suggestion",
    "adopt": "adoption",
    "doctor": "doctor",
    "monitor status": "monitor-status",
    "notify": "notify",
}
"""The schema that the `data` of a command follows, where it is one value."""


def _suites() -> Schema:
    title = "gates/suites.toml: the pinned suites"
    pinned, definitions = definitions_of(SuitePin, mode="validation")
    generated, others = definitions_of(GeneratedSuite, mode="validation")
    rows: Schema = {
        key: {"type": "array", "minItems": 1, "items": {"$ref": reference}}
        for key, reference in (("suite", pinned), ("generated", generated))
    }
    return whole(title, table_of(rows, optional=("generated",)), {**definitions, **others})


def _product() -> Schema:
    return whole(
        "a step's product",
        table_of(
            {
                "schema": exactly(PRODUCT),
                "materials": {**DIGEST, "description": "What it was made from."},
                "checksum": {**DIGEST, "description": "Of the content, canonical."},
                "content": {"type": "object", "description": "The value; its `schema` names it."},
            }
        ),
        {},
    )


def _forms(**more: Json) -> list[Schema]:
    """A command that worked, and one that did not."""
    error = table_of(
        {
            "code": {**TEXT, "description": "Kind of error."},
            "message": {**TEXT, "description": "One sentence: what, got, wanted."},
            "hint": {**TEXT, "description": "What to do next; may be empty."},
            "retryable": {"type": "boolean", "description": "May the same call succeed later?"},
            "exit_code": {"type": "integer", "minimum": 1, "maximum": 255},
        }
    )
    common: dict[str, Json] = {**more, "schema": exactly(ENVELOPE), "command": TEXT}
    return [
        table_of({**common, "ok": {"const": True}, "data": {}}),
        table_of({**common, "ok": {"const": False}, "error": error}),
    ]


def _answer() -> Schema:
    return whole("answer of a command", {"oneOf": _forms()}, {})


def _events() -> Schema:
    number, text = {"type": "number"}, {"type": ["string", "null"]}
    step = table_of(
        {
            "type": exactly("step"),
            "task": TEXT,
            "state": {"enum": ["started", "computed", "reused", "failed", "interrupted"]},
            "seconds": number,
            "message": text,
            "hint": text,
        },
        optional=("seconds", "message", "hint"),
    )
    count: Schema = {"type": "integer", "minimum": 0}
    told = table_of(
        {
            "type": {"enum": ["progress", "trouble"]},
            "text": TEXT,
            "task": TEXT,
            "documents": count,
            "of": count,
        },
        optional=("task", "documents", "of"),
    )
    by_kind: Schema = {"type": "object", "additionalProperties": count}
    kinds = {"steps": by_kind, "standing": by_kind}
    run = table_of({"type": exactly("run"), **kinds}, optional=tuple(kinds))
    result = _forms(type=exactly("result"))
    return whole("one event of a stream", {"oneOf": [step, told, run, *result]}, {})
