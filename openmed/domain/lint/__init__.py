"""Lint of a suite: every defect by name, document and offsets, never by text. Pure.

`lint.py` runs the rules; each other file holds the rules of one kind.
"""

from openmed.domain.lint.finding import Finding
from openmed.domain.lint.lint import RULES, LintReport, lint

__all__ = ["RULES", "Finding", "LintReport", "lint"]
