"""One slot's row on the pages of the fleet, made from what is live in that slot alone.

Small, and kept between runs: pages of the fleet are made from rows, so that a flip of one slot
opens the evidence of no other. Pieces of files are kept as text, since they are joined as they
are.
"""

import json

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import Count, SuiteFacts
from openmed.domain.evaluation.scoring.statistics import (
    clopper_pearson_lower,
    clopper_pearson_upper,
)
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.entry import Tag
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.baseline import baseline_line
from openmed.domain.pages.inputs import ShownRelease, Template, TrustInputs
from openmed.domain.pages.view import (
    declared_counts,
    declared_rows,
    direct_left,
    grade_view,
)
from openmed.domain.records.run_record import RunRecord
from openmed.domain.slot import SlotKey, parse_slot
from openmed.domain.wire import plain
from openmed.printable import printable_json


class SuiteRow(Frozen):
    """What one suite measured, as the leaderboard shows it.

    Attributes:
        suite: which suite.
        covered: gold spans covered, of all labels.
        support: gold spans, of all labels.
        low: lower end of the interval of recall over these; None without gold.
        recall: observed recall; None without gold.
        high: upper end; None without gold.
        declared_covered: gold spans of declared labels that are covered.
        declared_support: gold spans of declared labels.
        leaked: sensitive characters of these in clear.
        characters: sensitive characters of these.
        left: declared direct identifiers in clear.
        direct: declared direct identifiers.
        declared_labels: declared labels that have gold.
        labels: labels that have gold.
    """

    suite: SuiteFacts
    covered: Count
    support: Count
    low: float | None
    recall: float | None
    high: float | None
    declared_covered: Count
    declared_support: Count
    leaked: Count
    characters: Count
    left: Count
    direct: Count
    declared_labels: Count
    labels: Count


class FleetRow(Frozen):
    """What one slot serves, as pages of the fleet show it.

    Attributes:
        slot: release channel.
        slug: its name in paths.
        title: name for people.
        repo_id: repository.
        artifact: tree digest.
        tag: entry that made it live.
        time: since when.
        generation: of the slot.
        kind: how it became live.
        is_preview: whether its policy is one for previews.
        grade: its grade in words.
        grade_word: the same in one word.
        grade_class: colour class.
        grade_sign: sign.
        condemned: gates that condemn it today; empty where none does.
        suites: what each suite measured, in the policy's order.
        gates: of each gate its id, its outcome, and the number nearest to its limit (suite,
            label or quantity, observed, limit), as JSON; metrics are written from it.
        baseline: its line of the file of last-green metrics.
        live: what is live, as JSON for a list two levels deep.
    """

    slot: SlotKey
    slug: str
    title: str
    repo_id: str
    artifact: Digest
    tag: Tag
    time: Timestamp
    generation: Count
    kind: str
    is_preview: bool
    grade: str
    grade_word: str
    grade_class: str
    grade_sign: str
    condemned: tuple[str, ...]
    suites: tuple[SuiteRow, ...]
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
    rows = tuple(fleet_row(record.shown) for record in inputs.releases)
    return FleetInputs(state=inputs.state, rows=rows, templates=inputs.templates, runs=inputs.runs)


def fleet_row(release: ShownRelease) -> FleetRow:
    """Make the row of one slot."""
    live, promoted = release.live, release.live.release
    return FleetRow(
        slot=promoted.slot,
        slug=parse_slot(promoted.slot).slug,
        title=promoted.candidate.title,
        repo_id=promoted.candidate.repo_id,
        artifact=promoted.artifact,
        tag=live.tag,
        time=live.time,
        generation=live.generation,
        kind=live.kind,
        is_preview=promoted.policy.grade is Grade.PREVIEW,
        **grade_view(release),
        condemned=release.condemned.fact.gates if release.condemned else (),
        suites=tuple(_suite_row(release, place) for place in range(len(release.summary.suites))),
        gates=_gates_json(release),
        baseline=baseline_line(release),
        live=_live_json(release),
    )


def _suite_row(release: ShownRelease, place: int) -> SuiteRow:
    suite = release.summary.suites[place]
    covered, support, leaked, characters = declared_counts(release, suite)
    left, direct = direct_left(release, suite)
    low, recall, high = _interval(
        suite.overall.covered, suite.overall.support, suite.overall.design_effect
    )
    return SuiteRow(
        suite=suite.suite,
        covered=suite.overall.covered,
        support=suite.overall.support,
        low=low,
        recall=recall,
        high=high,
        declared_covered=covered,
        declared_support=support,
        leaked=leaked,
        characters=characters,
        left=left,
        direct=direct,
        declared_labels=len(declared_rows(release, suite)),
        labels=len(suite.labels.names),
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
