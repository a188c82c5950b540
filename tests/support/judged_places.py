"""A place whose candidates are judged by the step that does it in a run, not past it."""

from dataclasses import dataclass
from typing import TypeVar

from support import builders
from support.places import ZERO, FixedInputs, Place

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.rules import GATES
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours
from openmed.domain.release.product import BaselineReport, CountedStep, Recounted, VerdictProduct
from openmed.domain.release.results.slot_result import Result
from openmed.domain.suites.suite import SuitePin
from openmed.steps.compare import Compare

Value = TypeVar("Value", bound=Frozen)


@dataclass(frozen=True)
class Reviewed(FixedInputs):
    """With a catalogue, and the suite that is timed."""

    def pins(self) -> tuple[SuitePin, ...]:
        """Two suites."""
        return (builders.a_pin(), builders.a_pin(name="smoke"))

    def listed(self, repo_id: str) -> Listed:
        """What the row says."""
        (row,) = self.rows
        assert repo_id == row.repo_id
        return Listed(row=builders.a_catalogue_row(row))


class BuiltReport(CountedStep[Value]):
    """A report that was built, not counted: counted again it comes out as it is."""

    def __init__(self, name: str, kind: type[Value]) -> None:
        """Name the product."""
        self._name = name
        self._kind = kind

    @property
    def slot(self) -> str:
        """None."""
        return ""

    @property
    def name(self) -> str:
        """Of the product."""
        return self._name

    @property
    def product_type(self) -> type[Value]:
        """What it is."""
        return self._kind

    @property
    def task(self) -> str:
        """None."""
        return ""

    def inputs_digest(self) -> str:
        """Of nothing."""
        return ZERO

    def run(self) -> Value:
        """Never run here."""
        raise NotImplementedError

    def count_again(self, value: Value) -> Recounted[Value]:
        """The same."""
        return Recounted(value, predictions=None, documents=0)


def judge_copy(
    place: Place,
    content: bytes,
    *,
    like: bytes | None = None,
    row: Candidate | None = None,
    covered: dict[str, int] | None = None,
) -> VerdictProduct:
    """Measure and judge bytes that predict as others do, by the step that does it in a run."""
    candidate = row or builders.a_candidate()
    staged = builders.a_staged(candidate, content=content)
    behaves_like = builders.artifact_of(content if like is None else like)
    report = builders.a_report(
        staged, candidate=candidate, covered=covered, behaves_like=behaves_like
    )
    place.stage(content)
    for name, product in (
        ("staged", staged),
        ("golden", report),
        ("performance", builders.a_performance(staged)),
        ("baseline-golden", BaselineReport(report=None)),
    ):
        place.products.write(candidate.slot, name, ZERO, product)
    step = compare_step(place, candidate)
    made = step.run()
    place.products.write(candidate.slot, "verdict", ZERO, made)
    return made


def compare_step(place: Place, candidate: Candidate) -> Compare:
    """The step that judges what was measured."""
    return Compare(
        candidate=candidate,
        staged_product="staged",
        inputs=Reviewed((candidate,), builders.a_policy()),
        products=place.products,
        store=place.store,
        releases=place.releases,
        signer=place.signer,
        benchmarks=(BuiltReport("golden", BenchmarkReport),),
        references=(BuiltReport("baseline-golden", BaselineReport),),
        recheck=None,
        gates=GATES,
        gates_code=ZERO,
        condemned=CondemnedBehaviours(place.releases.evidence),
        engine_version="1",
        now=place.now,
    )


def offer_copy(place: Place, content: bytes, **how: object) -> Result:
    """Judge and flip."""
    judge_copy(place, content, **how)  # type: ignore[arg-type]
    (result,) = place.flip().results
    return result
