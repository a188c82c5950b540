"""Three models nobody here made, released by the commands of the page about one's own model.

`nox -s own_models`: pip fetches them. Prints how many commands each took, and how long.
"""

import os
import sys
import time
from pathlib import Path

import pytest
from support.page_commands import Ran, Step, run, steps_left_out, steps_of
from support.repositories import ROOT, Repository

PAGE = (ROOT / "docs" / "your-own-model.md").read_text(encoding="utf-8")
SESSION = "nox -s own_models"
ONCE, RELEASE = "openmed keys init", ("openmed release plan", "openmed release run")
"""What the page does once before it measures, and what it goes on with."""
SLOTS = ("rampart::tiny::onnx-q4", "chinese::none::python", "dutch::none::python")
_HOURS = 2 * 3600.0


def models() -> list[list[Step]]:
    """The commands of each model, in order."""
    told = [step.command for step in steps_of(PAGE)]
    assert {ONCE, *RELEASE} <= set(told)
    first, *rest = (Step(command, None) for command in (ONCE, *RELEASE))
    return [[first, *steps, *rest] for steps in steps_left_out(PAGE, why=SESSION)]


def test_the_page_has_every_model_with_its_slot() -> None:
    """Each is added, and its policy suggested, under the slot that is looked for."""
    for slot, steps in zip(SLOTS, models(), strict=True):
        commands = [step.command for step in steps]
        assert f"openmed policy suggest {slot}" in commands
        assert any(command.startswith("openmed candidate add ") for command in commands)


def test_readme_has_the_lines_of_the_page() -> None:
    """The same words in the same order."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (lines,) = steps_left_out(readme, why="docs/your-own-model.md runs them")
    told = [step.command for step in steps_of(PAGE)]
    places = [told.index(step.command) for step in lines]
    assert (len(places), places) == (5, sorted(places))


@pytest.mark.enable_socket
@pytest.mark.timeout(_HOURS)
def test_each_is_released_as_a_preview(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """In one new release repository, one after the other."""
    if not request.config.getoption("--own-models"):
        pytest.skip("needs a package index: nox -s own_models")
    home, root = tmp_path / "home", tmp_path / "releases"
    home.mkdir()
    repository = Repository(root=tmp_path, home=home)
    assert repository.run("init", str(root)).returncode == 0
    env = {**repository.environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for slot, steps in zip(SLOTS, models(), strict=True):
        scratch = tmp_path / slot.partition("::")[0]
        scratch.mkdir()
        began = time.monotonic()
        done = run(steps, folder=root, scratch=scratch, env=env, seconds=_HOURS)
        minutes = (time.monotonic() - began) / 60
        assert [_complaint(one) for one in done if one.code != 0] == []
        assert f"{slot} " in done[-1].stdout
        line = next(one for one in done[-1].stdout.splitlines() if one.startswith(f"{slot} "))
        assert "released (preview)" in line
        sys.stdout.write(f"{slot}: {len(steps)} commands, {minutes:.1f} minutes\n")


def _complaint(ran: Ran) -> str:
    return f"$ {ran.step.command}\nexit code {ran.code}\n{ran.stdout}{ran.stderr[-2000:]}"
