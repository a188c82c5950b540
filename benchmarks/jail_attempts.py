"""Which layer of the jail stops which attempt: each attempt with one layer on, and with all.

    PYTHONPATH=tests python benchmarks/jail_attempts.py

The attempts are those of tests/contract/test_jail_attempts.py. `x` = stopped by that layer alone;
`all` = works in the whole jail, `bare` = works on this machine without any. Takes about a minute.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from support.attempts.driver import text_of
from support.attempts.table import EVERY
from support.attempts.victim import Victim, machine
from support.jails import run_in_jail

from openmed.adapters.process.jail import Layer

MOST_TOGETHER = 36


def main() -> None:
    """Print one line for each attempt."""
    every = frozenset(Layer)
    columns = {
        "bare": _worked(every),
        **{layer.value: _worked(every - {layer}) for layer in Layer},
        "all": _worked(frozenset()),
        "no namespaces": _worked(frozenset(), namespaces=False),
    }
    names = [layer.value for layer in Layer]
    print(f"{'attempt':26}{'bare':>6}  {'  '.join(names)}  all")
    for attempt in EVERY:
        stopped = [("" if attempt in columns[name] else "x").center(len(name)) for name in names]
        bare = "works" if attempt in columns["bare"] else "-"
        whole = "WORKS" if attempt in columns["all"] else "-"
        print(f"{attempt:26}{bare:>6}  {'  '.join(stopped)}  {whole}")
    for name, worked in columns.items():
        print(f"{name}: {len(worked)} of {len(EVERY)} work")


def _worked(without: frozenset[Layer], *, namespaces: bool = True) -> set[str]:
    """Attempts that work without some layers, on a machine of their own."""
    with tempfile.TemporaryDirectory(prefix="openmed-attempts-") as name:
        root = Path(name)
        with machine(root / "machine", tuple(EVERY)) as victim:
            os.environ["OPENMED_SIGNING_KEY"] = victim.secret
            return set(_found(victim, root, without=without, namespaces=namespaces))


def _found(
    victim: Victim, root: Path, *, without: frozenset[Layer], namespaces: bool
) -> Iterator[str]:
    names = tuple(EVERY)
    for number in range(0, len(names), MOST_TOGETHER):
        some, place = names[number : number + MOST_TOGETHER], root / str(number)
        place.mkdir()
        told = victim.told(staged=place / "staged", memory=1 << 28, disk=1 << 26)
        done = run_in_jail(
            text_of(some, told), folder=place, without=without, timeout=90.0, namespaces=namespaces
        )
        said = json.loads(done.answer or "[]")
        for attempt, words in zip(some, said, strict=True):
            if EVERY[attempt].seen(victim, attempt, words):
                yield attempt


if __name__ == "__main__":
    main()
