"""Products of steps: a value with the digest of what it was made from.

A step looks at its own product first: if the recorded materials are the present ones, the
product stands and nothing is done. The build database is a cache; this is the fact.
"""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, Literal, NamedTuple, Protocol, Self, TypeVar

from pydantic import Field, model_validator

from openmed.domain.digest import Json, digest_of
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Digest, Frozen, is_absent
from openmed.domain.gates.gate import MeasuredElsewhere
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.text.exception_names import exception_name
from openmed.domain.wire import digest_value, from_plain, parse, plain, pretty, read_table
from openmed.errors import EvidenceError, OpenMedError
from openmed.exit_codes import EXIT_CODE_OF, ExitCode

Value = TypeVar("Value", bound=Frozen)
Value_co = TypeVar("Value_co", bound=Frozen, covariant=True)

SCHEMA = "openmed.product/1"
VERDICT: Final = "verdict"
"""Name of the product that holds a candidate's verdict."""
MOST_ATTEMPTS = 2
"""The same error on the same materials is tried this often; then only when asked to."""


class ErrorProduct(Frozen):
    """What a step leaves when it could not make its product. Never evidence of anything.

    Attributes:
        fault: what went wrong.
        attempts: how often in a row it went wrong this way on these materials.
    """

    schema_: Literal["openmed.error/1"] = Field(default="openmed.error/1", alias="schema")
    fault: StepFault
    attempts: Annotated[int, Field(ge=1)]


class BaselineReport(Frozen):
    """Product of `baseline`: the report of what a candidate is compared with.

    Attributes:
        report: the report where it was measured again; None when nothing is live, or where it is
            the recorded one.
        recorded: digest of the recorded report, a file of the evidence. Version 1 copied it.
    """

    schema_: Literal["openmed.baseline-report/1", "openmed.baseline-report/2"] = Field(
        default="openmed.baseline-report/2", alias="schema"
    )
    report: BenchmarkReport | None
    recorded: Digest | None = Field(default=None, exclude_if=is_absent)

    @model_validator(mode="after")
    def _has_one_of_both(self) -> Self:
        is_old = self.schema_ == "openmed.baseline-report/1"
        if self.recorded is not None and (is_old or self.report is not None):
            msg = "a recorded report is named, not copied"
            raise ValueError(msg)
        return self

    def opened(self, evidence: Callable[[str], bytes]) -> "BaselineReport":
        """The same with its report at hand.

        Args:
            evidence: gives an evidence file's bytes, checked against its name.

        Raises:
            OpenMedError: the recorded report is missing or damaged.
        """
        if self.recorded is None:
            return self
        data = evidence(self.recorded)
        return BaselineReport(report=parse(BenchmarkReport, data, what="the recorded report"))


class VerdictProduct(Frozen):
    """Product of `compare`.

    Attributes:
        verdict: the verdict.
        envelope: DSSE envelope over its statement, as text; None when there is no verdict
            to sign.
    """

    schema_: Literal["openmed.verdict-product/1"] = Field(
        default="openmed.verdict-product/1", alias="schema"
    )
    verdict: Verdict
    envelope: str | None


