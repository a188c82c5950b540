"""What does counting every report again cost, beside the run that measured it?

    python benchmarks/recount.py [--slot '*'] [--times 5]

Measures the candidates of this checkout's queue in a temporary folder, as a run does, then counts
their reports again: in the process that measured them, and in new ones, as the flip job of CI does.
Of a new process the time from the open repository to the last report counts: reading the queue, the
policies and the suites, writing the generated ones again, and counting. Seconds are of the
processor, children included, so that other work of the machine does not count. With one small
model alone, what a new process reads before it counts is the larger part: name a slot to see it.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from openmed.__main__ import collect_rarely
from openmed.context import Context, open_context, temporary_context
from openmed.domain.release.product import ErrorProduct
from openmed.pipeline.release_graph import ReleaseGraph

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print seconds, and each recount as a share of the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--slot", default="*")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    collect_rarely()
    if given.work:
        print(_counted_here(given.slot, given.work))
        return
    with temporary_context(open_context(ROOT, quiet=True), profile=None) as place:
        graph = ReleaseGraph(_with_our_profiles(place), pattern=given.slot)
        run = 0.0
        for candidate in graph.candidates:
            steps = graph.measuring(candidate)
            with _timed() as one:
                for step in steps:
                    graph.run(step)
            print(f"{candidate.slot} measured in {one[0]:.2f} s, {len(steps)} steps", flush=True)
            run += one[0]
        faults = [done.fault.message for done in graph.performed if done.fault]
        if faults:
            raise SystemExit(faults[0])
        with _timed() as same:
            _count_again(graph)
        new = [_counted_elsewhere(given.slot, place.artifacts) for _ in range(given.times)]
    middle, least, most = statistics.median(new), min(new), max(new)
    print(f"counted again in the same process: {same[0]:.3f} s, {same[0] / run:.2%}")
    print(f"in another process: {middle:.3f} s ({least:.3f} to {most:.3f}), {middle / run:.2%}")


def _counted_elsewhere(slot: str, work: Path) -> float:
    command = [sys.executable, __file__, "--slot", slot, "--work", str(work)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return float(done.stdout.split()[-1])


def _counted_here(slot: str, work: Path) -> float:
    place = replace(open_context(ROOT, quiet=True), workplace=work, profiles=ROOT)
    with _timed() as seconds:
        _count_again(ReleaseGraph(place, pattern=slot, may_build=False))
    return seconds[0]


def _count_again(graph: ReleaseGraph) -> None:
    for candidate in graph.candidates:
        for pin in graph.suites(candidate.slot):
            step = graph.benchmark(candidate, pin)
            made = graph.world.products.read(step.slot, step.name, step.product_type)
            if made is None or isinstance(made.value, ErrorProduct):
                raise SystemExit(f"{candidate.slot}: no report of suite {pin.name}")
            if step.count_again(made.value).value != made.value:
                raise SystemExit(f"{candidate.slot}: another report of suite {pin.name}")


@contextmanager
def _timed() -> Iterator[list[float]]:
    seconds: list[float] = []
    began = _used()
    yield seconds
    seconds.append(_used() - began)


def _used() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _with_our_profiles(place: Context) -> Context:
    """A new process's eyes: nothing is remembered."""
    return replace(place, profiles=ROOT)


if __name__ == "__main__":
    main()
