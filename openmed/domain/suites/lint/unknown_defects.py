"""Whether a suite may judge: every defect that lint finds is one its pin names."""

from collections import Counter

from openmed.domain.near_names import did_you_mean
from openmed.domain.suites.lint.draft import drafts_of
from openmed.domain.suites.lint.lint import RULES, lint
from openmed.domain.suites.suite import Suite, SuitePin


def unknown_defects(suite: Suite) -> str:
    """Defects that the pin does not name, in one sentence; empty when there is none.

    Overlap with training notes is not looked at: only `openmed suite lint` runs recipes. Nor are
    the rules for invented text in a generated suite: nobody sees its notes, or could name a defect.
    """
    pin = suite.pin
    is_invented = pin.synthetic and not pin.is_generated
    report = lint(drafts_of(suite.documents), is_synthetic=is_invented, minima=pin.minima)
    known = {row.rule: row.at_most for row in pin.defects}
    found = Counter(finding.rule for finding in report.findings)
    unknown = [f"{rule} {n}" for rule, n in sorted(found.items()) if n > known.get(rule, 0)]
    if not unknown:
        return ""
    return f"suite {pin.name} has defects that its pin does not name: {', '.join(unknown)}"


def unknown_rule(pin: SuitePin) -> str:
    """What is wrong with the defects a pin names; empty when nothing is."""
    for row in pin.defects:
        if row.rule not in RULES:
            near = did_you_mean(row.rule, RULES) or f"rules: {', '.join(RULES)}"
            return f"defects: lint has no rule {row.rule}; {near}"
    rules = [row.rule for row in pin.defects]
    twice = [rule for rule in rules if rules.count(rule) > 1]
    return f"defects: rule {twice[0]} stands twice" if twice else ""
