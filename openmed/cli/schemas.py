"""JSON Schemas by name: of every file people write, and of everything the engine answers.

All are drawn from the values themselves; what a schema cannot say (a suite that is not pinned, two
rows for one slot) is said when the file is read.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, cast

from pydantic.json_schema import models_json_schema

from openmed.app.adopt import AdoptionReport
from openmed.app.doctor import Examination
from openmed.app.family_policy import FamilyPolicy
from openmed.app.pipeline_stages import PartReport
from openmed.app.plan import Plan
from openmed.app.policies import PolicyLint
from openmed.app.policy_suggestion import SuggestedPolicy
from openmed.cli.output_format import SCHEMA as ENVELOPE
from openmed.domain.attestation.head_statement import FIELD as HEAD_FIELD
from openmed.domain.attestation.head_statement import PREDICATE_TYPE as HEAD_TYPE
from openmed.domain.attestation.head_statement import LedgerHead
from openmed.domain.attestation.measurement_statement import FIELD as MEASUREMENT_FIELD
from openmed.domain.attestation.measurement_statement import PREDICATE_TYPE as MEASUREMENT_TYPE
from openmed.domain.attestation.measurement_statement import SignableMeasurement
from openmed.domain.attestation.policy_statement import FIELD, PolicyStatement
from openmed.domain.attestation.policy_statement import PREDICATE_TYPE as POLICY_STATEMENT_TYPE
from openmed.domain.attestation.release_statement import FIELD as RELEASE_FIELD
from openmed.domain.attestation.release_statement import PREDICATE_TYPE as RELEASE_TYPE
from openmed.domain.attestation.release_statement import ReleaseFile, ReleaseStatement
from openmed.domain.attestation.statement import (
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    SLSA_VERSION,
    STATEMENT_TYPE,
    VERDICT_FIELD,
    VERIFIER_ID,
)
from openmed.domain.attestation.waiver import PREDICATE_TYPE as WAIVER_TYPE
from openmed.domain.attestation.waiver import WAIVER_FIELD, Waiver
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json
from openmed.domain.downloads.record import DownloadRecord
from openmed.domain.evaluation.comparison import Comparison
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.recheck import Recheck
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.explanation import Explanation
from openmed.domain.gates.gate import Gate
from openmed.domain.gates.policy_schema import DIALECT, floor_schema, policy_schema
from openmed.domain.gates.power import Power
from openmed.domain.gates.verdict import Verdict
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.pages.fleet_difference import FleetDifference
from openmed.domain.pages.release_summary import ReleaseSummary
from openmed.domain.release.product import SCHEMA as PRODUCT
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.suites.generated import GeneratedSuite
from openmed.domain.suites.suite import SuitePin

Schema = Mapping[str, Json]
_TEXT: Final[Schema] = {"type": "string"}
_DIGEST: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_SHA256: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sha256"],
    "properties": {"sha256": _DIGEST},
}


class Named(NamedTuple):
    """One schema.

    Attributes:
        what: which file or answer follows it.
        made: draws it, for the gates that a policy may name.
    """

    what: str
    made: Callable[[tuple[Gate, ...]], Schema]


def _value(kind: type[Frozen], what: str, *, written: bool = False) -> Named:
    return Named(what, lambda _: _of(kind, what, mode="validation" if written else "serialization"))


def _rows(key: str, kind: type[Frozen], what: str) -> Named:
    return Named(what, lambda _: _table(key, kind, what))


SCHEMAS: Final[Mapping[str, Named]] = {
    "candidates": _rows("candidate", Candidate, "gates/candidates.toml: the queue"),
    "suites": Named("gates/suites.toml: the pinned suites", lambda _: _suites()),
    "policy": Named(
        "gates/policy/*.toml: thresholds", lambda gates: cast("Schema", policy_schema(gates))
    ),
    "floor": Named(
        "gates/policy/floor.toml: the minimum of green",
        lambda gates: cast("Schema", floor_schema(gates)),
    ),
    "profile": _value(RunnerProfile, "runner_profile.json: how a model is run", written=True),
    "policy-statement": Named(
        "the statement on a weaker policy in gates/waivers/*.json", lambda _: _policy_statement()
    ),
    "measurement": Named(
        "the statement in gates/measurements/*.json", lambda _: _measurement_statement()
    ),
    "waiver": Named("the statement in gates/waivers/*.json", lambda _: _waiver()),
    "head": Named(
        "the statement in gates/head.json",
        lambda _: _said(LedgerHead, HEAD_FIELD, HEAD_TYPE, "a signed head of the ledger"),
    ),
    "release-statement": Named(
        "the statement in release.json",
        lambda _: _said(ReleaseStatement, RELEASE_FIELD, RELEASE_TYPE, "a signed release"),
    ),
    "release-file": _value(ReleaseFile, "release.json: beside the files of a served release"),
    "download": _value(DownloadRecord, "openmed-download.json: what was downloaded"),
    "envelope": Named(
        "gates/head.json, gates/evidence/*.json and gates/waivers/*.json: DSSE",
        lambda _: _envelope(),
    ),
    "statement": Named(
        "the statement in a signed verdict: in-toto v1, SLSA VSA", lambda _: _statement()
    ),
    "report": _value(BenchmarkReport, "what one suite measured on one model"),
    "release-summary": _value(ReleaseSummary, "what pages show of a release; evidence of a flip"),
    "performance": _value(PerformanceReport, "speed, memory and determinism of one model"),
    "comparison": _value(Comparison, "answer of benchmark compare"),
    "product": Named("artifacts/runs/SLOT/*.json: a step's product", lambda _: _product()),
    "entry": _value(Entry, "gates/ledger/*.json: one ledger entry"),
    "pointer": _value(PointerTable, "gates/pointer.json: what is live"),
    "run-report": _value(RunReport, "artifacts/run-report.json: result of a run"),
    "recheck": _value(Recheck, "artifacts/recheck.json: a sample that was run again"),
    "part-report": _value(PartReport, "answer of release stage, gate and regenerate"),
    "plan": _value(Plan, "answer of release plan, under `plan`"),
    "difference": _value(FleetDifference, "answer of release diff"),
    "explanation": _value(Explanation, "answer of release explain"),
    "power": _value(Power, "answer of release power"),
    "policy-lint": _value(PolicyLint, "answer of policy lint"),
    "policy-suggestion": _value(SuggestedPolicy, "answer of policy suggest"),
    "family-policy": _value(FamilyPolicy, "answer of policy suggest --family"),
    "adoption": _value(AdoptionReport, "answer of adopt"),
    "doctor": _value(Examination, "answer of doctor"),
    "cli": Named("every answer with --json", lambda _: _answer()),
    "events": Named("each line of --format jsonl", lambda _: _events()),
}
"""Every schema: first what people write, then what the engine does."""

DATA: Final[Mapping[str, str]] = {
    "release run": "run-report",
    "release flip": "run-report",
    "release rollback": "run-report",
    "release stage": "part-report",
    "release gate": "part-report",
    "release recheck": "recheck",
    "release regenerate": "part-report",
    "release diff": "difference",
    "release explain": "explanation",
    "release power": "power",
    "benchmark compare": "comparison",
    "policy lint": "policy-lint",
    "policy suggest": "policy-suggestion",
    "adopt": "adoption",
    "doctor": "doctor",
}
"""The schema that the `data` of a command follows, where it is one value."""


def _of(kind: type[Frozen], title: str, *, mode: Literal["validation", "serialization"]) -> Schema:
    """Schema of one value, with what its docstring says of each field."""
    reference, definitions = _definitions(kind, mode=mode)
    own = reference.rpartition("/")[2]
    return _whole(title, definitions.pop(own), definitions)


def _definitions(
    kind: type[Frozen], *, mode: Literal["validation", "serialization"]
) -> tuple[str, dict[str, Schema]]:
    references, whole = models_json_schema([(kind, mode)], by_alias=True)
    found = cast("dict[str, dict[str, Json]]", whole["$defs"])
    return str(references[kind, mode]["$ref"]), {name: _told(part) for name, part in found.items()}


def _whole(title: str, schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    own = {"$defs": definitions} if definitions else {}
    return {"$schema": DIALECT, **schema, "title": title, **own}


def _table(key: str, kind: type[Frozen], title: str) -> Schema:
    reference, definitions = _definitions(kind, mode="validation")
    rows: Schema = {"type": "array", "minItems": 1, "items": {"$ref": reference}}
    return _whole(title, _object({key: rows}), definitions)


def _suites() -> Schema:
    title = "gates/suites.toml: the pinned suites"
    pinned, definitions = _definitions(SuitePin, mode="validation")
    generated, others = _definitions(GeneratedSuite, mode="validation")
    rows: Schema = {
        key: {"type": "array", "minItems": 1, "items": {"$ref": reference}}
        for key, reference in (("suite", pinned), ("generated", generated))
    }
    return _whole(title, _object(rows, optional=("generated",)), {**definitions, **others})


def _told(part: Mapping[str, Json]) -> Schema:
    """Move what a docstring says of its fields to the fields."""
    text, _, fields = str(part.get("description", "")).partition("\n\nAttributes:\n")
    said = {
        name: re.sub(r"\s+", " ", meaning).strip()
        for name, meaning in re.findall(r"^    (\w+): (.+(?:\n     +.+)*)", fields, re.MULTILINE)
    }
    properties = cast("Mapping[str, Mapping[str, Json]]", part.get("properties", {}))
    told = {
        name: {**schema, **({"description": said[name]} if name in said else {})}
        for name, schema in properties.items()
    }
    described = {"description": re.sub(r"\s+", " ", text)} if text else {}
    return {**part, **described, **({"properties": told} if told else {})}


def _object(properties: Mapping[str, Json], *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _exactly(value: str) -> Schema:
    return {"const": value}


def _product() -> Schema:
    return _whole(
        "a step's product",
        _object(
            {
                "schema": _exactly(PRODUCT),
                "materials": {**_DIGEST, "description": "What it was made from."},
                "checksum": {**_DIGEST, "description": "Of the content, canonical."},
                "content": {"type": "object", "description": "The value; its `schema` names it."},
            }
        ),
        {},
    )


def _envelope() -> Schema:
    signature = _object({"keyid": _DIGEST, "sig": _TEXT})
    return _whole(
        "DSSE envelope with one Ed25519 signature",
        _object(
            {
                "payload": {**_TEXT, "contentEncoding": "base64"},
                "payloadType": _exactly(PAYLOAD_TYPE),
                "signatures": {"type": "array", "minItems": 1, "maxItems": 1, "items": signature},
            }
        ),
        {},
    )


def _in_toto(predicate_type: str, predicate: Schema) -> Schema:
    return _object(
        {
            "_type": _exactly(STATEMENT_TYPE),
            "subject": {
                "type": "array",
                "minItems": 1,
                "items": _object({"name": _TEXT, "digest": _SHA256}),
            },
            "predicateType": _exactly(predicate_type),
            "predicate": predicate,
        }
    )


def _verifier() -> dict[str, Json]:
    return {"id": {"type": "string", "pattern": f"^{VERIFIER_ID}[a-z0-9-]+$"}}


def _statement() -> Schema:
    reference, definitions = _definitions(Verdict, mode="serialization")
    resource = _object({"uri": _TEXT, "digest": _SHA256})
    engine = _object({"openmed-release": _TEXT})
    predicate = _object(
        {
            "verifier": _object({**_verifier(), "version": engine}),
            "timeVerified": _TEXT,
            "resourceUri": _TEXT,
            "policy": resource,
            "inputAttestations": {"type": "array", "items": resource},
            "verificationResult": {"enum": ["PASSED", "FAILED"]},
            "verifiedLevels": {"type": "array", "minItems": 1, "maxItems": 1, "items": _TEXT},
            "slsaVersion": _exactly(SLSA_VERSION),
            VERDICT_FIELD: {"$ref": reference},
        }
    )
    return _whole("a signed verdict", _in_toto(PREDICATE_TYPE, predicate), definitions)


def _policy_statement() -> Schema:
    reference, definitions = _definitions(PolicyStatement, mode="validation")
    predicate = _object({"verifier": _object(_verifier()), FIELD: {"$ref": reference}})
    title = "a signed policy statement"
    return _whole(title, _in_toto(POLICY_STATEMENT_TYPE, predicate), definitions)


def _measurement_statement() -> Schema:
    reference, definitions = _definitions(SignableMeasurement, mode="serialization")
    predicate = _object(
        {
            "verifier": _object(_verifier()),
            "report": _SHA256,
            MEASUREMENT_FIELD: {"$ref": reference},
        }
    )
    title = "a signed measurement"
    return _whole(title, _in_toto(MEASUREMENT_TYPE, predicate), definitions)


def _said(kind: type[Frozen], field: str, predicate: str, title: str) -> Schema:
    """A statement that says one value, by one verifier."""
    reference, definitions = _definitions(kind, mode="serialization")
    said = _object({"verifier": _object(_verifier()), field: {"$ref": reference}})
    return _whole(title, _in_toto(predicate, said), definitions)


def _waiver() -> Schema:
    reference, definitions = _definitions(Waiver, mode="validation")
    predicate = _object(
        {
            "verifier": _object(_verifier()),
            "quarantinedBy": _object({"uri": _TEXT, "digest": _SHA256}),
            WAIVER_FIELD: {"$ref": reference},
        }
    )
    return _whole("a signed waiver", _in_toto(WAIVER_TYPE, predicate), definitions)


def _forms(**more: Json) -> list[Schema]:
    """A command that worked, and one that did not."""
    error = _object(
        {
            "code": {**_TEXT, "description": "Kind of error."},
            "message": {**_TEXT, "description": "One sentence: what, got, wanted."},
            "hint": {**_TEXT, "description": "What to do next; may be empty."},
            "retryable": {"type": "boolean", "description": "May the same call succeed later?"},
            "exit_code": {"type": "integer", "minimum": 1, "maximum": 255},
        }
    )
    common: dict[str, Json] = {**more, "schema": _exactly(ENVELOPE), "command": _TEXT}
    return [
        _object({**common, "ok": {"const": True}, "data": {}}),
        _object({**common, "ok": {"const": False}, "error": error}),
    ]


def _answer() -> Schema:
    return _whole("answer of a command", {"oneOf": _forms()}, {})


def _events() -> Schema:
    number, text = {"type": "number"}, {"type": ["string", "null"]}
    step = _object(
        {
            "type": _exactly("step"),
            "task": _TEXT,
            "state": {"enum": ["started", "computed", "reused", "failed", "interrupted"]},
            "seconds": number,
            "message": text,
            "hint": text,
        },
        optional=("seconds", "message", "hint"),
    )
    count: Schema = {"type": "integer", "minimum": 0}
    told = _object(
        {
            "type": {"enum": ["progress", "trouble"]},
            "text": _TEXT,
            "task": _TEXT,
            "documents": count,
            "of": count,
        },
        optional=("task", "documents", "of"),
    )
    by_kind: Schema = {"type": "object", "additionalProperties": count}
    kinds = {"steps": by_kind, "standing": by_kind}
    run = _object({"type": _exactly("run"), **kinds}, optional=tuple(kinds))
    result = _forms(type=_exactly("result"))
    return _whole("one event of a stream", {"oneOf": [step, told, run, *result]}, {})
