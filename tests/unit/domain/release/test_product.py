"""Products stand on their materials; errors are tried again, but not for ever."""

from collections.abc import Callable

import pytest
from support import builders

from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import (
    BaselineReport,
    ErrorProduct,
    Made,
    decode_product,
    encode_product,
    fault_of,
    is_up_to_date,
    next_error,
)
from openmed.domain.wire import digest_value, dump, from_plain, plain
from openmed.errors import EvidenceError, IntegrityError

FAULT = StepFault(step="stage", error="ExternalError", message="killed", exit_code=5)


def _error(attempts: int) -> Made[StagedCandidate]:
    return Made(materials="m", value=ErrorProduct(fault=FAULT, attempts=attempts))


def test_a_product_reads_back_as_itself() -> None:
    """With the digest of what it was made from."""
    staged = builders.a_staged()
    data = encode_product("m", staged)
    made = decode_product(data, StagedCandidate, what="p")
    assert (made.materials, made.value, made.digest) == ("m", staged, digest_value(staged))
    assert Made(materials="m", value=staged).digest == made.digest


def test_a_recorded_baseline_is_named_or_copied_never_both() -> None:
    """Version 1 has no name for it; whichever it is, the report is at hand when it is opened."""
    report = builders.a_report()
    name = digest_value(report)
    named = BaselineReport(report=None, recorded=name)
    files = {name: dump(report)}
    assert named.opened(files.__getitem__).report == report
    assert BaselineReport(report=report).opened(files.__getitem__).report == report
    assert BaselineReport(report=None).opened(files.__getitem__).report is None
    for schema, inside in (
        ("openmed.baseline-report/2", plain(report)),
        ("openmed.baseline-report/1", None),
    ):
        table = {"schema": schema, "report": inside, "recorded": name}
        with pytest.raises(EvidenceError, match="named, not copied"):
            from_plain(BaselineReport, table, what="baseline")


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-10],
    "edited": lambda data: data.replace(b'"size": 7', b'"size": 8'),
    "another schema": lambda data: data.replace(b"openmed.product/1", b"openmed.product/2"),
    "no materials": lambda data: data.replace(b'"materials": "m"', b'"materials": 1'),
    "another object": lambda _: b"{}",
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_a_damaged_product_is_refused(name: str) -> None:
    """Never read as a product, whatever happened to it."""
    data = DAMAGED[name](encode_product("m", builders.a_staged()))
    with pytest.raises(EvidenceError):
        decode_product(data, StagedCandidate, what="p")


def test_a_product_stands_on_its_materials_only() -> None:
    """Other materials, or no product, mean work."""
    made = Made(materials="m", value=builders.a_staged())
    assert is_up_to_date(made, materials="m", retry=False)
    assert not is_up_to_date(made, materials="n", retry=False)
    assert not is_up_to_date(None, materials="m", retry=False)


def test_an_error_is_tried_twice_and_then_when_asked() -> None:
    """A hanging model must not burn its time-out every day."""
    assert not is_up_to_date(_error(1), materials="m", retry=False)
    assert is_up_to_date(_error(2), materials="m", retry=False)
    assert not is_up_to_date(_error(2), materials="m", retry=True)
    assert not is_up_to_date(_error(2), materials="n", retry=False)


def test_the_same_error_on_the_same_materials_counts_up() -> None:
    """Anything else starts again at one."""
    assert next_error(_error(1), materials="m", fault=FAULT).attempts == 2
    assert next_error(_error(1), materials="n", fault=FAULT).attempts == 1
    other = StepFault(step="stage", error="Other", message="m", exit_code=5)
    assert next_error(_error(1), materials="m", fault=other).attempts == 1
    assert next_error(None, materials="m", fault=FAULT).attempts == 1


def test_a_foreign_exception_leaves_only_its_type() -> None:
    """Its message may quote a document."""
    fault = fault_of(ValueError("Anna Lopez"), step="benchmark")
    assert fault.message == "benchmark broke: ValueError"
    assert fault.exit_code == 1


def test_our_own_error_keeps_sentence_step_and_code() -> None:
    """So a person knows what next."""
    fault = fault_of(IntegrityError("changed", next_step="look"), step="flip")
    assert (fault.message, fault.next_step, fault.exit_code) == ("changed", "look", 7)
