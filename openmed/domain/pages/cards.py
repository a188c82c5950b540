"""Model cards: one Hub README and one page per live release."""

from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, TrustInputs
from openmed.domain.pages.view import (
    declared_counts,
    direct_left,
    leak_rows,
    release_view,
    undeclared,
)
from openmed.domain.text.number_format import share_down, share_up


def render_cards(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """Cards of everything live."""
    files: list[RenderedFile] = []
    for record in inputs.releases:
        context = _context(record)
        place = f"cards/{context['slug']}"
        files.append(render(inputs, "card.md.j2", f"{place}/README.md", context))
        files.append(render(inputs, "card.html.j2", f"{place}/index.html", context))
    return tuple(files)


def _context(record: ReleaseRecord) -> dict[str, object]:
    suites: list[dict[str, object]] = []
    rows = record.live.release.reports
    measured = {row.suite: row.measured_by.verifier for row in rows if row.measured_by}
    for report in record.reports:
        left, direct = direct_left(record, report)
        covered, support, leaked, characters = declared_counts(record, report)
        suites.append(
            {
                "facts": report.suite,
                "measured_by": measured.get(report.suite.name),
                "rows": leak_rows(record, report),
                "left": left,
                "direct": direct,
                "covered": covered,
                "support": support,
                "not_covered": support - covered,
                "recall": share_down(covered, support),
                "leaked": share_up(leaked, characters),
                "all_covered": report.overall.covered,
                "all_support": report.overall.support,
                "all_recall": share_down(report.overall.covered, report.overall.support),
                "undeclared": undeclared(record, report),
            }
        )
    return {**release_view(record), "suites": suites}
