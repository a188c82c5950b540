"""The pipeline, stated once: its steps, what each is made from, how often each runs.

    stage ─┬─▶ benchmark ────┐
           ├─▶ baseline ─────┤
           ├─▶ performance ──┼─▶ compare ─▶ flip ─▶ regenerate
               parent ───────┘

The tasks of doit, `release plan`, `gate`, `flip` and `benchmark run` read their order here and have
none of their own. How a step is built is in `release_graph.py`, what it does in `openmed/steps/`.
"""

from enum import StrEnum
from typing import Final, NamedTuple

EVERY = "*"
"""Pattern of every slot."""


class Each(StrEnum):
    """How often a step runs."""

    CANDIDATE = "candidate"
    SUITE = "suite of the candidate's policy"
    PARENT_SUITE = "suite of the candidate's policy, where its row names a parent"
    FLEET = "fleet"


class StepDefinition(NamedTuple):
    """One step of the pipeline.

    Attributes:
        name: its name, and that of its builder in `ReleaseGraph`.
        group: how the names of its tasks begin, e.g. `benchmark` of `benchmark:SLOT:SUITE`.
        each: how often it runs.
        made_from: steps whose products it reads: of the same candidate, or of all.
        summary: what it does.
        alone_after: steps of the whole fleet that end first, and then it runs one at a time.
    """

    name: str
    group: str
    each: Each
    made_from: tuple[str, ...]
    summary: str
    alone_after: tuple[str, ...] = ()


class Pipeline:
    """Steps in the order in which they are made.

    Attributes:
        steps: all of them.
    """

    def __init__(self, *steps: StepDefinition) -> None:
        """Take the steps.

        Raises:
            ValueError: a step stands twice, or before one it is made from.
        """
        self.steps = steps
        seen: set[str] = set()
        for step in steps:
            if step.name in seen or not {*step.made_from, *step.alone_after} <= seen:
                msg = f"step {step.name} stands twice, or before one it is made from"
                raise ValueError(msg)
            seen.add(step.name)

    def named(self, name: str) -> StepDefinition:
        """One step."""
        return next(step for step in self.steps if step.name == name)

    def before(self, name: str) -> tuple[StepDefinition, ...]:
        """Everything a step rests on, in order."""
        below: set[str] = set()
        pending = list(self.named(name).made_from)
        while pending:
            found = pending.pop()
            below.add(found)
            pending += self.named(found).made_from
        return tuple(step for step in self.steps if step.name in below)

    def until(self, name: str) -> tuple[StepDefinition, ...]:
        """Everything a step rests on, and the step."""
        return (*self.before(name), self.named(name))

    def since(self, name: str) -> tuple[StepDefinition, ...]:
        """The step, and everything that rests on it, in order."""
        above = (step for step in self.steps if self.named(name) in self.before(step.name))
        return (self.named(name), *above)


PIPELINE: Final = Pipeline(
    StepDefinition(
        "stage",
        group="stage",
        each=Each.CANDIDATE,
        made_from=(),
        summary="Freeze each candidate's bytes by content.",
    ),
    StepDefinition(
        "benchmark",
        group="benchmark",
        each=Each.SUITE,
        made_from=("stage",),
        summary="Run each staged candidate on each suite of its policy; then time it, alone.",
    ),
    StepDefinition(
        "baseline",
        group="baseline",
        each=Each.SUITE,
        made_from=("stage",),
        summary="Have the reports of what each candidate is compared with.",
    ),
    StepDefinition(
        "parent",
        group="parent",
        each=Each.PARENT_SUITE,
        made_from=(),
        summary="Have the reports of what each candidate was reduced from, if its row says so.",
    ),
    StepDefinition(
        "performance",
        group="benchmark",
        each=Each.CANDIDATE,
        made_from=("stage",),
        summary="Measure speed, memory and determinism while nothing else computes.",
        alone_after=("benchmark",),
    ),
    StepDefinition(
        "compare",
        group="compare",
        each=Each.CANDIDATE,
        made_from=("stage", "benchmark", "baseline", "parent", "performance"),
        summary="Judge each candidate by its policy.",
    ),
    StepDefinition(
        "flip",
        group="flip",
        each=Each.FLEET,
        made_from=("compare",),
        summary="Move what is releasable, in one commit.",
    ),
    StepDefinition(
        "regenerate",
        group="regenerate",
        each=Each.FLEET,
        made_from=("flip",),
        summary="Write records, cards, benchmark cards, leaderboard and status from what is live.",
    ),
)
"""The pipeline of a release."""
