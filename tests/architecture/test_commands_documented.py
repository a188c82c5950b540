"""Every command has its line, its example and its section; every exit code its row."""

from pathlib import Path

import click
import pytest
from cli_documents import files
from generated_files import differences
from support.command_tree import Found, commands, groups

from openmed.cli.render.lazy_group import LazyGroup
from openmed.cli.schemas.table import DATA

COMMANDS = commands()


def _name(found: Found) -> str:
    return found.name or "openmed"


@pytest.mark.parametrize("page", sorted(files()), ids=lambda page: page.name)
def test_the_page_is_what_the_code_says(page: Path) -> None:
    """If not: python tools/cli_documents.py."""
    assert {} == differences({page: files()[page]})


@pytest.mark.parametrize("found", COMMANDS, ids=_name)
def test_a_command_has_an_example(found: Found) -> None:
    """Of itself, one at least."""
    assert found.examples
    assert {found.words} == {example[: len(found.words)] for example in found.examples}


@pytest.mark.parametrize("found", COMMANDS, ids=_name)
def test_examples_are_understood(found: Found) -> None:
    """Every name exists, every value is of its kind, nothing is missing."""
    for example in found.examples:
        context = found.command.make_context(
            found.name, list(example[len(found.words) :]), parent=found.context.parent
        )
        assert [] == context.args


@pytest.mark.parametrize("found", COMMANDS, ids=_name)
def test_a_command_answers_programs_too(found: Found) -> None:
    """--json, and --debug for when it fails."""
    options = {option for param in found.command.params for option in param.opts}
    assert {"--json", "--debug"} <= options


@pytest.mark.parametrize("found", COMMANDS + groups(), ids=_name)
def test_help_is_one_line_first(found: Found) -> None:
    """It ends with a full stop and fits a terminal."""
    line = found.command.get_short_help_str(1000)
    assert (True, True) == (line.endswith("."), len(line) <= 100)


@pytest.mark.parametrize("found", COMMANDS, ids=_name)
def test_every_option_says_what_it_is(found: Found) -> None:
    """No option without a word."""
    options = [param for param in found.command.params if isinstance(param, click.Option)]
    assert [] == [option.name for option in options if not option.help]


def test_answers_with_a_schema_are_of_commands() -> None:
    """No command is named that is not there."""
    assert set(DATA) <= {found.name for found in COMMANDS}


def test_groups_are_tables() -> None:
    """So that listing their commands loads none."""
    assert {LazyGroup} == {type(found.command) for found in groups()}
