"""One slot's row on the pages of the fleet, made from what is live in that slot alone.

Kept between runs: pages of the fleet are made from rows, so that a flip of one slot opens the
evidence of no other. What a page shows of a slot alone is kept as the piece of the file that it
is, since pieces are joined as they are.
"""

import json

from pydantic import ValidationError

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import SuiteFacts
from openmed.domain.evaluation.scoring.statistics import (
    clopper_pearson_lower,
    clopper_pearson_upper,
)
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.entry import Tag
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.baseline import baseline_line
from openmed.domain.pages.html import render_piece
from openmed.domain.pages.inputs import ShownRelease, Template, TrustInputs
from openmed.domain.pages.release_summary import SuiteSummary
from openmed.domain.pages.view import (
    View,
    bar,
    declared_counts,
    declared_rows,
    direct_left,
    grade_view,
)
from openmed.domain.records.run_record import RunRecord
from openmed.domain.slot import SlotKey, parse_slot
from openmed.domain.text.number_format import (
    NO_DATA,
    bad_share,
    share_down,
    share_of_one,
    share_up,
)
from openmed.domain.wire import plain
from openmed.printable import printable_json

PAGES_ROOT = "../"
"""Way from a page of the fleet to where pages begin: each is in a folder of its own."""


class SuiteRow(Frozen):
    """What one suite measured, as the leaderboard shows it.

    Attributes:
        suite: which suite.
        low: lower end of the interval of recall over all gold; None without gold.
        recall: observed recall; None without gold.
        high: upper end; None without gold.
        cells: its row of the leaderboard after the rank, as HTML.
    """

    suite: SuiteFacts
    low: float | None
    recall: float | None
    high: float | None
    cells: str


class FleetRow(Frozen):
    """What one slot serves, as pages of the fleet show it: pieces of them, and what orders them.

    Attributes:
        slot: release channel.
        repo_id: repository.
        artifact: tree digest.
        tag: entry that made it live.
        time: since when.
        kind: how it became live.
        grade_word: its grade in one word.
        is_preview: whether its policy is one for previews.
        condemned: gates that condemn it today; empty where none does.
        suites: what each suite measured, in the policy's order.
        unmeasured: its row of the leaderboard of a suite that did not measure it, as HTML.
        status: its row of the status page after its state, as HTML.
        overview: its line of the overview, as HTML.
        gates: of each gate its id, its outcome, and the number nearest to its limit (suite,
            label or quantity, observed, limit), as JSON; metrics are written from it.
        baseline: its line of the file of last-green metrics.
        live: what is live, as JSON for a list two levels deep.
    """

    slot: SlotKey
    repo_id: str
    artifact: Digest
    tag: Tag
    time: Timestamp
    kind: str
    grade_word: str
    is_preview: bool
    condemned: tuple[str, ...]
    suites: tuple[SuiteRow, ...]
    unmeasured: str
    status: str
    overview: str
    gates: str
    baseline: str
    live: str


class FleetInputs(Frozen):
    """Everything a page of the fleet may look at.

    Attributes:
        state: what the ledger adds up to.
        rows: what is live, by slot.
        templates: jinja2 files.
        runs: records of runs, oldest first; empty for pages that show none.
    """

    state: FleetState
    rows: tuple[FleetRow, ...]
    templates: tuple[Template, ...]
    runs: tuple[RunRecord, ...] = ()


def fleet_inputs(inputs: TrustInputs) -> FleetInputs:
    """What pages of the fleet look at, drawn from all evidence."""
    rows = tuple(fleet_row(record.shown, templates=inputs.templates) for record in inputs.releases)
    return FleetInputs(state=inputs.state, rows=rows, templates=inputs.templates, runs=inputs.runs)


def kept_row(text: str) -> FleetRow | None:
    """A row as it was kept; None where what was kept is none."""
    try:
        return FleetRow.model_validate_json(text)
    except ValidationError:
        return None


