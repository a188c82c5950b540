"""Lint of a suite: every defect by name, document and offsets, never by text. Pure.

`lint.py` runs the rules; each other file holds the rules of one kind.
"""

from openmed.domain.suites.lint.lint import RULES, LintReport, lint
from openmed.domain.suites.lint.lint_finding import LintFinding

__all__ = ["RULES", "LintFinding", "LintReport", "lint"]
