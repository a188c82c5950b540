"""Every lint rule, layout and runner has its place in the documents."""

import re
import tomllib
from typing import get_args

from support.repositories import ROOT

from openmed.domain.suites.lint import RULES
from openmed.domain.suites.suite import SuitePin

SUITES = (ROOT / "docs" / "reference" / "suites.md").read_text(encoding="utf-8")
RUNNERS = (ROOT / "docs" / "reference" / "runners.md").read_text(encoding="utf-8")


def test_every_lint_rule_is_documented() -> None:
    """With the phrase of the code."""
    rows = dict(re.findall(r"^\| `([a-z-]+)` \*? ?\| ([^`|]+) \|$", SUITES, re.MULTILINE))
    assert rows == RULES


def test_every_layout_is_documented() -> None:
    """A row of the table."""
    for layout in get_args(SuitePin.model_fields["layout"].annotation):
        assert f"\n| `{layout}` |" in SUITES


def test_every_runner_is_documented() -> None:
    """A heading of its own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = project["entry-points"]["openmed.runners"].keys()
    assert set(re.findall(r"^## (.+)$", RUNNERS, re.MULTILINE)) == names
