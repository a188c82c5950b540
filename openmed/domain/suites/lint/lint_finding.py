"""What lint says: a rule's name, where, and numbers. Never text of a document."""

from typing import NamedTuple

from openmed.domain.digest import Json


class LintFinding(NamedTuple):
    """One defect.

    Attributes:
        rule: name of the rule, as in `lint.RULES`.
        document: document id, or `line N` where the id cannot be shown; empty for the suite.
        start: first code point, where the rule is about a place.
        end: one past the last code point.
        detail: numbers and canonical labels; no text of a document.
    """

    rule: str
    document: str = ""
    start: int | None = None
    end: int | None = None
    detail: str = ""

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return dict(self._asdict())

    @property
    def line(self) -> str:
        """As one line for a person."""
        place = "" if self.start is None else f" {self.start}-{self.end}"
        where = f" {self.document or 'suite'}{place}"
        return f"{self.rule}:{where}{f': {self.detail}' if self.detail else ''}"