class Made(NamedTuple, Generic[Value]):
    """A product as it stands on disk.

    Attributes:
        materials: what it was made from.
        value: the value, or the error.
        checksum: digest of its content, checked when it was read; empty where it was not read.
    """

    materials: str
    value: Value | ErrorProduct
    checksum: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it has a value, and no error."""
        return not isinstance(self.value, ErrorProduct)

    @property
    def digest(self) -> str:
        """Digest of the value; what was read is not written out again to know it."""
        return self.checksum or digest_value(self.value)


class Step(Protocol[Value_co]):
    """One unit of work: materials in, one product out."""

    @property
    def slot(self) -> str:
        """Slot the product belongs to; empty for the fleet."""

    @property
    def name(self) -> str:
        """Name of the product."""

    @property
    def product_type(self) -> type[Value_co]:
        """What the product is."""

    @property
    def task(self) -> str:
        """Task name for people, e.g. `benchmark:pii::tiny::onnx:golden`."""

    def inputs_digest(self) -> str:
        """Digest of everything the product is made from, as it is now."""

    def run(self) -> Value_co:
        """Make the product."""

    def is_current(self, value: Frozen) -> bool:
        """Whether a product of the present materials is still whole; by default it is."""
        return isinstance(value, Frozen)

    def may_improve(self, value: Frozen) -> bool:
        """Whether a whole product may come out better if it is made again when asked to."""
        return not isinstance(value, Frozen)

    def after_write(self, value: Frozen) -> None:  # noqa: ARG002 - a default
        """What must follow the writing of the product; by default nothing."""
        return


class Recounted(NamedTuple, Generic[Value]):
    """A product, counted again.

    Attributes:
        value: what it would be now.
        predictions: digest of the predictions it was counted from; None = of none: it is
            recorded, or lacks answers.
        documents: how many documents these are for.
        measured: what stands in where the suite's text is missing; None = it was counted.
    """

    value: Value
    predictions: str | None
    documents: int
    measured: MeasuredElsewhere | None = None


class CountedStep(Step[Value], Protocol[Value]):
    """A step whose product is counted from predictions, so it can be counted again."""

    def count_again(self, value: Value) -> Recounted[Value]:
        """What the product would be now, from predictions that are kept.

        Raises:
            OpenMedError: bytes, suite or predictions are missing or not what they should be.
        """


def decision_in(data: bytes) -> str:
    """What a product of `compare` says it decided, to be shown: nothing of it is checked.

    `NOT_EVALUATED` for one that could not be made, or that says nothing that can be read.
    """
    try:
        content = json.loads(data)["content"]
        if content.get("schema") == "openmed.error/1":
            return Decision.NOT_EVALUATED
        return Decision(content["verdict"]["decision"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Decision.NOT_EVALUATED


def encode_product(materials: str, value: Frozen) -> bytes:
    """Bytes of a product file."""
    content = plain(value)
    return pretty(
        {
            "schema": SCHEMA,
            "materials": materials,
            "checksum": digest_of(content),
            "content": content,
        }
    )


def decode_product(data: bytes, kind: type[Value], *, what: str) -> Made[Value]:
    """Read a product file; a file that was cut or edited is refused by its checksum.

    Raises:
        EvidenceError: not a product, not of this kind, or damaged.
    """
    table = read_table(data, what=what)
    if table.keys() != {"schema", "materials", "checksum", "content"}:
        msg = f"{what} is not a product file"
        raise EvidenceError(msg)
    content: Json = table["content"]
    materials = table["materials"]
    if table["schema"] != SCHEMA or not isinstance(materials, str):
        msg = f"{what} follows another schema"
        raise EvidenceError(msg)
    digest = digest_of(content)
    if table["checksum"] != digest:
        msg = f"{what} was changed after it was written"
        raise EvidenceError(msg)
    is_error = isinstance(content, dict) and content.get("schema") == "openmed.error/1"
    value: Value | ErrorProduct = (
        from_plain(ErrorProduct, content, what=what)
        if is_error
        else from_plain(kind, content, what=what)
    )
    return Made(materials=materials, value=value, checksum=digest)


def is_up_to_date(made: Made[Value] | None, *, materials: str, retry: bool) -> bool:
    """Whether a product may stay as it is.

    An error stands only when it happened again on the same materials and nobody asked to
    try once more: a hanging model must not burn its timeout every day.
    """
    if made is None or made.materials != materials:
        return False
    if isinstance(made.value, ErrorProduct):
        return made.value.attempts >= MOST_ATTEMPTS and not retry
    return True


def next_error(made: Made[Value] | None, *, materials: str, fault: StepFault) -> ErrorProduct:
    """The error product for a fault, counting up when it is the same one again."""
    before = made.value if made is not None and made.materials == materials else None
    same = isinstance(before, ErrorProduct) and before.fault.error == fault.error
    attempts = before.attempts + 1 if same and isinstance(before, ErrorProduct) else 1
    return ErrorProduct(fault=fault, attempts=attempts)


def value_in(made: Made[Value] | None, kind: type[Value]) -> Value | None:
    """The value of a product; None where it is missing, or an error."""
    return made.value if made is not None and isinstance(made.value, kind) else None


def values_in(made: Sequence[Made[Value] | None], kind: type[Value]) -> tuple[Value, ...]:
    """Values of products, of those that have one."""
    values = (value_in(one, kind) for one in made)
    return tuple(value for value in values if value is not None)


def reports_in(made: Sequence[Made[BaselineReport] | None]) -> tuple[BenchmarkReport, ...]:
    """Reports of other releases, those at hand."""
    rows = values_in(made, BaselineReport)
    return tuple(row.report for row in rows if row.report is not None)


def fault_in(made: Made[Value] | None, *, step: str) -> tuple[StepFault, ...]:
    """What kept a product from being made; nothing where it was."""
    if made is None:
        message = f"{step} produced no result"
        return (
            StepFault(step=step, error="missing", message=message, exit_code=ExitCode.NO_VERDICT),
        )
    return (made.value.fault,) if isinstance(made.value, ErrorProduct) else ()


def marker_text(verdict: Verdict) -> str:
    """What the quarantine marker says: a file for people; the fact is in the ledger.

    Without the time, so that a marker that was removed comes back as it was.
    """
    content = {
        "slot": verdict.slot,
        "artifact": verdict.artifact,
        "gates": {gate.id: gate.message for gate in verdict.failing},
        "note": "Removing this file lifts nothing: the quarantine is a ledger fact.",
    }
    return pretty(content).decode()


def materials_digest(**parts: Json) -> str:
    """Digest over named materials."""
    return digest_of(dict(parts))


def fault_of(error: Exception, *, step: str) -> StepFault:
    """Say a failure as a value, without anything that might quote a document.

    Messages of our own errors are ours; of a foreign exception only its type is kept.
    """
    if isinstance(error, OpenMedError):
        return StepFault(
            step=step,
            error=exception_name(error),
            message=error.message,
            next_step=error.next_step,
            exit_code=EXIT_CODE_OF[error.kind],
        )
    reason = (error.strerror or "") if isinstance(error, OSError) else ""
    kind = exception_name(error)
    message = f"{step} broke: {kind}{f' ({reason})' if reason else ''}"
    following = "openmed doctor" if isinstance(error, OSError) else ""
    return StepFault(
        step=step,
        error=kind,
        message=message,
        next_step=following,
        exit_code=ExitCode.INTERNAL,
    )
