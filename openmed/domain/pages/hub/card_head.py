"""The head of a card on the Hub: YAML that its schema accepts, values written as JSON has them."""

from collections.abc import Iterator
from typing import Final

from openmed.domain.candidates.hub_licences import OTHER, hub_licence
from openmed.domain.gates.results.grade import Grade
from openmed.domain.pages.html import json_string
from openmed.domain.pages.hub.card_references import CardReferences
from openmed.domain.pages.inputs import ShownRelease
from openmed.domain.pages.release_summary import SuiteSummary
from openmed.domain.pages.view import declared_counts, direct_left, library_name

_TASK: Final = "token-classification"
_LICENCE_FILE: Final = "LICENSE"
_DIGITS: Final = 6


def head_lines(release: ShownRelease, references: CardReferences) -> tuple[str, ...]:
    """The lines between the two rules.

    Args:
        release: the release.
        references: what is named besides.
    """
    candidate = release.live.release.candidate
    licence = hub_licence(candidate.licence)
    library = library_name(release)
    tags = ["de-identification", "pii", "phi", "clinical"]
    is_preview = release.live.release.policy.grade is Grade.PREVIEW
    table: list[tuple[str, object]] = [("license", licence.id)]
    if licence.id == OTHER:
        table.append(("license_name", licence.name))
        table.append(("license_link", references.licence_link or _LICENCE_FILE))
    table.append(("language", [*candidate.languages]))
    if library is not None:
        table.append(("library_name", library))
    table.append(("pipeline_tag", _TASK))
    table.append(("tags", [*tags, "preview" if is_preview else "released"]))
    if references.base_models:
        table.append(("base_model", [*references.base_models]))
        if references.relation is not None:
            table.append(("base_model_relation", references.relation))
    if references.datasets:
        table.append(("datasets", [*references.datasets]))
    if references.new_version is not None:
        table.append(("new_version", references.new_version))
    lines = [f"{key}: {json_string(value)}" for key, value in table]
    return (*lines, *_model_index(release, evidence_url=references.evidence_url))


def _model_index(release: ShownRelease, *, evidence_url: str) -> Iterator[str]:
    """Our numbers, one result a suite that has gold of what is declared."""
    suites = [suite for suite in release.summary.suites if suite.overall.support]
    if not suites:
        return
    yield "model-index:"
    yield f"- name: {json_string(release.live.release.candidate.title)}"
    yield "  results:"
    for suite in suites:
        yield from _result(release, suite, evidence_url=evidence_url)


def _result(release: ShownRelease, suite: SuiteSummary, *, evidence_url: str) -> Iterator[str]:
    facts = suite.suite
    yield "  - task:"
    yield f"      type: {_TASK}"
    yield '      name: "De-identification"'
    yield "    dataset:"
    yield f"      name: {json_string(f'{facts.title}, {facts.edition}')}"
    yield f"      type: {json_string(facts.name)}"
    yield f"      revision: {json_string(facts.revision)}"
    yield "    metrics:"
    for kind, name, value in _metrics(release, suite):
        yield f"    - type: {kind}"
        yield f"      value: {value}"
        yield f"      name: {json_string(name)}"
    if evidence_url:
        yield "    source:"
        yield '      name: "Signed report"'
        yield f"      url: {json_string(f'{evidence_url}{suite.report}.json')}"


def _metrics(release: ShownRelease, suite: SuiteSummary) -> Iterator[tuple[str, str, str]]:
    covered, support, leaked, characters = declared_counts(release, suite)
    left, direct = direct_left(release, suite)
    overall = suite.overall
    rows = (
        ("recall", "Recall of declared items, fully redacted", covered, support),
        ("recall", "Recall of all items, declared or not", overall.covered, overall.support),
        ("leakage", "Characters of declared items left in clear", leaked, characters),
        ("leakage", "Direct identifiers exposed", left, direct),
    )
    for kind, name, part, whole in rows:
        if whole:
            yield kind, name, _number(part / whole, is_bad=kind == "leakage")


def _number(share: float, *, is_bad: bool) -> str:
    """A share that flatters nobody: what is good is cut, what is bad is not.

    Written out, because YAML reads 1e-06 as a word.
    """
    step = 10**_DIGITS
    exact = share * step
    cut = int(exact)
    return f"{(cut + (is_bad and exact > cut)) / step:.{_DIGITS}f}"
