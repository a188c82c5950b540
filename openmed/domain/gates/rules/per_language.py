"""Gate `per_language`: in every declared language next to nothing stays in clear.

A good language must not hide a bad one. Languages a candidate does not declare are not run, so
they are not judged.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.candidates.candidate import Language
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text.number_format import bad_share, count, exact_share
from openmed.domain.wire import parse

Share = Annotated[float, Field(ge=0, lt=1), Stricter.LOWER]


class LanguageLimit(Frozen):
    """A limit of one language that differs from the default, and why."""

    language: Annotated[Language, Stricter.WORDS]
    limit: Share
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class PerLanguageSettings(Frozen):
    """Table `[gates.per_language]`.

    Attributes:
        suite: suite the limit is for.
        limit: most leaked / gold characters of declared labels, in each declared language.
        languages: limits of single languages.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    limit: Share
    languages: Annotated[tuple[LanguageLimit, ...], Rows(key="language", strictest="limit")] = ()

    @model_validator(mode="after")
    def _names_each_language_once(self) -> Self:
        names = [row.language for row in self.languages]
        if len(set(names)) < len(names):
            msg = "a language has two limits"
            raise ValueError(msg)
        return self

    def limit_of(self, language: str) -> float:
        """The limit that holds for a language."""
        return next((row.limit for row in self.languages if row.language == language), self.limit)


class PerLanguage:
    """Leaked characters / gold characters of declared labels, language by language."""

    id = "per_language"
    table = PerLanguageSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED above a limit; INCONCLUSIVE if a declared language has no gold."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        measures = tuple(
            _measure(report, language, wanted.limit_of(language))
            for language in evidence.candidate.languages
        )
        outcome = worst(tuple(measure.outcome for measure in measures))
        bad = [m for m in measures if m.outcome is not Outcome.PASSED]
        said = "; ".join(_said(measure, wanted.suite) for measure in bad or measures)
        return Finding(outcome=outcome, message=said, measures=measures)


def _read(settings: str) -> PerLanguageSettings:
    return parse(PerLanguageSettings, settings.encode(), what="table")


def _measure(report: BenchmarkReport, language: str, limit: float) -> Measure:
    rows = (row.counts for row in report.declared_languages if row.name == language)
    counts = next(rows, None)
    if counts is None or counts.characters == 0:
        outcome, observed = Outcome.INCONCLUSIVE, None
    else:
        observed = round(counts.leaked / counts.characters, 6)
        # Compared as counts, so that rounding cannot bring a value under its limit.
        is_within = counts.leaked <= limit * counts.characters
        outcome = Outcome.PASSED if is_within else Outcome.FAILED
    return Measure(
        suite=report.suite.name,
        name=language,
        observed=observed,
        limit=limit,
        support=counts.support if counts else 0,
        families=counts.families if counts else 0,
        bound=None,
        outcome=outcome,
    )


def _said(measure: Measure, suite: str) -> str:
    if measure.observed is None:
        return f"{measure.name} is declared, but {suite} has no gold of the declared labels in it"
    return (
        f"{measure.name} leaks {bad_share(measure.observed)} of sensitive characters "
        f"({count(measure.support)} spans), limit {exact_share(measure.limit)}"
    )
