"""The pipeline's graph for other programs: as many tasks, the same edges, every task one file."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from large_fleet import files
from large_fleet.processes import Command
from openmed.domain.pages.notes.notes_page import KIND as NOTES
from openmed.domain.pages.renderers import RENDERERS
from openmed.pipeline.definition import PIPELINE, Each, StepDefinition

_DODO = '''"""The graph, for doit as it comes."""
import json
import pathlib

DOIT_CONFIG = {"dep_file": "doit.db", "verbosity": 0}


def task_all():
    """Every task."""
    for target, made_from in json.loads(pathlib.Path("graph.json").read_text()):
        yield {
            "name": target,
            "file_dep": made_from,
            "targets": [target],
            "actions": [(_touch, [target])],
        }


def _touch(target):
    pathlib.Path(target).write_text(target)
'''


class Node(NamedTuple):
    """One task: a file, made from files."""

    target: str
    made_from: tuple[str, ...]


def graph(slots: int) -> tuple[Node, ...]:
    """Tasks of a fleet in which every policy names the same suites and nothing has a parent."""
    made: dict[tuple[str, int | None], tuple[str, ...]] = {}
    nodes: list[Node] = []
    for definition in PIPELINE.steps:
        for number in [None] if definition.each is Each.FLEET else range(slots):
            sources = [f"in/{number:04d}.json"] if number is not None else []
            needed = tuple(_needed(made, definition, number, slots))
            made_from = needed or tuple(sources)
            targets = tuple(_targets(definition, number))
            nodes += [Node(target, made_from) for target in targets]
            made[definition.name, number] = targets
    return tuple(nodes)


def _needed(
    made: dict[tuple[str, int | None], tuple[str, ...]],
    definition: StepDefinition,
    number: int | None,
    slots: int,
) -> Iterator[str]:
    for before in definition.made_from:
        of_fleet = PIPELINE.named(before).each is Each.FLEET
        numbers = [None] if of_fleet else [number] if number is not None else range(slots)
        for one in numbers:
            yield from made[before, one]


def _targets(definition: StepDefinition, number: int | None) -> Iterator[str]:
    match definition.each:
        case Each.CANDIDATE:
            yield f"out/{number:04d}-{definition.name}.json"
        case Each.SUITE:
            for suite in files.SUITES:
                yield f"out/{number:04d}-{definition.name}-{suite}.json"
        case Each.PARENT_SUITE:
            return
        case Each.FLEET if definition.name == "regenerate":
            for kind in ("records", *(kind for kind, _ in RENDERERS), NOTES):
                yield f"out/regenerate-{kind}.json"
        case Each.FLEET:
            yield f"out/{definition.name}.json"


def peers(folder: Path, slots: int) -> tuple[Command, ...]:
    """Write the graph for each program there is, and have each make everything once."""
    nodes = graph(slots)
    ninja = shutil.which("ninja", path=str(Path(sys.executable).parent)) or shutil.which("ninja")
    found: tuple[tuple[str, tuple[str | None, ...], str, str], ...] = (
        ("ninja", (ninja, "--quiet"), "build.ninja", "".join(map(_for_ninja, nodes))),
        ("make", (shutil.which("make"), "--silent"), "Makefile", _for_make(nodes)),
        ("doit, stock", (sys.executable, "-m", "doit"), "dodo.py", _DODO),
    )
    commands: list[Command] = []
    for name, words, file, text in found:
        if words[0] is None:
            continue
        place = folder / name.partition(",")[0]
        (place / "in").mkdir(parents=True)
        (place / "out").mkdir()
        for number in range(slots):
            (place / f"in/{number:04d}.json").write_text(f"{number}", encoding="utf-8")
        (place / file).write_text(text, encoding="utf-8")
        if name.startswith("doit"):
            (place / "graph.json").write_text(json.dumps(nodes), encoding="utf-8")
        command = [word for word in words if word is not None]
        subprocess.run(command, cwd=place, check=True, capture_output=True)
        commands.append(Command(name, command, place))
    return tuple(commands)


def _for_ninja(node: Node) -> str:
    start = "rule touch\n  command = touch $out\n" if node.target == "out/0000-stage.json" else ""
    return f"{start}build {node.target}: touch {' '.join(node.made_from)}\n"


def _for_make(nodes: tuple[Node, ...]) -> str:
    rules = "".join(f"{node.target}: {' '.join(node.made_from)}\n\t@touch $@\n" for node in nodes)
    return f"all: {' '.join(node.target for node in nodes)}\n.PHONY: all\n{rules}"