def fleet_row(release: ShownRelease, *, templates: tuple[Template, ...]) -> FleetRow:
    """Make the row of one slot."""
    live, promoted = release.live, release.live.release
    view: dict[str, object] = {
        "slot": promoted.slot,
        "slug": parse_slot(promoted.slot).slug,
        "title": promoted.candidate.title,
        "repo_id": promoted.candidate.repo_id,
        "artifact": promoted.artifact,
        "tag": live.tag,
        "time": live.time,
        "generation": live.generation,
        **grade_view(release),
    }
    return FleetRow(
        slot=promoted.slot,
        repo_id=promoted.candidate.repo_id,
        artifact=promoted.artifact,
        tag=live.tag,
        time=live.time,
        kind=live.kind,
        grade_word=str(view["grade_word"]),
        is_preview=promoted.policy.grade is Grade.PREVIEW,
        condemned=release.condemned.fact.gates if release.condemned else (),
        suites=tuple(_suite_row(release, one, view, templates) for one in release.summary.suites),
        unmeasured=_piece(templates, _LEADERBOARD, {**view, "is_measured": False}),
        status=_piece(templates, "status_cells.html.j2", view),
        overview=render_piece(templates, "index_line.html.j2", view, root=""),
        gates=_gates_json(release),
        baseline=baseline_line(release),
        live=_live_json(release),
    )


_LEADERBOARD = "leaderboard_cells.html.j2"


def _piece(templates: tuple[Template, ...], name: str, context: View) -> str:
    return render_piece(templates, name, context, root=PAGES_ROOT)


def _suite_row(
    release: ShownRelease, suite: SuiteSummary, view: View, templates: tuple[Template, ...]
) -> SuiteRow:
    covered, support, leaked, characters = declared_counts(release, suite)
    left, direct = direct_left(release, suite)
    low, recall, high = _interval(
        suite.overall.covered, suite.overall.support, suite.overall.design_effect
    )
    is_known = low is not None and high is not None
    measured = {
        "is_measured": True,
        "recall": share_down(suite.overall.covered, suite.overall.support),
        "declared_recall": share_down(covered, support),
        "interval": f"{share_of_one(low)} to {bad_share(high)}" if is_known else NO_DATA,
        "place": bar(recall, low),
        "support": support,
        "leaked": share_up(leaked, characters),
        "left": left,
        "direct": direct,
        "label_count": len(declared_rows(release, suite)),
        "label_total": len(suite.labels.names),
    }
    return SuiteRow(
        suite=suite.suite,
        low=low,
        recall=recall,
        high=high,
        cells=_piece(templates, _LEADERBOARD, {**view, **measured}),
    )


def _interval(
    covered: int, support: int, effect: float | None
) -> tuple[float | None, float | None, float | None]:
    """Recall with its 95 % interval; spans count for what they tell."""
    if support == 0:
        return None, None, None
    worth = support / max(1.0, effect or 1.0)
    recall = covered / support
    return (
        round(clopper_pearson_lower(recall * worth, worth, alpha=0.025), 6),
        round(recall, 6),
        round(clopper_pearson_upper(recall * worth, worth, alpha=0.025), 6),
    )


def _gates_json(release: ShownRelease) -> str:
    rows = []
    for gate in release.summary.gates:
        near = gate.closest
        number = (
            (near.suite, near.name, near.observed, near.limit) if near else ("", "", None, None)
        )
        rows.append((gate.id, gate.outcome.value, *number))
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _live_json(release: ShownRelease) -> str:
    """As `pretty` writes it inside a list of the top table."""
    content = plain(release.live)
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return printable_json(text).replace("\n", "\n    ")


def slot_keys(state: FleetState, *, shared: tuple[str, ...]) -> dict[str, str]:
    """Digest of what a slot's pages are made from, by slot.

    What a release is follows from the entry that made it live, as entries name their parents by
    digest; what the ledger says of it since has entries of its own.

    Args:
        state: what the ledger adds up to.
        shared: what pages of all slots depend on besides.
    """
    entries = {entry.tag: entry for entry in state.entries}
    condemned = {row.fact.slot: row.tag for row in state.condemned}
    weakened = {(row.fact.slot, row.fact.generation): row.tag for row in state.weakened}
    closures = tuple(f"{closure.keyid} {closure.tag}" for closure in state.closures)
    keys: dict[str, str] = {}
    for live in state.live:
        slot = live.release.slot
        since = (
            live.tag,
            condemned.get(slot, ""),
            weakened.get((slot, live.release.generation), ""),
        )
        named = (entries[tag].digest if tag else "none" for tag in since)
        lines = (slot, f"{live.generation}", *named, *closures, *shared)
        keys[slot] = sha256_hex("\n".join(lines).encode())
    return keys
