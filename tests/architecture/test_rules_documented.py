"""Every pattern rule stands in its document, and nothing else does."""

import re

from support.repositories import ROOT

from openmed.domain.rules import RULES


def test_the_table_of_rules_is_the_rules() -> None:
    """One row each, in the order in which they are defined, with the same words."""
    text = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    wanted = [f"| `{r.id}` | {r.label} | {r.finds} | {r.checks} |" for r in RULES.values()]
    assert wanted == re.findall(r"^\| `.*\|$", text, re.MULTILINE)
