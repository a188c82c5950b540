"""The backstop: pattern rules for identifiers that a machine can recognise by form or checksum.

Written from public formats, not from the suites that judge them. A match that is no
identifier costs readability; an identifier that is missed costs a patient, so the form alone
is enough where a check digit would not be.
"""

from collections.abc import Iterable
from typing import Final

from openmed.domain.rules.contact import CONTACT
from openmed.domain.rules.dates import DATES
from openmed.domain.rules.identifiers import IDENTIFIERS
from openmed.domain.rules.landmarks import Landmarks
from openmed.domain.rules.places import PLACES
from openmed.domain.rules.prefixed import PREFIXED
from openmed.domain.rules.rule import Rule
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError

RULES: Final[dict[str, Rule]] = {
    rule.id: rule for rule in (*IDENTIFIERS, *PREFIXED, *CONTACT, *DATES, *PLACES)
}
"""Every rule, by id, in the order of `docs/reference/rules.md`."""


def find(text: str, rules: Iterable[str]) -> tuple[PredictedSpan, ...]:
    """Every accepted match of the named rules, by (start, end, label); overlaps stay.

    Args:
        text: the text, as it is.
        rules: ids of rules.

    Raises:
        EvidenceError: a rule is not known.
    """
    marks = Landmarks(text)
    spans: set[tuple[int, int, str]] = set()
    for name in rules:
        rule = RULES.get(name)
        if rule is None:
            msg = f"there is no rule {name!r} (docs/reference/rules.md lists them)"
            raise EvidenceError(msg)
        spans.update(_matches(marks, rule))
    return tuple(
        PredictedSpan(start=start, end=end, label=label, score=1.0)
        for start, end, label in sorted(spans)
    )


def _matches(marks: Landmarks, rule: Rule) -> Iterable[tuple[int, int, str]]:
    text, place = marks.text, 0
    for at in sorted(set(rule.places(marks))):
        match = rule.pattern.match(text, at) if at >= place else None
        if match is not None:
            start = match.start("value")
            length = rule.accept(match["value"])
            if length:
                yield start, start + length, rule.label
            # What was refused may hide an identifier that begins inside of it, and a pattern that
            # only looks ahead asks for matches that overlap.
            is_consumed = length > 0 and match.end() > at
            place = start + length if is_consumed else at + 1
