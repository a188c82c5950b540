"""Help of every command, as terminals of three widths show it."""

import pytest
from support.command_tree import Found, commands, everything

EVERY = list(everything())


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("found", EVERY, ids=[found.name or "openmed" for found in EVERY])
def test_a_help_fits(found: Found, width: int) -> None:
    """No line is longer than the terminal, and no marker of click is printed."""
    lines = found.help_at(width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any("\\b" in line or "\b" in line or "Example:" in line for line in lines)


@pytest.mark.parametrize("found", commands(), ids=lambda found: found.name)
def test_each_example_stands_on_a_line_of_its_own(found: Found) -> None:
    """So that it can be copied."""
    lines = [line.strip() for line in found.help_at(200).splitlines()]
    start = lines.index("Examples:")
    assert found.examples
    assert [line for line in lines[start + 1 :] if line.startswith("openmed ")] == [
        line.strip().removeprefix("Example: ")
        for line in (found.command.help or "").splitlines()
        if line.strip().startswith("Example: ")
    ]
