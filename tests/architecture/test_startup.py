"""What is asked for all the time starts quickly: it loads nothing heavy."""

import subprocess
import sys

import click
import pytest

from openmed.cli.command_tree import cli
from openmed.cli.render.lazy_group import LazyGroup

HEAVY = (
    "huggingface_hub", "pydantic", "jinja2", "rich", "numpy", "scipy", "onnxruntime", "doit",
    "cryptography", "asyncio",
)  # fmt: skip
PROBE = f"""
import sys
sys.argv = ["openmed", *sys.argv[1:]]
from openmed.__main__ import main
try:
    main()
finally:
    sys.stderr.write("loaded: " + ", ".join(name for name in {HEAVY!r} if name in sys.modules))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("release", "--help"),
        ("benchmark", "--help"),
        ("suite", "--help"),
        ("keys", "--help"),
        ("release", "staus"),
        ("--nothing",),
    ],
)
def test_nothing_heavy_is_loaded(arguments: tuple[str, ...]) -> None:
    """For version, helps and slips: a table names every command."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False
    )
    assert "loaded: " == done.stderr.splitlines()[-1]


def test_completion_loads_nothing_heavy() -> None:
    """Names of commands come from the table."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={
            "_OPENMED_COMPLETE": "bash_complete",
            "COMP_WORDS": "openmed keys r",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (["plain,rotate"], "loaded: ") == (done.stdout.split(), done.stderr)


def _groups(group: LazyGroup) -> list[LazyGroup]:
    context = click.Context(group)
    found = [group.get_command(context, name) for name in group.table]
    return [
        group,
        *(below for one in found if isinstance(one, LazyGroup) for below in _groups(one)),
    ]


@pytest.mark.parametrize("group", _groups(cli), ids=lambda group: group.name)
def test_the_table_says_what_the_commands_say(group: LazyGroup) -> None:
    """One line of help each, and the name under which it is reached."""
    context = click.Context(group)
    commands = {name: group.get_command(context, name) for name in group.table}
    assert {name: entry.help for name, entry in group.table.items()} == {
        name: command.get_short_help_str(limit=1000) if command else ""
        for name, command in commands.items()
    }
