"""What does counting every report again cost, beside the run that measured it?

    python benchmarks/recount.py [--slot pii::tiny::onnx]

Measures one candidate of this checkout's queue in a temporary folder, as a run does, then counts
its reports again: in the process that measured them, and in a new one, as the flip job of CI does.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from openmed.context import Context, open_context, temporary_context
from openmed.domain.release.product import ErrorProduct
from openmed.pipeline.release_graph import ReleaseGraph

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print seconds, and each recount as a share of the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--slot", default="pii::tiny::onnx")
    slot = parser.parse_args().slot
    with temporary_context(open_context(ROOT, quiet=True), profile=None) as place:
        world = _with_our_profiles(place)
        graph = ReleaseGraph(world, pattern=slot)
        (candidate,) = graph.candidates
        steps = graph.measuring(candidate)
        with _timed() as run:
            for step in steps:
                graph.run(step)
        faults = [done.fault.message for done in graph.performed if done.fault]
        if faults:
            raise SystemExit(faults[0])
        with _timed() as same:
            _count_again(graph)
        world = _with_our_profiles(place)
        world.inputs.suite(graph.timed_on(slot))  # Imports and the like are no part of counting.
        with _timed() as new:
            _count_again(ReleaseGraph(world, pattern=slot, may_build=False))
    _say(f"measured in {run[0]:.2f} s: {', '.join(step.task for step in steps)}")
    _say(f"counted again in the same process: {same[0]:.3f} s, {same[0] / run[0]:.2%}")
    _say(f"counted again in another process: {new[0]:.3f} s, {new[0] / run[0]:.2%}")


def _count_again(graph: ReleaseGraph) -> None:
    (candidate,) = graph.candidates
    for pin in graph.suites(candidate.slot):
        step = graph.benchmark(candidate, pin)
        made = graph.world.products.read(step.slot, step.name, step.product_type)
        if made is None or isinstance(made.value, ErrorProduct):
            raise SystemExit(f"no report of suite {pin.name}")
        if step.count_again(made.value).value != made.value:
            raise SystemExit(f"the report of suite {pin.name} does not come out again")


@contextmanager
def _timed() -> Iterator[list[float]]:
    seconds: list[float] = []
    began = time.monotonic()
    yield seconds
    seconds.append(time.monotonic() - began)


def _with_our_profiles(place: Context) -> Context:
    """A new process's eyes: nothing is remembered."""
    return replace(place, profiles=ROOT)


def _say(line: str) -> None:
    print(line)


if __name__ == "__main__":
    main()
